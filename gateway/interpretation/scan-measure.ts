import type { Sku } from '../../ledger-core/index.ts'
import { checkDigit, normaliseGtin } from '../../sensors/index.ts'
import type { Facts } from './conclusion.ts'
import { type Packed, packedIn } from './packs.ts'
import type { GoodScan } from './scan-parts.ts'
import type { Lot } from './session-memory.ts'

/** How many units of what a scan speaks of. */
export type Measured =
  | MeasuredGoods
  | { readonly kind: 'unknown'; readonly gtin14: string | null }
  /** Known goods, and a label that does not say how much of them. */
  | { readonly kind: 'unmeasured'; readonly message: string }

export interface MeasuredGoods {
  readonly kind: 'goods'
  readonly sku: Sku
  readonly gtin14: string
  /** Scaled. */
  readonly units: bigint
  /** Of one unit; null for packs: their serial is none of their units'. */
  readonly serial: string | null
  readonly lot: Lot | null
}

interface Said {
  readonly gtin14: string
  readonly serial?: string
  readonly lot?: string
  readonly expiry?: string
  readonly count?: number
  readonly netWeightMg?: number
  readonly price?: object
}

export function unitsOfScan(facts: Facts, scan: GoodScan, times: number): Measured {
  const said = saidBy(facts, scan)
  const packed = said && packedIn(facts, said.gtin14)
  if (said === null || packed === null) return { kind: 'unknown', gtin14: said?.gtin14 ?? null }
  const one = unitsOf(packed, said)
  if (typeof one === 'string') return { kind: 'unmeasured', message: one }
  const { sku, isPack } = packed
  const serial = isPack || said.serial === undefined ? null : said.serial
  const units = serial === null ? one * BigInt(times) : one
  return { kind: 'goods', sku, gtin14: said.gtin14, units, serial, lot: lotOf(said) }
}

function saidBy(facts: Facts, scan: GoodScan): Said | null {
  if (scan.kind === 'restricted') {
    const gtin14 = restrictedGtin(facts, scan.itemNumber)
    return gtin14 === null ? null : { ...scan, gtin14 }
  }
  return scan.kind === 'item' && scan.gtin14 !== undefined ? { ...scan, gtin14: scan.gtin14 } : null
}

/** The masters know a weighed article by its number with the digits of weight or price at zero. */
function restrictedGtin(facts: Facts, itemNumber: string): string | null {
  const digits = itemNumber.padEnd(12, '0').slice(0, 12)
  const gtin = normaliseGtin(`${digits}${checkDigit(digits)}`)
  return typeof gtin === 'string' && packedIn(facts, gtin) !== null ? gtin : null
}

const MG_PER_KG = 1_000_000n

/** Scaled units, or why the label does not tell them. */
function unitsOf(packed: Packed, { netWeightMg, price, count = 1 }: Said): bigint | string {
  const { sku, units } = packed
  const isWeighed = sku.quantityScale > 0
  if (netWeightMg !== undefined && isWeighed) {
    const scaled = BigInt(netWeightMg) * 10n ** BigInt(sku.quantityScale)
    return scaled % MG_PER_KG === 0n
      ? scaled / MG_PER_KG
      : `expected a weight as fine as ${sku.name} is counted, got ${netWeightMg} mg`
  }
  if (isWeighed && !packed.isPack) {
    const got = price === undefined ? 'no weight' : 'a price, which tells no weight'
    return `expected the weight of ${sku.name} on its label, got ${got}`
  }
  return count > 0 ? units * BigInt(count) : `expected a count above 0, got ${count}`
}

function lotOf({ lot, expiry }: Said): Lot | null {
  return lot === undefined && expiry === undefined
    ? null
    : { lot: lot ?? null, expires: expiry ?? null }
}
