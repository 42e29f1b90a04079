import type { AccountRole } from '../account.ts'
import type { Command } from '../command.ts'
import { formatMoney, formatQuantity } from '../decimal.ts'
import type { Ledger } from '../ledger.ts'
import { inSavepoint, inTransaction } from '../store/transaction.ts'
import { CaseFault, openingCommands, QUANTITY_SCALE, stepCommands } from './case-commands.ts'
import type { CaseExpectation, CostingCase } from './costing-case.ts'

/** What a case came to, in the words of its expectation. */
export interface CaseResult {
  readonly id: string
  readonly pass: boolean
  /** A case its file calls informative shows another system's outcome; ours may differ from it. */
  readonly informative: boolean
  readonly got: CaseExpectation
  readonly expected: CaseExpectation
}

export interface ConformanceReport {
  readonly cases: readonly CaseResult[]
  readonly passed: number
  readonly failed: number
}

/** Fresh books for one case, of a currency with so many decimals. */
export type OpenBooks = (minorUnits: number) => {
  readonly ledger: Ledger
  readonly close: () => void
}

/** Run every case in fresh books; only what a case expects is compared, figure by figure. */
export function conformCosting(
  cases: readonly CostingCase[],
  openBooks: OpenBooks,
): ConformanceReport {
  const results = cases.map((one) => {
    const { ledger, close } = openBooks(one.minorUnits)
    try {
      return runCase(one, ledger)
    } finally {
      close()
    }
  })
  const passed = results.filter(({ pass }) => pass).length
  return { cases: results, passed, failed: results.length - passed }
}

/** Accounts of the format in ours. Receipts are owed through GR/IR until they are invoiced. */
const ACCOUNTS: Readonly<Record<string, readonly AccountRole[]>> = {
  ap: ['gr-ir', 'accounts-payable', 'landed-cost-accrual'],
  receivable: ['accounts-receivable'],
  revenue: ['sales-revenue'],
  sales_returns: ['sales-returns'],
  inventory: ['inventory'],
  cogs: ['cogs'],
  shrinkage: ['shrinkage-expense'],
  price_variance: ['purchase-price-variance'],
  revaluation: ['revaluation'],
  write_down: ['write-down-expense'],
  allowance: ['inventory-allowance'],
}

/** Refusals of the format in ours. */
const ERRORS: Readonly<Record<string, string>> = {
  'method-not-allowed': 'METHOD_NOT_ALLOWED',
  'exceeds-sold': 'RETURN_EXCEEDS_SALE',
  'not-enough-stock': 'INSUFFICIENT_STOCK',
  'not-a-number': 'SCALE_TOO_FINE',
}

interface Run {
  readonly ledger: Ledger
  readonly steps: Map<string, ReadonlyMap<string, bigint>>
  error: { readonly error: string; readonly at?: string } | null
}

function runCase(one: CostingCase, ledger: Ledger): CaseResult {
  const run: Run = { ledger, steps: new Map(), error: null }
  try {
    play(one, run)
  } catch (fault) {
    if (!(fault instanceof CaseFault)) throw fault
    run.error = { error: fault.message }
  }
  const got = gotOf(one, run)
  const verified = ledger.verify().ok
  const pass = verified && JSON.stringify(got) === JSON.stringify(orderedLike(got, one.expect))
  const informative = one.conformance === 'informative'
  return { id: one.id, pass, informative, got, expected: one.expect }
}

function play(one: CostingCase, run: Run): void {
  const opened = openingCommands(one).every((command) => apply(command, run, new Map()))
  if (!opened) return
  for (const [index, { ref }] of one.steps.entries()) {
    const quantity = run.ledger.pools().reduce((sum, pool) => sum + pool.quantity, 0n)
    const changes = new Map<string, bigint>()
    const commands = stepCommands(one, index, { quantity })
    if (!commands.every((command) => apply(command, run, changes, ref))) return
    run.steps.set(ref, changes)
  }
}

/** Post a command and add its lines to `changes`; a refusal is the error of the run, at its step. */
function apply(command: Command, run: Run, changes: Map<string, bigint>, at?: string): boolean {
  const { ledger } = run
  const outcome = inTransaction(ledger.db, () =>
    inSavepoint(ledger.db, () => ledger.apply(command)),
  )
  if (outcome.status === 'refused') {
    const error = ERRORS[outcome.code] ?? outcome.code
    run.error = at === undefined ? { error } : { error, at }
    return false
  }
  const entry = outcome.status === 'posted' ? ledger.entry(outcome.sequence) : null
  for (const { account, amountMinor } of entry?.lines ?? []) {
    changes.set(account, (changes.get(account) ?? 0n) + amountMinor)
  }
  return true
}

/** The figures of a run for everything its case expects, in the same form. */
function gotOf(one: CostingCase, run: Run): CaseExpectation {
  if (run.error !== null) return run.error
  const { expect } = one
  const money = (amountMinor: bigint) => formatMoney(amountMinor, one.minorUnits)
  const { ledger } = run
  const totals = new Map(
    ledger
      .trialBalance()
      .map(({ account, debitMinor, creditMinor }) => [account, debitMinor - creditMinor]),
  )
  const steps = Object.entries(expect.steps ?? {}).map(([ref, wanted]) => {
    const changes = run.steps.get(ref) ?? new Map<string, bigint>()
    if (typeof wanted === 'string') return [ref, money(sumOf('cogs', changes, ledger))]
    const accounts = Object.keys(wanted).map((name) => [name, money(sumOf(name, changes, ledger))])
    return [ref, Object.fromEntries(accounts)]
  })
  const accounts = Object.keys(expect.accounts ?? {}).map((name) => [
    name,
    money(sumOf(name, totals, ledger)),
  ])
  return {
    ...(expect.ending === undefined ? {} : { ending: endingOf(expect.ending, ledger, money) }),
    ...(expect.cogs_total === undefined
      ? {}
      : { cogs_total: money(sumOf('cogs', totals, ledger)) }),
    ...(expect.steps === undefined ? {} : { steps: Object.fromEntries(steps) }),
    ...(expect.accounts === undefined ? {} : { accounts: Object.fromEntries(accounts) }),
  }
}

function endingOf(
  wanted: NonNullable<CaseExpectation['ending']>,
  ledger: Ledger,
  money: (amountMinor: bigint) => string,
): NonNullable<CaseExpectation['ending']> {
  const pools = ledger.pools()
  const quantity = pools.reduce((sum, pool) => sum + pool.quantity, 0n)
  const valueMinor = pools.reduce((sum, pool) => sum + pool.valueMinor, 0n)
  const layers = pools
    .flatMap(({ sku, group }) => ledger.layers(sku, group))
    .map((layer) => [plainQuantity(layer.quantity), money(layer.valueMinor)] as const)
  return {
    qty: plainQuantity(quantity),
    value: money(valueMinor),
    ...(wanted.layers === undefined ? {} : { layers }),
  }
}

/** A quantity without the zeros that its scale adds. */
function plainQuantity(quantity: bigint): string {
  return formatQuantity(quantity, QUANTITY_SCALE).replace(/\.?0+$/, '')
}

/** Change of an account of the format; `inventory:A` is the inventory of cost group A. */
function sumOf(name: string, changes: ReadonlyMap<string, bigint>, { chart }: Ledger): bigint {
  const accounts = ACCOUNTS[name]?.map((role) => chart[role].account) ?? [name]
  let sum = 0n
  for (const [account, amountMinor] of changes) {
    const isGroup = name === 'inventory' && account.startsWith(`${chart.inventory.account}:`)
    if (accounts.includes(account) || isGroup) sum += amountMinor
  }
  return sum
}

/** The expectation with its keys in the order of `got`, so that the two compare as text. */
function orderedLike(got: unknown, expected: unknown): unknown {
  if (typeof got !== 'object' || got === null || Array.isArray(got)) return expected
  if (typeof expected !== 'object' || expected === null) return expected
  const wanted = new Map<string, unknown>(Object.entries(expected))
  const known = Object.entries(got).map(([key, value]) => [
    key,
    orderedLike(value, wanted.get(key)),
  ])
  const missing = [...wanted].filter(([key]) => !(key in got))
  return Object.fromEntries([...known, ...missing])
}
