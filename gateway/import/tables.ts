import { z } from 'zod'
import { checkDigit, normaliseGtin } from '../../sensors/index.ts'

/**
 * The kinds of rows that an import takes, one schema per kind over cells of text. A schema's
 * message is what was expected; a column that takes nothing is an optional one.
 */

const text = z
  .string({ error: 'a text of 1 to 200 characters' })
  .max(200, 'a text of 1 to 200 characters')
const decimalSays = 'a decimal with a point and no grouping, such as 4.20'
const decimal = z.string({ error: decimalSays }).regex(/^-?\d{1,9}(\.\d{1,6})?$/, decimalSays)
const dateSays = 'a date of this century, such as 2026-03-02'
const date = z.iso.date({ error: dateSays }).regex(/^20[0-7]\d/, dateSays)
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `one of ${words.join(', ')}` })
const whole = (min: number, max: number) => {
  const says = `a whole number of ${min} to ${max}`
  return z
    .string({ error: says })
    .regex(/^\d{1,9}$/, says)
    .transform(Number)
    .refine((value) => value >= min && value <= max, says)
}
const yesOrNo = oneOf(['yes', 'no', 'true', 'false']).transform(
  (word) => word === 'yes' || word === 'true',
)

/** Several in one cell, `|` between them. */
const list = z.string().transform((cell) =>
  cell
    .split('|')
    .map((one) => one.trim())
    .filter((one) => one !== ''),
)

const gtin = z.string({ error: 'a GTIN of 8, 12, 13 or 14 digits' }).transform((given, context) => {
  const normal = normaliseGtin(given)
  if (typeof normal === 'string') return normal
  context.addIssue({ code: 'custom', message: gtinSays(given) })
  return z.NEVER
})

function gtinSays(given: string): string {
  if (!/^(\d{8}|\d{12}|\d{13}|\d{14})$/.test(given)) return 'a GTIN of 8, 12, 13 or 14 digits'
  return `check digit ${checkDigit(given.padStart(14, '0').slice(0, 13))} at the end`
}

const epcs = list.refine(
  (all) => all.every((one) => /^[0-9A-Fa-f]{8,128}$/.test(one)),
  'EPCs of 8 to 128 hex digits with "|" between them',
)

export const tables = {
  skus: z.object({
    sku: text,
    name: text,
    category: text,
    gtins: list.pipe(z.array(gtin).max(20, 'at most 20 GTINs')).default([]),
    quantityScale: whole(0, 4).default(0),
    method: oneOf(['fifo', 'lifo', 'average', 'specific']),
    tagged: yesOrNo.default(false),
    price: decimal.optional(),
    standardCost: decimal.optional(),
    home: text,
  }),
  gtins: z.object({
    gtin,
    sku: text,
    /** Base units that it stands for: a case of 24 is 24. */
    quantity: decimal.default('1'),
  }),
  suppliers: z.object({ supplier: text, name: text }),
  locations: z.object({
    location: text,
    name: text,
    kind: oneOf(['real', 'basket', 'in-transit']).default('real'),
    costGroup: text.optional(),
  }),
  prices: z.object({ sku: text, price: decimal }),
  planogram: z.object({ camera: text, zone: text, sku: text, location: text }),
  opening: z.object({
    sku: text,
    location: text,
    quantity: decimal,
    value: decimal,
    date,
    lot: text.optional(),
    expires: date.optional(),
    serials: list.default([]),
    epcs: epcs.default([]),
  }),
  /** What the system before says the opening stock is worth, by account. */
  totals: z.object({ account: text, value: decimal }),
  orders: z.object({
    order: text,
    supplier: text,
    date,
    line: whole(1, 100_000),
    sku: text,
    quantity: decimal,
    cost: decimal,
  }),
} as const

export type TableName = keyof typeof tables
export type Row<T extends TableName> = z.infer<(typeof tables)[T]>

/** A row that fits its schema, and where it stands. */
export interface Placed<T extends TableName> {
  readonly file: string
  readonly line: number
  readonly row: Row<T>
}

export type Rows = { readonly [T in TableName]: Placed<T>[] }

export const tableNames = Object.keys(tables) as TableName[]

export function columnsOf(
  table: TableName,
): { readonly name: string; readonly required: boolean }[] {
  return Object.entries(tables[table].shape).map(([name, schema]) => ({
    name,
    required: !schema.safeParse(undefined).success,
  }))
}

/** One thing wrong with a file. */
export interface Fault {
  readonly file: string
  /** Null: the file as a whole. */
  readonly line: number | null
  /** Name of the column; empty: the row as a whole. */
  readonly column: string
  readonly expected: string
  readonly got: string
}
