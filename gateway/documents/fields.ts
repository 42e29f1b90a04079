import { z } from 'zod'

/** What the fields of business documents may hold, whatever document they are in. */

export const text = z.string().min(1).max(200)
export const decimal = z
  .string()
  .regex(/^-?\d{1,9}(\.\d{1,6})?$/, 'must be a decimal in a string, such as "4.20"')
/** A till without a clock battery says 1970 or 2099; such a paper is parked for a person. */
const isOurTime = (text: string) => /^20[0-7]\d-/.test(text)
export const instant = z.iso
  .datetime({ offset: true })
  .refine(isOurTime, 'must be a time of this century, such as "2026-03-02T09:15:00Z"')
export const date = z.iso.date().refine(isOurTime, 'must be a date of this century')
export const lineNumber = z.int().min(1).max(100_000)
