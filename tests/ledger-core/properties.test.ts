import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Command, replayCommands } from '../../ledger-core/index.ts'
import {
  type Books,
  command,
  masters,
  openBooks,
  order,
  part,
  receipt,
  received,
  saleLine,
  sku,
} from './support/books.ts'

/** Any day of a small store: two SKUs, one of each method, deficits and returns included. */

const SKUS = ['fifo', 'mean'] as const
const aSku = fc.constantFrom(...SKUS)
const aQuantity = fc.bigInt(1n, 9n)
const aPlace = fc.constantFrom('backroom', 'shelf', 'basket')

type Step =
  | { readonly do: 'buy'; readonly sku: string; readonly quantity: bigint; readonly minor: bigint }
  | { readonly do: 'sell'; readonly sku: string; readonly quantity: bigint; readonly minor: bigint }
  | {
      readonly do: 'move'
      readonly sku: string
      readonly quantity: bigint
      readonly from: string
      readonly to: string
    }
  | {
      readonly do: 'shrink'
      readonly sku: string
      readonly quantity: bigint
      readonly from: string
    }
  | { readonly do: 'return'; readonly sku: string; readonly quantity: bigint; readonly of: number }

const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('buy' as const),
    sku: aSku,
    quantity: aQuantity,
    minor: fc.bigInt(0n, 999n),
  }),
  fc.record({
    do: fc.constant('sell' as const),
    sku: aSku,
    quantity: aQuantity,
    minor: fc.bigInt(0n, 999n),
  }),
  fc.record({
    do: fc.constant('move' as const),
    sku: aSku,
    quantity: aQuantity,
    from: aPlace,
    to: aPlace,
  }),
  fc.record({ do: fc.constant('shrink' as const), sku: aSku, quantity: aQuantity, from: aPlace }),
  fc.record({ do: fc.constant('return' as const), sku: aSku, quantity: aQuantity, of: fc.nat(20) }),
)
const aDay = fc.array(aStep, { minLength: 1, maxLength: 25 })

function commandsOf(step: Step, index: number): Command[] {
  const key = `step-${index}`
  switch (step.do) {
    case 'buy': {
      const line = { line: 1, sku: step.sku, quantity: step.quantity, valueMinor: step.minor }
      return [order(key, line), received(`${key}/in`, key, 1, step.sku, step.quantity)]
    }
    case 'sell':
      return [receipt(key, saleLine(1, step.sku, step.quantity, step.minor))]
    case 'move':
      return [
        command(key, {
          kind: 'move',
          part: part(step.sku, step.quantity, step.from, step.to),
          reason: '',
        }),
      ]
    case 'shrink':
      return [
        command(key, {
          kind: 'shrink',
          part: part(step.sku, step.quantity, step.from, 'shrinkage'),
          reason: '',
        }),
      ]
    case 'return': {
      const original = { sourceKey: `step-${step.of}`, line: 1 }
      return [receipt(key, { ...saleLine(1, step.sku, -step.quantity, -50n), original })]
    }
  }
}

function openStore(): Books {
  const books = openBooks()
  books.db.pragma('synchronous = OFF')
  books.apply(masters([sku('fifo'), sku('mean', { method: 'average' })]))
  return books
}

function assertWhole({ ledger }: Books): void {
  const balance = ledger
    .trialBalance()
    .reduce((sum, row) => sum + row.debitMinor - row.creditMinor, 0n)
  expect(balance).toBe(0n)
  const pools = ledger.pools()
  expect(ledger.inventoryAccountMinor()).toBe(pools.reduce((sum, row) => sum + row.valueMinor, 0n))
  for (const pool of pools) {
    const units = ledger.stock().filter((row) => row.sku === pool.sku)
    expect(units.reduce((sum, row) => sum + row.quantity, 0n)).toBe(pool.quantity)
    if (pool.quantity === 0n) expect(pool.valueMinor).toBe(0n)
  }
  expect(ledger.verify()).toMatchObject({ ok: true })
}

const RUNS = { numRuns: 40 }
/** The days of a run take seconds; a machine shared by many takes longer. */
const PATIENCE_MS = 60_000

test(
  'whatever a day brings, the books are whole and replay to the same chain',
  () => {
    fc.assert(
      fc.property(aDay, (day) => {
        const books = openStore()
        const again = openBooks()
        try {
          for (const one of day.flatMap(commandsOf)) {
            const before = books.ledger.head()
            const outcome = books.apply(one)
            if (outcome.status === 'refused') expect(books.ledger.head()).toEqual(before)
          }
          assertWhole(books)
          replayCommands(books.db, again.ledger)
          expect(again.ledger.head()).toEqual(books.ledger.head())
          expect(again.ledger.entries(0, 999)).toEqual(books.ledger.entries(0, 999))
        } finally {
          books.close()
          again.close()
        }
      }),
      RUNS,
    )
  },
  PATIENCE_MS,
)

test(
  'any duplication of commands, at once or later, leaves the same books',
  () => {
    fc.assert(
      fc.property(
        aDay,
        fc.array(fc.tuple(fc.nat(60), fc.nat(60)), { maxLength: 20 }),
        (day, repeats) => {
          const once = openStore()
          const twice = openStore()
          try {
            const commands = day.flatMap(commandsOf)
            for (const one of commands) once.apply(one)
            const accepted = new Set<Command>()
            commands.forEach((one, index) => {
              if (twice.apply(one).status !== 'refused') accepted.add(one)
              for (const [at, of] of repeats) {
                const earlier = commands[of % (index + 1)]
                if (at % commands.length !== index || earlier === undefined) continue
                // A refused command is not remembered: sent again later it may find what it lacked.
                if (accepted.has(earlier)) expect(twice.apply(earlier).status).toBe('already')
              }
            })
            expect(twice.ledger.head()).toEqual(once.ledger.head())
            expect(twice.ledger.booksDigest()).toEqual(once.ledger.booksDigest())
          } finally {
            once.close()
            twice.close()
          }
        },
      ),
      RUNS,
    )
  },
  PATIENCE_MS,
)
