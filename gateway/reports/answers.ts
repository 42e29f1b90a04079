import { z } from 'zod'
import type { Fault } from '../import/tables.ts'
import { atMs, count, integer, nullableText, rowsOf, sequence } from './answer-fields.ts'
import { controlAnswers } from './control-answers.ts'
import { entry, movement } from './entry-answers.ts'
import { exitSchemas } from './exit-answers.ts'
import { figureSchemas } from './figure-answers.ts'
import { sessionAnswers } from './session-answers.ts'
import { trustSchemas } from './trust-answers.ts'

/**
 * What reports answer, which is also what the HTTP API sends. Amounts and quantities are scaled
 * integers in decimal strings (JSON numbers lose digits above 2^53); `scale` says how many of a
 * quantity's digits are decimals, `minorUnits` the same for money.
 */

const heldLayer = z.object({
  layer: count,
  sku: z.string(),
  name: z.string(),
  group: z.string().describe('cost group; empty: the whole site'),
  date: z.string().describe('the day the goods were bought'),
  lot: nullableText,
  expires: nullableText,
  serial: nullableText,
  quantity: integer,
  scale: count,
  valueMinor: integer,
})

export const answerSchemas = {
  ...trustSchemas,
  ...controlAnswers,
  ...exitSchemas,
  ...sessionAnswers,
  counts: z.object({
    entries: count,
    openReviews: count,
    quarantined: count,
    defects: count.describe(
      'of these: messages that a defect of ours threw on, and unreadable records',
    ),
    skus: count,
    unsound: nullableText.describe('what the last verification found wrong; null: nothing'),
  }),
  stock: rowsOf(
    z.object({
      sku: z.string(),
      name: z.string(),
      location: z.string(),
      quantity: integer,
      scale: count,
    }),
  ),
  skus: rowsOf(
    z.object({
      sku: z.string(),
      name: z.string(),
      category: z.string(),
      gtins: z.array(z.string()),
      method: z.string(),
      tagged: z.boolean(),
      priceMinor: integer,
      home: z.string(),
      scale: count,
    }),
  ),
  locations: rowsOf(z.object({ location: z.string(), name: z.string(), kind: z.string() })),
  planogram: rowsOf(
    z.object({
      camera: z.string(),
      zone: z.string(),
      sku: z.string(),
      name: z.string(),
      location: z.string(),
    }),
  ),
  movements: z.object({
    rows: z.array(movement),
    nextBefore: nullableText.describe('give it as `before` for the next, older page; null: none'),
  }),
  entry,
  journal: z.object({
    rows: z.array(entry),
    nextBefore: nullableText.describe('give it as `before` for the next, older page; null: none'),
  }),
  ...figureSchemas,
  quarantine: rowsOf(
    z.object({
      id: sequence,
      atMs,
      device: z.string(),
      topic: z.string(),
      code: z.string(),
      message: z.string(),
      business: z.boolean().describe('a business document: kept for ever'),
      bytes: count,
      preview: z.string().describe('its beginning as text, or as hex when it is none'),
    }),
  ),
  packs: rowsOf(
    z.object({
      gtin: z.string(),
      sku: z.string(),
      name: z.string(),
      quantity: integer.describe('base units that one of it holds'),
      scale: count,
    }),
  ),
  alerts: rowsOf(z.object({ key: z.string(), atMs, text: z.string() })),
  'trial-balance': z.object({
    currency: z.string(),
    minorUnits: count,
    rows: z.array(
      z.object({
        account: z.string(),
        name: z.string(),
        debitMinor: integer,
        creditMinor: integer,
      }),
    ),
  }),
  pools: z.object({
    currency: z.string(),
    minorUnits: count,
    rows: z.array(
      z.object({
        sku: z.string(),
        name: z.string(),
        group: z.string().describe('cost group; empty: the whole site'),
        method: z.string(),
        quantity: integer,
        scale: count,
        valueMinor: integer,
        layers: count,
      }),
    ),
    inventoryAccountMinor: integer.describe('equals the sum of the pools'),
  }),
  layers: z.object({
    currency: z.string(),
    minorUnits: count,
    rows: z.array(heldLayer),
  }),
  expiring: z.object({
    currency: z.string(),
    minorUnits: count,
    rows: z.array(heldLayer),
  }),
  available: rowsOf(
    z.object({
      sku: z.string(),
      name: z.string(),
      scale: count,
      onHand: integer.describe('in places of the store'),
      basket: integer,
      inTransit: integer,
      reserved: integer,
      available: integer.describe('on hand less reserved'),
    }),
  ),
  'cut-off': rowsOf(
    z.object({
      sequence,
      kind: z.string(),
      sourceKey: z.string(),
      businessDate: z.string().describe('when it happened'),
      accountingDate: z.string().describe('when it counts'),
    }),
  ),
  uninvoiced: z.object({
    currency: z.string(),
    minorUnits: count,
    rows: z.array(
      z.object({
        sequence,
        sourceKey: z.string(),
        supplier: z.string(),
        sku: z.string(),
        name: z.string(),
        scale: count,
        received: integer,
        invoiced: integer,
        returned: integer.describe('before an invoice'),
        openMinor: integer.describe('still owed through goods received / invoice received'),
      }),
    ),
  }),
  batches: z.object({
    destinations: z.array(
      z.object({
        destination: z.string(),
        sealed: count.describe('number of the newest batch'),
        acknowledged: count.describe('number of the newest batch it has confirmed'),
        backlogBatches: count,
        backlogEntries: count,
        oldestSealedAtMs: atMs.nullable(),
      }),
    ),
  }),
  'books-digest': z.object({
    movements: z.string(),
    stock: z.string(),
    trialBalance: z.string(),
    text: z.string(),
  }),
  verify: z.object({
    ok: z.boolean(),
    entries: count,
    lastHash: z.string(),
    firstBad: z.object({ sequence: sequence.nullable(), what: z.string() }).optional(),
  }),
} as const

type Schemas = typeof answerSchemas

/** The batch a destination needs next; inside the gateway only, bytes and all. */
export interface NextBatch {
  readonly number: number
  readonly idempotencyKey: string
  readonly lastHash: string
  readonly sealedAtMs: number
  readonly bytes: Uint8Array
}

export type Answers = {
  readonly [Name in Exclude<keyof Schemas, 'entry' | 'count-differences'>]: z.infer<Schemas[Name]>
} & {
  /** Null: no such count. */
  readonly 'count-differences': z.infer<Schemas['count-differences']> | null
  /** Null: no such entry. */
  readonly entry: z.infer<Schemas['entry']> | null
  /** Null: the destination has everything. */
  readonly 'next-batch': NextBatch | null
  /** What is wrong with masters before the books are asked to take them. */
  readonly rights: { readonly roles: readonly string[]; readonly may: readonly string[] }
  /** Hashes of passwords; inside the gateway only. */
  readonly logins: {
    readonly rows: readonly { readonly person: string; readonly secret: string }[]
  }
  readonly 'check-masters': readonly Fault[]
}
