import { z } from 'zod'
import { date, decimal, instant, lineNumber, text } from './fields.ts'

/**
 * What a person or an ERP tells the books that is no till receipt and no delivery paper: counts,
 * invoices, returns to suppliers, transfers between stores, periods, roles. JSON; quantities and
 * amounts are decimals in strings. The names are the ledger's own (`ledger-core/README.md`).
 */

const reason = z.string().min(1).max(1_000).describe('why, in words an auditor understands')
const period = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-03')
const linesMax = 5_000
const epc = z.string().regex(/^[0-9A-Fa-f]{8,128}$/)
const serials = z.array(text).max(10_000).optional()

export const partSchema = z.strictObject({
  sku: text,
  quantity: decimal,
  from: text,
  to: text,
  epcs: z.array(epc).max(10_000).default([]),
  serials,
})
/** Stock that leaves or comes at one place; the ledger knows the other side. */
const placed = z.strictObject({ sku: text, quantity: decimal, location: text, serials })

const lotFacts = { lot: text.optional(), expires: date.optional(), serials }
const charges = z
  .array(z.strictObject({ description: text, amount: decimal }))
  .max(100)
  .optional()

const purchase = [
  z.strictObject({
    kind: z.literal('receive'),
    order: text,
    line: lineNumber,
    delivery: text,
    sku: text,
    quantity: decimal,
    to: text,
    value: decimal.optional().describe('cost confirmed at the dock; by default the agreed one'),
    excess: z.literal('accepted').optional(),
    charges,
    ...lotFacts,
  }),
  z.strictObject({
    kind: z.literal('receive-unordered'),
    supplier: text,
    delivery: text,
    sku: text,
    quantity: decimal,
    to: text,
    value: decimal,
    charges,
    ...lotFacts,
  }),
  z.strictObject({ kind: z.literal('close-order-line'), order: text, line: lineNumber, reason }),
  z.strictObject({
    kind: z.literal('supplier-invoice'),
    supplier: text,
    invoice: text,
    foreign: z.strictObject({ currency: z.string().regex(/^[A-Z]{3}$/), rate: decimal }).optional(),
    lines: z
      .array(z.strictObject({ receipt: text, sku: text, quantity: decimal, net: decimal }))
      .max(linesMax),
    tax: decimal,
    taxCode: z.string().max(50).default(''),
    claim: decimal.default('0').describe('invoiced but not received; negative settles a claim'),
  }),
  z.strictObject({
    kind: z.literal('landed-cost'),
    document: text,
    amount: decimal,
    basis: z.enum(['value', 'quantity', 'weight']),
    receipts: z
      .array(z.strictObject({ receipt: text, weight: z.int().min(1).optional() }))
      .min(1)
      .max(linesMax),
  }),
  z.strictObject({
    kind: z.literal('return-to-supplier'),
    receipt: text,
    sku: text,
    quantity: decimal,
    from: text,
    reason,
    serials,
    instead: z.literal('by-method').optional(),
  }),
] as const

const kit = {
  sku: text,
  quantity: decimal,
  location: text,
  components: z
    .array(z.strictObject({ sku: text, quantity: decimal, weight: z.int().min(1).optional() }))
    .min(1)
    .max(100),
}

const layer = z.strictObject({
  date,
  quantity: decimal,
  value: decimal,
  origin: text,
  lot: text.optional(),
  expires: date.optional(),
  serial: text.optional(),
})

const stock = [
  z.strictObject({
    kind: z.literal('reserve'),
    reservation: text,
    sku: text,
    quantity: decimal,
    expiresAt: instant,
  }),
  z.strictObject({ kind: z.literal('release'), reservation: text, reason }),
  z.strictObject({ kind: z.literal('move'), part: partSchema, reason }),
  z.strictObject({
    kind: z.literal('dispatch'),
    transfer: text,
    toSite: text,
    parts: z
      .array(partSchema.omit({ to: true, serials: true }))
      .min(1)
      .max(linesMax),
  }),
  z.strictObject({
    kind: z.literal('arrive'),
    transfer: text,
    fromSite: text,
    lines: z
      .array(
        z.strictObject({
          sku: text,
          quantity: decimal,
          to: text,
          epcs: z.array(epc).max(10_000).default([]),
          layers: z.array(layer).min(1).max(10_000),
        }),
      )
      .min(1)
      .max(linesMax),
  }),
  z.strictObject({
    kind: z.literal('confirm-arrival'),
    transfer: text,
    lines: z
      .array(z.strictObject({ sku: text, quantity: decimal }))
      .min(1)
      .max(linesMax),
  }),
  z.strictObject({
    kind: z.literal('start-count'),
    count: text,
    location: text,
    skus: z.array(text).min(1).max(100_000).optional(),
  }),
  z.strictObject({
    kind: z.literal('record-count'),
    count: text,
    sku: text,
    location: text,
    quantity: decimal,
    atSequence: z.int().min(0).optional().describe('last journal entry when it was counted'),
  }),
  z.strictObject({ kind: z.literal('approve-count'), count: text, reason }),
  z.strictObject({ kind: z.literal('cancel-count'), count: text, reason }),
  z.strictObject({
    kind: z.literal('write-off'),
    ...placed.shape,
    cause: z.enum(['damaged', 'expired', 'own-use']),
    reason,
  }),
  z.strictObject({ kind: z.literal('shrink'), ...placed.shape, reason }),
  z.strictObject({
    kind: z.literal('gain'),
    ...placed.shape,
    loss: text.optional().describe('source key of the loss that turned up again'),
    reason,
  }),
  z.strictObject({
    kind: z.literal('write-down'),
    sku: text,
    realisable: decimal.describe('what the units on hand will bring, less cost to sell'),
    reason,
  }),
  z.strictObject({ kind: z.literal('assemble-kit'), ...kit }),
  z.strictObject({ kind: z.literal('break-kit'), ...kit }),
  z.strictObject({
    kind: z.literal('revalue'),
    sku: text,
    costGroup: text.optional(),
    amount: decimal,
    against: z.enum(['revaluation', 'cogs']),
    reason,
  }),
  z.strictObject({
    kind: z.literal('change-method'),
    skus: z.array(text).min(1).max(100_000),
    method: z.enum(['fifo', 'lifo', 'average', 'specific']),
    reason,
  }),
  z.strictObject({
    kind: z.literal('name-serial'),
    sale: text,
    line: lineNumber,
    sku: text,
    serial: text,
  }),
] as const

const method = z.enum(['fifo', 'lifo', 'average', 'specific'])
const role = z.enum(['cashier', 'clerk', 'manager', 'controller', 'auditor', 'admin'])

const control = [
  z.strictObject({
    kind: z.literal('set-policy'),
    policy: z.strictObject({
      framework: z.enum(['IFRS', 'US-GAAP']).optional(),
      methods: z.record(text, method).optional().describe('the one method of a category'),
      deficits: z.enum(['provisional', 'refused']).optional(),
      averageReturns: z.enum(['original', 'average']).optional(),
      selfApprove: decimal.optional().describe('own counts up to this value'),
      secondApprover: decimal.optional().describe('manual journals above this'),
    }),
    reason,
  }),
  z.strictObject({
    kind: z.literal('assign-roles'),
    person: text,
    roles: z.array(role).max(6),
  }),
  z.strictObject({ kind: z.literal('soft-close-period'), period, reason }),
  z.strictObject({ kind: z.literal('reopen-period'), period, reason }),
  z.strictObject({ kind: z.literal('close-period'), period, reason }),
  z.strictObject({
    kind: z.literal('manual-journal'),
    lines: z
      .array(z.strictObject({ account: text, amount: decimal, memo: z.string().max(200) }))
      .min(2)
      .max(1_000)
      .describe('debits above zero, credits below; they sum to zero'),
    reason,
    approvedBy: text.optional(),
  }),
  z.strictObject({ kind: z.literal('reverse'), of: text, reason }),
  z.strictObject({
    kind: z.literal('map-line'),
    sale: text.describe('source key of the receipt, such as till:till-1/2026-03-02/17'),
    line: lineNumber,
    sku: text,
    quantity: decimal.optional().describe('what was weighed; pieces are known'),
  }),
  z.strictObject({ kind: z.literal('void-receipt'), of: text, reason }),
  z.strictObject({
    kind: z.literal('close-till'),
    till: text,
    zNumber: z.int().min(0),
    counted: z
      .array(z.strictObject({ kind: z.enum(['cash', 'card', 'voucher']), amount: decimal }))
      .max(3),
  }),
] as const

const told = z.discriminatedUnion('kind', [...purchase, ...stock, ...control])

/** POST /api/v1/commands, `tallygate post`. The id names it for ever; a repeat posts nothing. */
export const businessCommandSchema = z.strictObject({
  id: text.describe('names this command for ever, such as the number of its paper'),
  actor: text.describe('who says so'),
  at: instant,
  businessDate: date.optional().describe('by default the site day of "at"'),
  note: z.string().max(1_000).default(''),
  command: told,
})

export type BusinessCommand = z.infer<typeof businessCommandSchema>
export type Told = BusinessCommand['command']
