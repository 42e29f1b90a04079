import { z } from 'zod'
import { atMs, nullableText, rowsOf } from './answer-fields.ts'

/** What left without a sale and is not settled yet. */
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
} as const
