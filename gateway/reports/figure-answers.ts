import { z } from 'zod'
import { count, integer, sequence } from './answer-fields.ts'

/** What the reports over time answer; the words are those of `answers.ts`. */

const money = { currency: z.string(), minorUnits: count }
const nextAfter = z
  .string()
  .nullable()
  .describe('give it as `after` for the next page; null: there is none')
const day = z.string().describe('ISO date')
const period = z.string().describe('day 2026-03-09, week 2026-W11 (ISO 8601) or month 2026-03')
const goods = { sku: z.string(), name: z.string() }

const column = z.object({
  quantity: integer.describe('closing'),
  valueMinor: integer.describe('closing'),
  cogsMinor: integer,
})
const methods = z.object({
  fifo: column,
  lifo: column.describe('information alone where the framework is IFRS (IAS 2.25)'),
  average: column.describe('moving weighted average'),
})

export const figureSchemas = {
  'what-if': z.object({
    ...money,
    framework: z.enum(['IFRS', 'US-GAAP']),
    rows: z.array(
      z.object({
        ...goods,
        scale: count,
        method: z.string().describe('in use now'),
        asBooks: z
          .boolean()
          .nullable()
          .describe(
            'the column of the method in use equals the books; false: the method changed on the way; null: specific identification has no column',
          ),
        quantity: integer.describe('what the books hold'),
        valueMinor: integer.describe('what the books hold'),
        methods,
      }),
    ),
    total: z.object({
      valueMinor: integer.describe('of all SKUs, whatever the page'),
      usedCogsMinor: integer.describe('COGS of each SKU by the method in use'),
      allAsBooks: z.boolean(),
      methods: z.record(
        z.enum(['fifo', 'lifo', 'average']),
        column.pick({ valueMinor: true, cogsMinor: true }),
      ),
    }),
    cogsAccountMinor: integer.nullable().describe('null: of one SKU alone'),
    otherCogsMinor: integer
      .nullable()
      .describe('of the account, what no goods caused: allowances released, entries by hand'),
    nextAfter,
  }),
  margin: z.object({
    ...money,
    rows: z.array(
      z.object({
        period,
        sku: z.string().nullable().describe('null: by category; empty: no goods of the masters'),
        name: z.string(),
        category: z.string(),
        scale: count,
        sold: integer.nullable().describe('null: by category'),
        returned: integer.nullable(),
        revenueMinor: integer.describe('net of tax, before returns'),
        returnsMinor: integer,
        netMinor: integer.describe('revenue less returns'),
        cogsMinor: integer,
        marginMinor: integer.describe('net revenue less COGS'),
      }),
    ),
    nextAfter,
  }),
  demand: z.object({
    rows: z.array(
      z.object({
        date: day.describe('business date'),
        ...goods,
        scale: count,
        sold: integer,
        returned: integer,
        received: integer.describe('from suppliers and other stores'),
        sentBack: integer.describe('to suppliers'),
        adjusted: integer.describe('all else, signed: counts, losses, kits, transfers, opening'),
        onHand: integer.describe('in the store at the end of the day'),
        stockOut: z.boolean().describe('nothing was left: demand may have been higher'),
      }),
    ),
    nextAfter,
  }),
  variance: z.object({
    ...money,
    rows: z.array(
      z.object({
        period,
        kind: z.enum([
          'loss',
          'gain',
          'write-off',
          'till',
          'purchase-price',
          'invoice-price',
          'delivered-over',
          'delivered-short',
        ]),
        ...goods,
        scale: count,
        location: z.string().describe('place or till; empty: none'),
        reason: z.string(),
        times: z.int().min(1),
        quantity: integer.describe('units gained, or lost (negative)'),
        costMinor: integer.describe('expense positive'),
      }),
    ),
    nextAfter,
  }),
  record: z.object({
    ...money,
    ...goods,
    scale: count,
    rows: z.array(
      z.object({
        at: z.string().describe('entry and movement; movement 0: a change of value alone'),
        date: day.describe('accounting date'),
        kind: z.string(),
        from: z.string(),
        to: z.string(),
        quantity: integer.describe('moved'),
        change: integer.describe('of what is held; a move within the store changes nothing'),
        changeMinor: integer,
        heldQuantity: integer.describe('after it, deficits taken off'),
        heldMinor: integer,
        layers: z.array(z.object({ layer: sequence, quantity: integer, valueMinor: integer })),
      }),
    ),
    nextAfter,
  }),
  statement: z.object({
    ...money,
    account: z.string(),
    openingMinor: integer.describe('balance before the first row, debit positive'),
    rows: z.array(
      z.object({
        at: z.string().describe('entry and line'),
        date: day.describe('accounting date'),
        kind: z.string(),
        sourceKey: z.string(),
        memo: z.string(),
        amountMinor: integer.describe('debit positive'),
        balanceMinor: integer,
      }),
    ),
    nextAfter,
  }),
  'cut-over': z.object({
    ...money,
    imports: z.array(
      z.object({
        sequence,
        sourceKey: z.string(),
        date: day,
        beforeFirstSale: z.boolean(),
        accounts: z.array(
          z.object({
            account: z.string(),
            openedMinor: integer.describe('debit positive'),
            expectedMinor: integer.nullable().describe('of the old system; null: not given'),
          }),
        ),
        isEqual: z.boolean().nullable().describe('null: the import came without totals'),
      }),
    ),
    firstSale: sequence.nullable().describe('entry of the first sale'),
  }),
} as const
