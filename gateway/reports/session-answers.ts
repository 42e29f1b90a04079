import { z } from 'zod'
import { atMs, count, integer, nullableText, rowsOf } from './answer-fields.ts'

/** Deliveries on their way in, and what was seen that nobody knows. */
export const sessionAnswers = {
  receiving: z.object({
    rows: z.array(
      z.object({
        delivery: z.string(),
        order: z.string(),
        state: z.string().describe('expected, or overdue: nobody has signed in time'),
        orderLine: count.nullable().describe('null: scanned, and on none of its lines'),
        sku: z.string(),
        name: z.string(),
        scale: count,
        expected: integer,
        seen: integer.describe('tags read and units scanned'),
        sealed: integer.describe('not seen itself, in a sealed container that was'),
        unconfirmed: integer.describe('expected, and nothing speaks for it'),
        unexpected: integer.describe('more than was announced'),
      }),
    ),
    doubtful: z
      .array(z.object({ delivery: z.string(), container: z.string() }))
      .describe('containers seen with too few of the tags they should hold'),
  }),
  readers: rowsOf(
    z.object({
      device: z.string(),
      hardware: nullableText.describe('what it said stands behind its name'),
      ghosts: count.describe('reads that were noise: never read again, or their checksum failed'),
      ghostsSinceMs: atMs.nullable(),
      doors: z.array(
        z.object({
          portal: z.string(),
          passes: count.describe('the last ones whose way something else knows, twenty at most'),
          asExpected: count.describe('nearly none of twenty: the antennas are most likely swapped'),
        }),
      ),
    }),
  ),
  strangers: rowsOf(
    z.object({
      kind: z.enum(['tag', 'barcode']),
      what: z.string().describe('the EPC, or the text of the barcode'),
      gtin14: nullableText,
      place: z.string(),
      device: z.string(),
      times: count,
      firstAtMs: atMs,
      lastAtMs: atMs,
    }),
  ),
} as const
