import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { entryUrl, execArgvFor } from '../process/entry.ts'

/** A process of its own that answers one question after another. */
export interface Helper<Question, Answer> {
  /** Rejects when the process says that it failed, or ends. */
  ask(question: Question): Promise<Answer>
  end(): Promise<void>
}

type Reply<Answer> = { readonly answer: Answer } | { readonly failure: string }

/** Both sides of a ratio run in such processes, so that neither pays for the other. */
export function startHelper<Question extends object, Answer>(
  entry: string,
  options: ForkOptions = {},
): Helper<Question, Answer> {
  const child = fork(fileURLToPath(entryUrl(import.meta.url, `./${entry}`)), [], {
    serialization: 'advanced',
    execArgv: execArgvFor(import.meta.url),
    ...options,
  })
  const exited = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(`${entry} ended with ${signal ?? code}`)),
  )
  return {
    async ask(question) {
      const replied = new Promise<Reply<Answer>>((resolve) => child.once('message', resolve))
      child.send(question)
      const reply = await Promise.race([replied, exited])
      if (typeof reply === 'string') throw new Error(reply)
      if ('failure' in reply) throw new Error(`${entry}: ${reply.failure}`)
      return reply.answer
    },
    async end() {
      if (child.exitCode === null && child.signalCode === null) letGo(child)
      await exited
    },
  }
}

/** The helper's half: one answer per question; it ends when its parent lets go or is gone. */
export function answerQuestions<Question, Answer>(
  answer: (question: Question) => Promise<Answer>,
  onEnd: () => Promise<void> = async () => {},
): void {
  const say = (reply: Reply<Answer>) => process.send?.(reply)
  // Only the process that started this one speaks on the channel.
  process.on('message', (question: Question) => {
    answer(question)
      .then((given) => say({ answer: given }))
      .catch((cause: unknown) => say({ failure: String(cause) }))
  })
  process.once('disconnect', () => void onEnd().then(() => process.exit(0)))
}

function letGo(child: ChildProcess): void {
  if (child.connected) child.disconnect()
  else child.kill()
}
