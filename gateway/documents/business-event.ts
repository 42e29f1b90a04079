import { z } from 'zod'
import { date, decimal, instant, lineNumber, text } from './fields.ts'

/**
 * Business documents as tills, WMS and purchasing send them: JSON, amounts and quantities as
 * decimal strings, never floats. Strict on what it means; unknown extra fields are ignored
 * because senders add their own.
 */

/** What a document's line counts: a SKU in base units, or a GTIN of a unit or pack in its own. */
const goods = {
  sku: z.string().max(200).default(''),
  gtin: z.string().max(14).optional(),
}

const receiptReference = z.object({ till: text, fiscalDay: date, receipt: text, line: lineNumber })

/** Topic `tallygate/v1/<till>/receipt`. Key: till + fiscal day + receipt (+ line). */
export const receiptSchema = z.object({
  type: z.literal('receipt').default('receipt'),
  till: text,
  fiscalDay: date,
  receipt: text,
  at: instant,
  lines: z
    .array(
      z.object({
        line: lineNumber,
        kind: z.enum(['item', 'non-stock']).default('item'),
        /** As scanned: 8, 12, 13 or 14 digits. */
        gtin: z.string().max(14).default(''),
        serial: z.string().max(64).optional(),
        description: z.string().max(200).default(''),
        /** Positive sold, negative returned. */
        quantity: decimal,
        net: decimal,
        taxCode: text,
        tax: decimal,
        original: receiptReference.optional(),
        /** The till's price was changed by hand: kept as evidence; `net` is what was paid. */
        priceOverride: z.object({ listNet: decimal, reason: text, by: text }).optional(),
      }),
    )
    .min(1)
    .max(2_000),
  tenders: z
    .array(z.object({ kind: z.enum(['cash', 'card', 'voucher']), amount: decimal }))
    .max(50),
  rounding: decimal.default('0'),
  total: decimal,
})

/** Same topic: the till takes a whole receipt back before its day is closed. */
export const voidSchema = z.object({
  type: z.literal('void'),
  till: text,
  fiscalDay: date,
  receipt: text,
  at: instant,
  /** Who allowed it and why, as the till asked for it. */
  reason: text,
})

/**
 * Same topic, every few seconds: the till works and has told everything. While each till has
 * spoken within `policy.tillSpokenMs`, an exit without a sale is an alarm at once.
 */
export const heartbeatSchema = z.object({
  type: z.literal('heartbeat'),
  till: text,
  at: instant,
  /** Receipts it has printed and not handed in yet. */
  waiting: z.int().min(0).default(0),
})

/**
 * Same topic, in a store without a till: somebody has left, and what is in the baskets is theirs
 * (`policy.sellsWithoutTill: session-end`).
 */
export const sessionEndSchema = z.object({
  type: z.literal('session-end'),
  till: text,
  session: text,
  at: instant,
})

/** Topic `tallygate/v1/<device>/document` or POST /api/v1/documents. */
export const documentSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('purchase-order'),
    order: text,
    supplier: text,
    at: instant,
    lines: z
      .array(z.object({ line: lineNumber, ...goods, quantity: decimal, cost: decimal }))
      .min(1)
      .max(5_000),
  }),
  z.object({
    type: z.literal('despatch-advice'),
    delivery: text,
    order: text,
    at: instant,
    lines: z
      .array(
        z.object({
          orderLine: lineNumber,
          ...goods,
          quantity: decimal,
          /** Upper-case hex EPCs the supplier says are inside; empty for untagged goods. */
          epcs: z
            .array(z.string().regex(/^[0-9A-Fa-f]{8,128}$/))
            .max(10_000)
            .default([]),
        }),
      )
      .min(1)
      .max(5_000),
    /** How it is packed, where the sender says so. */
    packs: z
      .array(
        z.object({
          pack: text.describe('SSCC of 18 digits, or the EPC of a case as hexadecimal or URI'),
          within: text.optional().describe('the pack it stands in'),
          contents: z
            .array(
              z.object({
                orderLine: lineNumber,
                quantity: decimal.optional().describe('base units; by default its tags'),
                epcs: z
                  .array(z.string().regex(/^[0-9A-Fa-f]{8,128}$/))
                  .max(10_000)
                  .default([]),
              }),
            )
            .max(1_000)
            .default([]),
        }),
      )
      .max(5_000)
      .optional(),
  }),
  z.object({
    /** A person has counted the delivery and signs for it. */
    type: z.literal('goods-receipt'),
    delivery: text,
    signedBy: text,
    at: instant,
    lines: z
      .array(z.object({ orderLine: lineNumber, ...goods, quantity: decimal }))
      .min(1)
      .max(5_000),
  }),
  z.object({
    /** Every tag somebody read while walking through a place: a count sheet. */
    type: z.literal('tag-sweep'),
    sweep: text,
    location: text,
    at: instant,
    /** The handheld, or who carried it; by default the sender. */
    by: text.optional(),
    epcs: z.array(z.string().regex(/^[0-9A-Fa-f]{8,128}$/)).max(50_000),
  }),
  z.object({
    /** Take what a camera sees now as a count sheet of its shelves. */
    type: z.literal('picture-count'),
    count: text,
    camera: text,
    at: instant,
  }),
  z.object({
    /** Somebody has scanned the wrong thing: the last scan of that scanner is taken back. */
    type: z.literal('scan-undo'),
    scanner: text,
    at: instant,
  }),
  z.object({
    /** WMS pick confirmation or a person's handheld: these units are moved. */
    type: z.literal('transfer'),
    transfer: text,
    from: text,
    to: text,
    at: instant,
    lines: z
      .array(z.object({ line: lineNumber, ...goods, quantity: decimal }))
      .min(1)
      .max(5_000),
  }),
  z.object({
    /** What another system holds, or a person has counted, in one place: compared, never taken over. */
    type: z.literal('stock-report'),
    report: text,
    basis: z.enum(['system', 'count']).default('system'),
    location: text,
    at: instant,
    lines: z
      .array(z.object({ line: lineNumber, sku: text, quantity: decimal }))
      .min(1)
      .max(5_000),
  }),
])

/** POST /api/v1/masters: SKUs, places, planogram and opening stock; all or nothing. */
export const mastersSchema = z.object({
  key: text.describe('names this import for ever, e.g. "opening-2026-03-02"'),
  at: instant,
  skus: z
    .array(
      z.object({
        sku: text,
        name: text,
        category: text,
        gtins: z.array(z.string().regex(/^\d{14}$/)).max(20),
        quantityScale: z.int().min(0).max(4).default(0),
        method: z.enum(['fifo', 'lifo', 'average', 'specific']),
        tagged: z.boolean(),
        price: decimal,
        /** Cost of one base unit while none was ever received. */
        standardCost: decimal.optional(),
        home: text,
      }),
    )
    .max(100_000),
  locations: z
    .array(
      z.object({
        location: text,
        name: text,
        kind: z.enum(['real', 'basket', 'in-transit']),
        /** Places that share one cost; by default the whole site. */
        costGroup: text.optional(),
      }),
    )
    .max(10_000),
  /** GTINs of packs: how many base units one of them is. A base unit's own GTINs are its SKU's. */
  packs: z
    .array(z.object({ gtin: z.string().regex(/^\d{14}$/), sku: text, quantity: decimal }))
    .max(100_000)
    .optional(),
  /** What the system before says the opening stock is worth, by account; kept for the cut-over report. */
  totals: z
    .array(z.object({ account: text, value: decimal }))
    .max(1_000)
    .optional(),
  suppliers: z
    .array(z.object({ supplier: text, name: text }))
    .max(10_000)
    .default([]),
  planogram: z
    .array(z.object({ camera: text, zone: text, sku: text, location: text }))
    .max(100_000)
    .default([]),
  opening: z
    .array(
      z.object({
        sku: text,
        location: text,
        quantity: decimal,
        /** Total cost of these units. */
        value: decimal,
        /** The day they were bought; by default that of the import. */
        date: date.optional(),
        lot: text.optional(),
        /** Last day they may be sold. */
        expires: date.optional(),
        /** One per base unit, for goods that are identified one by one. */
        serials: z.array(text).max(100_000).optional(),
        epcs: z.array(z.string()).max(100_000).default([]),
      }),
    )
    .max(100_000)
    .default([]),
})

export type PurchaseOrder = DocumentOf<'purchase-order'>
export type Receipt = z.infer<typeof receiptSchema>
export type SessionEnd = z.infer<typeof sessionEndSchema>
export type Heartbeat = z.infer<typeof heartbeatSchema>
export type Void = z.infer<typeof voidSchema>
export type BusinessDocument = z.infer<typeof documentSchema>
export type Masters = z.infer<typeof mastersSchema>
export type DocumentOf<T extends BusinessDocument['type']> = Extract<BusinessDocument, { type: T }>
export type GoodsReceipt = DocumentOf<'goods-receipt'>
