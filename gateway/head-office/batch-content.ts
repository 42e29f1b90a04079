import { z } from 'zod'

/** What a receiver reads out of a batch that has already proved itself. */

const integer = z
  .string()
  .regex(/^-?\d{1,30}$/)
  .transform(BigInt)

const contentSchema = z.object({
  currency: z.object({ code: z.string(), minorUnits: z.int() }),
  accountNames: z.record(z.string(), z.string()),
  quantityScales: z.record(z.string(), z.int()),
  entries: z.array(
    z.object({
      lines: z.array(z.object({ account: z.string(), amountMinor: integer })),
      movements: z.array(
        z.object({ sku: z.string(), from: z.string(), to: z.string(), quantity: integer }),
      ),
    }),
  ),
})

export interface BatchContent {
  readonly currency: { readonly code: string; readonly minorUnits: number }
  readonly accounts: readonly AccountSum[]
  readonly moved: readonly MovedSum[]
}

export interface AccountSum {
  readonly account: string
  readonly name: string
  readonly debitMinor: bigint
  readonly creditMinor: bigint
}

export interface MovedSum {
  readonly sku: string
  readonly from: string
  readonly to: string
  readonly scale: number
  readonly quantity: bigint
}

/** Adds one batch up by account and by way of the goods; null when a field is not what it must be. */
export function readContent(bytes: Uint8Array): BatchContent | null {
  const parsed = contentSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  if (!parsed.success) return null
  const { currency, entries, accountNames, quantityScales } = parsed.data
  const accounts = new Map<string, AccountSum>()
  const moved = new Map<string, MovedSum>()
  for (const { account, amountMinor } of entries.flatMap(({ lines }) => lines)) {
    const name = accountNames[account] ?? ''
    const sum = accounts.get(account) ?? { account, name, debitMinor: 0n, creditMinor: 0n }
    const debitMinor = sum.debitMinor + (amountMinor > 0n ? amountMinor : 0n)
    const creditMinor = sum.creditMinor - (amountMinor < 0n ? amountMinor : 0n)
    accounts.set(account, { ...sum, debitMinor, creditMinor })
  }
  for (const { sku, from, to, quantity } of entries.flatMap(({ movements }) => movements)) {
    const key = JSON.stringify([sku, from, to])
    const scale = quantityScales[sku] ?? 0
    const before = moved.get(key)?.quantity ?? 0n
    moved.set(key, { sku, from, to, scale, quantity: before + quantity })
  }
  return { currency, accounts: [...accounts.values()], moved: [...moved.values()] }
}
