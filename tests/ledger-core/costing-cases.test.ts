import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseMoney, parseQuantity } from '../../ledger-core/index.ts'
import { type Books, balances, bought, masters, openBooks, sku, sold } from './support/books.ts'

interface Case {
  readonly id: string
  readonly name: string
  readonly source: { readonly title: string; readonly url: string }
  readonly method: 'FIFO' | 'WMA'
  readonly minorUnits: number
  readonly steps: readonly {
    readonly op: 'receipt' | 'sale'
    readonly ref: string
    readonly qty: string
    readonly unit_cost?: string
    readonly total?: string
  }[]
  readonly expect: {
    readonly ending?: {
      readonly qty: string
      readonly value: string
      readonly layers?: readonly (readonly [string, string])[]
    }
    readonly cogs_total?: string
    readonly steps: Readonly<Record<string, string>>
  }
}

/** Published and measured cases; each names its source. Costs enter as line totals, half to even. */
const CASES: readonly Case[] = JSON.parse(
  readFileSync(new URL('./fixtures/costing-cases.json', import.meta.url), 'utf8'),
)
const SCALE = 3

function exact(parsed: ReturnType<typeof parseMoney>): bigint {
  if (typeof parsed !== 'bigint') throw new Error(parsed.message)
  return parsed
}

/** Line total of `quantity` at a unit cost, rounded once. */
function lineTotal(step: Case['steps'][number], minorUnits: number): bigint {
  if (step.total !== undefined) return exact(parseMoney(step.total, minorUnits))
  const product =
    exact(parseQuantity(step.qty, SCALE)) * exact(parseQuantity(step.unit_cost ?? '0', 6))
  const unit = 10n ** BigInt(SCALE + 6 - minorUnits)
  const whole = product / unit
  const twice = (product % unit) * 2n
  return twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole
}

function play(books: Books, one: Case): Map<string, bigint> {
  const issued = new Map<string, bigint>()
  const method = one.method === 'FIFO' ? 'fifo' : 'average'
  books.apply(masters([sku('goods', { method, quantityScale: SCALE })]))
  for (const step of one.steps) {
    const quantity = exact(parseQuantity(step.qty, SCALE))
    if (step.op === 'receipt') {
      const value = lineTotal(step, one.minorUnits)
      for (const command of bought(step.ref, 'goods', quantity, value)) books.apply(command)
      continue
    }
    const outcome = books.apply(sold(step.ref, 'goods', quantity))
    if (outcome.status !== 'posted') throw new Error(JSON.stringify(outcome))
    issued.set(step.ref, books.ledger.entry(outcome.sequence)?.movements[0]?.costMinor ?? 0n)
  }
  return issued
}

test.each(CASES.map((one) => [one.id, one.name, one] as const))('%s %s', (_id, _name, one) => {
  const books = openBooks({ code: 'XTS', minorUnits: one.minorUnits })
  const money = (text: string) => exact(parseMoney(text, one.minorUnits))
  const issued = play(books, one)
  const pool = books.ledger.pools()[0]
  if (one.expect.ending) {
    expect(pool?.quantity).toBe(exact(parseQuantity(one.expect.ending.qty, SCALE)))
    expect(pool?.valueMinor).toBe(money(one.expect.ending.value))
    const layers = one.expect.ending.layers
    if (layers) expect(pool?.layers).toBe(layers.length)
  }
  if (one.expect.cogs_total !== undefined) {
    expect(balances(books.ledger)['cogs'] ?? 0n).toBe(money(one.expect.cogs_total))
  }
  for (const [ref, cost] of Object.entries(one.expect.steps)) {
    expect(issued.get(ref), ref).toBe(money(cost))
  }
  expect(books.ledger.verify()).toMatchObject({ ok: true })
  books.close()
})
