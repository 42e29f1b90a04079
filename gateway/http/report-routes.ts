import { z } from 'zod'
import { answerSchemas } from '../reports/answers.ts'
import { PERIODS } from '../reports/periods.ts'
import type { Reader } from '../reports/reader.ts'
import { defineRoute, type JsonRoute } from './route.ts'

/** Pages stay small enough to be read and sent at once. */
const PAGE_MAX = 1_000
const text = z.string().min(1).max(200).optional()
const day = z.iso.date().optional()
const days = { from: day.describe('first day'), to: day.describe('last day') }
const limit = z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_MAX)
const page = {
  limit,
  after: z.string().max(1_000).optional().describe('nextAfter of the page before'),
}
const by = z.enum(PERIODS).default('day')

/** Reports of the books beyond what the page shows; those over time may take minutes. */
export function reportRoutes(reader: Reader): JsonRoute[] {
  return [...timeRoutes(reader), ...journalRoutes(reader), ...stockRoutes(reader)]
}

function timeRoutes(reader: Reader): JsonRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/what-if',
      summary: 'FIFO, LIFO and moving average side by side over the whole history',
      query: z.strictObject({ sku: text, ...page }),
      answer: answerSchemas['what-if'],
      handle: ({ query }) => reader.ask({ report: 'what-if', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/margin',
      summary: 'revenue, returns, COGS and margin by period and SKU or category',
      query: z.strictObject({
        ...days,
        by,
        of: z.enum(['sku', 'category']).default('sku'),
        sku: text,
        ...page,
      }),
      answer: answerSchemas.margin,
      handle: ({ query }) => reader.ask({ report: 'margin', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/demand',
      summary: 'sold, returned, received and on hand by SKU and business day; by default 31 days',
      query: z.strictObject({ ...days, sku: text, ...page }),
      answer: answerSchemas.demand,
      handle: ({ query }) => reader.ask({ report: 'demand', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/variance',
      summary: 'losses, gains, write-offs, tills over and short, prices and deliveries by period',
      query: z.strictObject({ ...days, by, sku: text, location: text, ...page }),
      answer: answerSchemas.variance,
      handle: ({ query }) => reader.ask({ report: 'variance', ...query }),
    }),
  ]
}

function journalRoutes(reader: Reader): JsonRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/journal',
      summary: 'entries with movements, lines and evidence by any filter, newest first',
      query: z.strictObject({
        ...days,
        sku: text,
        account: text,
        kind: text.describe('of the entry or of one of its movements'),
        sourceKey: text.describe('whole, or its beginning with * at the end'),
        actor: text,
        limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(100),
        before: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional()
          .describe('nextBefore of the newer page'),
      }),
      answer: answerSchemas.journal,
      handle: ({ query }) => reader.ask({ report: 'journal', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/record',
      summary: 'perpetual record of one SKU: each movement with quantity, value and layers held',
      query: z.strictObject({ sku: z.string().min(1).max(200), ...page }),
      answer: answerSchemas.record,
      handle: ({ query }) => reader.ask({ report: 'record', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/statement',
      summary: 'one account line by line with its balance',
      query: z.strictObject({ account: z.string().min(1).max(200), ...days, ...page }),
      answer: answerSchemas.statement,
      handle: ({ query }) => reader.ask({ report: 'statement', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/cut-over',
      summary: 'opening stock by account against the totals of the system before',
      answer: answerSchemas['cut-over'],
      handle: () => reader.ask({ report: 'cut-over' }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/cut-off',
      summary: 'entries that count for another day than the one they happened on',
      answer: answerSchemas['cut-off'],
      handle: () => reader.ask({ report: 'cut-off' }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/uninvoiced',
      summary: 'goods received that no invoice has come for',
      answer: answerSchemas.uninvoiced,
      handle: () => reader.ask({ report: 'uninvoiced' }),
    }),
  ]
}

function stockRoutes(reader: Reader): JsonRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/available',
      summary: 'on hand, in baskets, in transit, reserved and available by SKU',
      query: z.strictObject({ sku: text }),
      answer: answerSchemas.available,
      handle: ({ query }) => reader.ask({ report: 'available', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/packs',
      summary: 'GTINs of packs and how many base units each holds',
      answer: answerSchemas.packs,
      handle: () => reader.ask({ report: 'packs' }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/layers',
      summary: 'the cost layers that the stock consists of, oldest first',
      query: z.strictObject({ sku: text }),
      answer: answerSchemas.layers,
      handle: ({ query }) => reader.ask({ report: 'layers', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/reports/expiring',
      summary: 'layers whose last day is up to a date',
      query: z.strictObject({ upTo: z.iso.date() }),
      answer: answerSchemas.expiring,
      handle: ({ query }) => reader.ask({ report: 'expiring', ...query }),
    }),
  ]
}
