import { z } from 'zod'
import { atMs, nullableText, rowsOf } from './answer-fields.ts'

/** What left without a sale and is not settled yet; what answers have taught. */
export const exitSchemas = {
  exits: rowsOf(
    z.object({
      sku: z.string(),
      name: z.string(),
      serial: z.string(),
      epc: z.string(),
      portal: z.string(),
      atMs,
      state: z
        .enum(['waiting', 'alarmed', 'asked', 'written-off'])
        .describe('waiting: a till lags and its receipt may be on the way'),
      waitsFor: z.array(z.string()).describe('tills that have not spoken of late'),
      alarm: nullableText.describe('key of the alert, and of its picture'),
    }),
  ),
  lessons: rowsOf(
    z.object({
      lesson: z.int().describe('the review that approves it'),
      sku: z.string(),
      name: z.string(),
      picture: z.string().describe('key of the question whose picture it is'),
      state: z.enum(['proposed', 'approved', 'rejected', 'undone']),
      askedAtMs: atMs,
      approvedBy: nullableText,
      approvedAtMs: atMs.nullable(),
      undoneBy: nullableText,
      undoneAtMs: atMs.nullable(),
    }),
  ),
} as const
