import { z } from 'zod'

/** What the fields of answers hold, whatever report they are in. */

export const integer = z
  .string()
  .regex(/^-?\d+$/)
  .describe('scaled integer')
export const count = z.int().min(0)
export const sequence = z.int().min(1)
export const atMs = z.int().describe('UTC milliseconds')
export const nullableText = z.string().nullable()
export const rowsOf = <T extends z.ZodType>(row: T) => z.object({ rows: z.array(row) })
