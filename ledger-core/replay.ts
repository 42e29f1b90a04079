import assert from 'node:assert'
import { commandFromText } from './command-text.ts'
import type { Ledger } from './ledger.ts'
import { createCommandStore } from './store/command-store.ts'
import type { Db } from './store/database.ts'
import { inTransaction } from './store/transaction.ts'

const GROUP = 500

/**
 * Apply the recorded commands of one file to fresh books, in the order they were accepted. The
 * journal that comes out is the same to the byte. Returns how many commands were applied.
 */
export function replayCommands(from: Db, into: Ledger): number {
  const recorded = createCommandStore(from)
  let after = 0
  for (;;) {
    const page = recorded.bodies(after, GROUP)
    const last = page.at(-1)
    if (last === undefined) return after
    inTransaction(into.db, () => {
      for (const { number, body } of page) {
        const outcome = into.apply(commandFromText(body))
        assert(
          outcome.status === 'posted' || outcome.status === 'recorded',
          `replay of command ${number}: expected it to post, got ${JSON.stringify(outcome)}`,
        )
      }
    })
    after = last.number
  }
}
