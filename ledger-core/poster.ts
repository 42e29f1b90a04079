import assert from 'node:assert'
import type { Chart } from './account.ts'
import type { Command, Location } from './command.ts'
import { type CostBook, costMovement } from './cost-movement.ts'
import { entryText } from './entry-text.ts'
import { sha256Hex } from './hash.ts'
import type { JournalEntry, Line } from './journal.ts'
import { linesOf, type PlannedMovement, type PostedMovement } from './posting-rules.ts'
import type { AccountTotal, BalanceStore } from './store/balance-store.ts'
import type { JournalStore } from './store/journal-store.ts'

export interface PosterDeps {
  readonly journal: JournalStore
  readonly balances: BalanceStore
  readonly costs: CostBook
  readonly chart: Chart
  readonly locationKind: (location: string) => Location['kind'] | null
}

/** Cost, balance, chain and write one entry. Null when the command moves neither goods nor money. */
export function createPoster(deps: PosterDeps) {
  return (
    command: Command,
    planned: readonly PlannedMovement[],
    commandHash: string,
  ): JournalEntry | null => {
    const head = deps.journal.head()
    const sequence = head.sequence + 1
    const posted = planned.map((plan, index) => postMovement(deps, command, plan, sequence, index))
    const lines = linesOf(command, posted, deps.chart)
    if (posted.length === 0 && lines.length === 0) return null
    assertInvariants(sequence, lines, posted, deps.chart)
    for (const total of totalsOf(lines)) deps.balances.addTotal(total)
    const unhashed = {
      sequence,
      kind: command.kind,
      sourceKey: command.sourceKey,
      occurredAtMs: command.occurredAtMs,
      businessDate: command.businessDate,
      accountingDate: command.businessDate,
      // A clock that ran backwards must not make the journal do so; the same input clamps the same.
      postedAtMs: Math.max(command.postedAtMs, head.postedAtMs),
      actor: command.actor,
      movements: posted.map(({ movement }) => movement),
      lines,
      commandHash,
      previousHash: head.hash,
    }
    const entry = { ...unhashed, hash: sha256Hex(entryText(unhashed)) }
    deps.journal.insert(entry)
    return entry
  }
}

function postMovement(
  { costs, balances, locationKind }: PosterDeps,
  command: Command,
  { movement, flow }: PlannedMovement,
  sequence: number,
  index: number,
): PostedMovement {
  const { sku, quantity, from, to, line = 0 } = movement
  const facts = { sku, quantity, sequence, line, effectiveDate: command.businessDate }
  const costed = costMovement(costs, facts, flow)
  if (locationKind(from) !== 'virtual') balances.addStock(sku, from, -quantity)
  if (locationKind(to) !== 'virtual') balances.addStock(sku, to, quantity)
  return { movement: { ...movement, number: index + 1, costMinor: costed.costMinor }, costed }
}

/** Balanced, and the inventory account moves exactly as the pools did: two paths, one figure. */
function assertInvariants(
  sequence: number,
  lines: readonly Line[],
  posted: readonly PostedMovement[],
  chart: Chart,
): void {
  let sumMinor = 0n
  let inventoryMinor = 0n
  for (const { account, amountMinor } of lines) {
    sumMinor += amountMinor
    if (account === chart.inventory.account) inventoryMinor += amountMinor
  }
  if (sumMinor !== 0n) assert.fail(`entry ${sequence} is out of balance by ${sumMinor}`)
  const poolsMinor = posted.reduce((sum, { costed }) => sum + costed.inventoryMinor, 0n)
  if (inventoryMinor !== poolsMinor) {
    assert.fail(
      `entry ${sequence}: inventory account moves ${inventoryMinor}, pools move ${poolsMinor}`,
    )
  }
}

/** Debits and credits of an entry, one row per account. */
function totalsOf(lines: readonly Line[]): AccountTotal[] {
  const totals = new Map<string, { account: string; debitMinor: bigint; creditMinor: bigint }>()
  for (const { account, amountMinor } of lines) {
    let total = totals.get(account)
    if (total === undefined) {
      total = { account, debitMinor: 0n, creditMinor: 0n }
      totals.set(account, total)
    }
    if (amountMinor > 0n) total.debitMinor += amountMinor
    else total.creditMinor -= amountMinor
  }
  return [...totals.values()]
}
