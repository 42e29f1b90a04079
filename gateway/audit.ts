import type { Verdict, WorkBody } from './bookkeeper/protocol.ts'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { Answers } from './reports/answers.ts'

export interface AuditParts {
  /** Derives the books again: the newest entries, or all of them. */
  readonly verify: (lastEntries?: number) => Promise<Answers['verify']>
  /** What the last verification found wrong, as the store remembers it; null: nothing. */
  readonly remembered: () => Promise<string | null>
  readonly commit: (body: WorkBody) => Promise<Verdict>
  readonly clock: Clock
  readonly businessDateOf: (atMs: number) => string
  /** Entries that a start looks at. */
  readonly lastEntries: number
  readonly log: Log
}

export interface Audit {
  /** Resolves when nothing is known against the books; rejects, in words, when something is. */
  sound(): Promise<void>
  /** Call now and then: a new business day has its whole journal verified once. */
  look(): void
  /** A verification under way is left to end with its reader; its outcome is not told. */
  stop(): void
}

/**
 * The books are derived again at every start (the newest entries) and once a night (all of them).
 * What does not verify stops forwarding until a whole verification passes, also over restarts:
 * head office must not receive what the store cannot prove. Capture goes on meanwhile.
 */
export function createAudit(parts: AuditParts): Audit {
  const { verify, remembered, commit, clock, businessDateOf, lastEntries, log } = parts
  let unsound: string | null = null
  let date = businessDateOf(clock.nowMs())
  let isStopped = false

  const run = async (entries?: number): Promise<void> => {
    const { ok, entries: checked, firstBad } = await verify(entries)
    const place = firstBad?.sequence == null ? '' : ` from entry ${firstBad.sequence} on`
    unsound = ok ? null : `the books do not verify${place}: ${firstBad?.what ?? 'no reason given'}`
    if (isStopped) return
    if (unsound === null) log.info({ checked }, 'the books verify')
    else log.error({ checked }, unsound)
    await commit({ kind: 'verified', unsound })
  }
  /** A verification that did not end says nothing about the books; the next one may. */
  const unfinished = (cause: unknown): void => {
    if (!isStopped) log.warn({ cause: String(cause) }, 'a verification did not end')
  }
  const first = async (): Promise<void> => {
    unsound = await remembered()
    await run(unsound === null ? lastEntries : undefined)
  }
  let running = first().catch(unfinished)
  const started = running
  return {
    async sound() {
      await started
      if (unsound !== null) throw new Error(`${unsound}; nothing is forwarded until they do`)
    },
    look() {
      const today = businessDateOf(clock.nowMs())
      if (today <= date || isStopped) return
      date = today
      running = running.then(() => run()).catch(unfinished)
    },
    stop() {
      isStopped = true
    },
  }
}
