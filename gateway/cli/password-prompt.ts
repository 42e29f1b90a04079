import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Longer lines are no passwords. */
const BYTES_MAX = 4_096

type Given = string | { readonly fault: string }

/** From a terminal twice and unseen; from standard input its first line. */
export async function askPassword(person: string, fromStdin: boolean): Promise<Given> {
  if (fromStdin) return await firstLine()
  if (!process.stdin.isTTY)
    return { fault: 'expected a terminal to ask for the password, got none; use --password-stdin' }
  const first = await unseen(`Password for ${person}: `)
  const again = await unseen('Once more: ')
  return first === again ? first : { fault: 'expected the same password twice, got two' }
}

async function firstLine(): Promise<Given> {
  let text = ''
  process.stdin.setEncoding('utf8')
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.includes('\n') || text.length > BYTES_MAX) break
  }
  return text.split(/\r?\n/, 1)[0] ?? ''
}

/** What is typed goes to an output that shows nothing; only the question is seen. */
async function unseen(question: string): Promise<string> {
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
