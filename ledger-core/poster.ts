import assert from 'node:assert'
import { type Chart, isInventoryAccount } from './account.ts'
import type { Command, Location } from './command.ts'
import type { CostBook } from './cost-book.ts'
import { entryText } from './entry-text.ts'
import { sha256Hex } from './hash.ts'
import type { JournalEntry, Line } from './journal.ts'
import { createPostings, inventorySums, type Posted, type Posting } from './posting.ts'
import type { BalanceStore } from './store/balance-store.ts'
import type { JournalStore } from './store/journal-store.ts'

export interface PosterDeps {
  readonly journal: JournalStore
  readonly balances: BalanceStore
  readonly costs: CostBook
  readonly chart: Chart
  readonly locationKind: (location: string) => Location['kind'] | null
  readonly locationGroup: (location: string) => string
}

/** Cost, balance, chain and write one entry. Null when the command moves neither goods nor money. */
export function createPoster(deps: PosterDeps) {
  const { journal, balances, costs, chart, locationKind, locationGroup } = deps
  const addStock = (sku: string, location: string, quantity: bigint) => {
    if (locationKind(location) !== 'virtual') balances.addStock(sku, location, quantity)
  }
  const postings = createPostings(costs, { chart, locationGroup, addStock })
  return (
    command: Command,
    accountingDate: string,
    rule: (posting: Posting) => void,
    commandHash: string,
  ): JournalEntry | null => {
    const head = journal.head()
    const sequence = head.sequence + 1
    rule(postings.begin(sequence, command.businessDate))
    const posted = postings.finish()
    const { movements, lines, effects } = posted
    if (movements.length + lines.length + effects.length === 0) return null
    assertInvariants(sequence, posted, chart)
    if (lines.length > 0) balances.addLines(lines)
    const unhashed = {
      sequence,
      kind: command.kind,
      sourceKey: command.sourceKey,
      occurredAtMs: command.occurredAtMs,
      businessDate: command.businessDate,
      accountingDate,
      // A clock that ran backwards must not make the journal do so; the same input clamps the same.
      postedAtMs: Math.max(command.postedAtMs, head.postedAtMs),
      actor: command.actor,
      movements,
      lines,
      effects,
      commandHash,
      previousHash: head.hash,
    }
    const entry = { ...unhashed, hash: sha256Hex(entryText(unhashed)) }
    journal.insert(entry)
    return entry
  }
}

/** Balanced, and each inventory account moves exactly as its pools did: two paths, one figure. */
function assertInvariants(sequence: number, { lines, effects }: Posted, chart: Chart): void {
  const fault = entryFault(lines, inventorySums(chart, effects), chart)
  if (fault !== null) assert.fail(`entry ${sequence}: ${fault}`)
}

/** What is wrong between the lines of an entry and what its effects do to inventory, or null. */
export function entryFault(
  lines: readonly Line[],
  pools: ReadonlyMap<string, bigint>,
  chart: Chart,
): string | null {
  let sumMinor = 0n
  const open = new Map(pools)
  for (const { account, amountMinor } of lines) {
    sumMinor += amountMinor
    if (!isInventoryAccount(chart, account)) continue
    open.set(account, (open.get(account) ?? 0n) - amountMinor)
  }
  if (sumMinor !== 0n) return `out of balance by ${sumMinor}`
  for (const [account, difference] of open) {
    if (difference !== 0n) {
      return `${account} account: its pools move ${difference} more than its lines`
    }
  }
  return null
}
