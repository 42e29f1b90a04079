import { z } from 'zod'
import { type Answers, answerSchemas } from '../reports/answers.ts'
import type { Reader } from '../reports/reader.ts'
import { Problem } from './problem.ts'
import { defineRoute, type JsonRoute } from './route.ts'

/** Pages stay small enough to be read and sent at once. */
const PAGE_MAX = 1_000
const sku = z.string().min(1).max(200).optional()
const limit = (byDefault: number) => z.coerce.number().int().min(1).max(PAGE_MAX).default(byDefault)

/** Questions to the books, answered as the reader answers them. */
export function readRoutes(reader: Reader, nowMs: () => number): JsonRoute[] {
  const plain = (report: PlainReport, summary: string) =>
    defineRoute({
      method: 'GET',
      path: `/api/v1/${report}`,
      summary,
      // One schema of several; which one is known only to the list below.
      answer: answerSchemas[report] as z.ZodType<Answers[PlainReport]>,
      handle: () => reader.ask({ report }),
    })
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/stock',
      summary: 'book quantity by SKU and location',
      query: z.strictObject({ sku, location: sku }),
      answer: answerSchemas.stock,
      handle: ({ query }) => reader.ask({ report: 'stock', ...query }),
    }),
    plain('skus', 'every SKU of the masters'),
    plain('locations', 'every place stock can be, real or virtual'),
    ...movementRoutes(reader),
    ...noteRoutes(reader),
    plain(
      'lessons',
      'pictures that answers propose for the gallery, and who approved or undid each',
    ),
    plain('exits', 'what left without a sale: waiting for a till, alarmed, asked, written off'),
    plain('authority', 'what each sensor may do, how its claims fared, and what that advises'),
    plain('review-budget', 'questions asked a day, how many were right to ask, and their share'),
    plain('trial-balance', 'debit and credit totals by account'),
    plain('pools', 'quantity and value of stock by SKU, and the inventory account beside them'),
    plain('people', 'who has which roles in the books, who can sign in, and who said so'),
    plain('periods', 'months closed and reopened, with the head of the chain then'),
    ...controlRoutes(reader, nowMs),
    plain('policy', 'the accounting choices that hold'),
    plain('parked', 'till lines whose goods no master knows yet'),
    plain('receiving', 'deliveries on their way in: expected, seen, unconfirmed, unexpected'),
    plain(
      'readers',
      'what each reader is made of, its noise, and whether its doors see the right way',
    ),
    plain('strangers', 'tags and barcodes that no master knows, with counts and times'),
    plain('open-counts', 'count sheets that nobody has approved'),
    plain('books-digest', 'the books without order and time: equal for equal business'),
    plain('verify', 'every balance, layer and hash derived again from the journal and compared'),
  ]
}

type PlainReport =
  | 'authority'
  | 'exits'
  | 'lessons'
  | 'review-budget'
  | 'skus'
  | 'locations'
  | 'trial-balance'
  | 'pools'
  | 'people'
  | 'periods'
  | 'policy'
  | 'open-counts'
  | 'receiving'
  | 'readers'
  | 'strangers'
  | 'parked'
  | 'books-digest'
  | 'verify'

function movementRoutes(reader: Reader): JsonRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/movements',
      summary: 'what moved, newest first',
      query: z.strictObject({
        limit: limit(200),
        before: z
          .string()
          .regex(/^\d{1,15}(\.\d{1,9})?$/)
          .optional()
          .describe('nextBefore of the newer page, or a sequence'),
        sku,
      }),
      answer: answerSchemas.movements,
      handle: ({ query }) => reader.ask({ report: 'movements', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/entries/{sequence}',
      summary: 'one journal entry with its movements, lines and what it was concluded from',
      params: z.object({ sequence: z.coerce.number().int().min(1) }),
      answer: answerSchemas.entry,
      handle: async ({ params: { sequence } }) =>
        (await reader.ask({ report: 'entry', sequence })) ??
        new Problem(404, 'no-such-entry', `expected a posted sequence, got ${sequence}`),
    }),
  ]
}

function controlRoutes(reader: Reader, nowMs: () => number): JsonRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/closing',
      summary: 'what must be done before a month can be closed, item by item',
      query: z.strictObject({
        period: z
          .string()
          .regex(/^\d{4}-\d{2}$/)
          .optional(),
      }),
      answer: answerSchemas.closing,
      handle: ({ query }) => reader.ask({ report: 'closing', ...query, nowMs: nowMs() }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/counts/{count}',
      summary: 'counted against the books, for who approves; told once every line is counted',
      params: z.object({ count: z.string().min(1).max(200) }),
      answer: answerSchemas['count-differences'],
      handle: async ({ params: { count } }) =>
        (await reader.ask({ report: 'count-differences', count })) ??
        new Problem(404, 'no-such-count', `expected a count of these books, got ${count}`),
    }),
  ]
}

function noteRoutes(reader: Reader): JsonRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/reviews',
      summary: 'questions for a person, newest first',
      query: z.strictObject({
        state: z.enum(['open', 'all']).default('open'),
        limit: limit(PAGE_MAX),
      }),
      answer: answerSchemas.reviews,
      handle: ({ query }) => reader.ask({ report: 'reviews', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/quarantine',
      summary: 'messages that could not be used, newest first',
      query: z.strictObject({ limit: limit(100) }),
      answer: answerSchemas.quarantine,
      handle: ({ query }) => reader.ask({ report: 'quarantine', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/refusals',
      summary: 'commands that the books refused, newest first',
      query: z.strictObject({
        limit: limit(100),
        actor: sku.describe('who was refused'),
        day: z.iso.date().optional().describe('business date'),
      }),
      answer: answerSchemas.refusals,
      handle: ({ query }) => reader.ask({ report: 'refusals', ...query }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alerts',
      summary: 'alerts, newest first',
      query: z.strictObject({ limit: limit(100) }),
      answer: answerSchemas.alerts,
      handle: ({ query }) => reader.ask({ report: 'alerts', ...query }),
    }),
  ]
}
