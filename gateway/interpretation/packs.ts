import { formatQuantity, type Sku } from '../../ledger-core/index.ts'
import { normaliseGtin } from '../../sensors/index.ts'
import type { BusinessDocument, Masters } from '../documents/business-event.ts'
import { oneUnit, refuse, remember } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { quantityOf } from './quantities.ts'

/** What one GTIN stands for: so many of a SKU, in its scaled integers. */
export interface Packed {
  readonly sku: Sku
  readonly units: bigint
  /** A pack of several, or of less than one. */
  readonly isPack: boolean
}

/** The books count base units only: packs are taken apart here, at the edge. */
export function packedIn(facts: Facts, gtin14: string): Packed | null {
  const base = facts.skuByGtin(gtin14)
  if (base !== null) return { sku: base, units: oneUnit(base.quantityScale), isPack: false }
  const pack = facts.recall('pack', gtin14)
  const sku = pack === undefined ? null : facts.sku(pack.sku)
  return pack === undefined || sku === null
    ? null
    : { sku, units: BigInt(pack.units), isPack: true }
}

/** Units of a quantity in packs (or base units); null where it is finer than whole packs. */
export function unitsOf({ sku, units, isPack }: Packed, quantity: string): bigint | null {
  if (!isPack) return quantityOf(quantity, sku.quantityScale)
  const packs = quantityOf(quantity, 0)
  return packs === null ? null : packs * units
}

/** What is wrong with the packs of an import, as the refusal of it all; null: nothing. */
export function packFault(
  facts: Facts,
  { packs = [], skus }: Masters,
  scaleOf: (sku: string) => number | null,
): Conclusion | null {
  const bases = new Set(skus.flatMap(({ gtins }) => gtins))
  const isPack = (gtin: string) => facts.recall('pack', gtin) !== undefined
  const clash = [...bases].find(isPack)
  if (clash !== undefined)
    return refuse('gtin-taken', `expected GTIN ${clash} to mean a pack as before, got one unit`)
  for (const { gtin, sku, quantity } of packs) {
    const scale = scaleOf(sku)
    if (scale === null)
      return refuse('unknown-sku', `expected a SKU of the masters for pack ${gtin}, got "${sku}"`)
    const owner = bases.has(gtin) ? 'one unit of this import' : facts.skuByGtin(gtin)?.sku
    if (owner !== undefined)
      return refuse(
        'gtin-taken',
        `expected GTIN ${gtin} to mean a pack alone, got ${owner} as well`,
      )
    const units = quantityOf(quantity, scale)
    if (units === null || units <= 0n)
      return refuse(
        'amount-too-fine',
        `expected a quantity above 0 that ${sku} can have in pack ${gtin}, got ${quantity}`,
      )
  }
  return null
}

export function rememberPacks(
  { packs = [] }: Masters,
  scaleOf: (sku: string) => number | null,
): Conclusion[] {
  return packs.map(({ gtin, sku, quantity }) => {
    const units = quantityOf(quantity, scaleOf(sku) ?? 0) ?? 0n
    return remember('pack', gtin, { sku, units: units.toString() })
  })
}

/**
 * A document whose lines name what they count by GTIN: the same in SKUs and base units. A line
 * that names both has to mean one thing.
 */
export function inBaseUnits(
  facts: Facts,
  document: BusinessDocument,
): BusinessDocument | Conclusion {
  if (!('lines' in document)) return document
  const wrong: Conclusion[] = []
  const lines = document.lines.map((line) => {
    if (!('gtin' in line) || line.gtin === undefined) {
      if ('sku' in line && line.sku === '') wrong.push(NAMELESS)
      return line
    }
    const { gtin, ...counted } = line
    const found = baseLine(facts, gtin, line)
    if ('kind' in found) wrong.push(found)
    return { ...counted, ...('kind' in found ? {} : found) }
  })
  // Lines keep the shape of their own document: only SKU and quantity are put in.
  return wrong[0] ?? ({ ...document, lines } as BusinessDocument)
}

const NAMELESS = refuse('unknown-sku', 'expected a sku or a gtin on each line, got neither')

function baseLine(
  facts: Facts,
  gtin: string,
  { sku, quantity }: { readonly sku: string; readonly quantity: string },
): { readonly sku: string; readonly quantity: string } | Conclusion {
  const gtin14 = normaliseGtin(gtin)
  const packed = typeof gtin14 === 'string' ? packedIn(facts, gtin14) : null
  if (packed === null)
    return refuse('unknown-sku', `expected a GTIN of the masters or of a pack, got "${gtin}"`)
  if (sku !== '' && sku !== packed.sku.sku)
    return refuse('line-differs', `expected ${packed.sku.sku}, which ${gtin} means, got ${sku}`)
  const units = unitsOf(packed, quantity)
  if (units === null)
    return refuse('amount-too-fine', `expected whole packs of ${gtin}, got ${quantity}`)
  return { sku: packed.sku.sku, quantity: formatQuantity(units, packed.sku.quantityScale) }
}
