import type { Command, Evidence } from '../../ledger-core/index.ts'
import type { Masters } from '../documents/business-event.ts'
import { headerOf, post, refuse } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { packFault, rememberPacks } from './packs.ts'
import { moneyOf, onlyGiven, quantityOf } from './quantities.ts'
import { placed, tagOf } from './tags.ts'

/** Masters and opening stock come whole or not at all. */
export function interpretMasters(facts: Facts, masters: Masters, actor: string): Conclusion[] {
  const scales = new Map(masters.skus.map(({ sku, quantityScale }) => [sku, quantityScale]))
  const knownScaleOf = (sku: string) => scales.get(sku) ?? facts.sku(sku)?.quantityScale ?? null
  const scaleOf = (sku: string) => knownScaleOf(sku) ?? 0
  const faults: string[] = []
  const exact = (value: bigint | null, where: string): bigint => {
    if (value === null) faults.push(where)
    return value ?? 0n
  }
  const money = (amount: string, what: string, sku: string) =>
    exact(moneyOf(amount, facts.minorUnits), `${what} ${amount} of ${sku}`)
  const skus = masters.skus.map(({ price, standardCost, ...sku }) => ({
    ...sku,
    priceMinor: money(price, 'price', sku.sku),
    ...(standardCost === undefined
      ? {}
      : { standardCostMinor: money(standardCost, 'standard cost', sku.sku) }),
  }))
  const opening = masters.opening.map(({ epcs: _, value, ...layer }) => ({
    ...onlyGiven(layer),
    quantity: exact(
      quantityOf(layer.quantity, scaleOf(layer.sku)),
      `quantity ${layer.quantity} of ${layer.sku}`,
    ),
    valueMinor: money(value, 'value', layer.sku),
  }))
  if (faults.length > 0) {
    const told = faults.slice(0, 5).join(', ')
    return [
      refuse(
        'amount-too-fine',
        `expected amounts as fine as the SKU and the currency allow, got ${told}`,
      ),
    ]
  }
  const fault = packFault(facts, masters, knownScaleOf)
  if (fault !== null) return [fault]
  const command = importCommand(facts, masters, actor, { skus, opening })
  if (facts.sequenceOf(command.sourceKey) !== null) return [post(command)]
  return [post(command), ...openingTags(masters), ...rememberPacks(masters, knownScaleOf)]
}

type Imported = Extract<Command, { readonly kind: 'import-masters' }>

function importCommand(
  facts: Facts,
  masters: Masters,
  actor: string,
  { skus, opening }: Pick<Imported, 'skus' | 'opening'>,
): Command {
  const { key, at, suppliers, totals } = masters
  const locations = masters.locations.map(onlyGiven)
  const atMs = Date.parse(at)
  const evidence: Evidence = {
    kind: 'import',
    from: actor,
    atMs,
    summary: `${actor} imported ${key}: ${skus.length} SKUs, ${opening.length} opening layers`,
    body: { key, ...(totals === undefined ? {} : { totals }) },
  }
  const header = headerOf(facts, {
    sourceKey: `masters:${key}`,
    input: masters,
    atMs,
    atSource: 'document',
    actor,
    evidence: [evidence],
  })
  return { ...header, kind: 'import-masters', skus, locations, suppliers, opening }
}

/** Where the tags of the opening stock are. */
function openingTags({ opening, at }: Masters): Conclusion[] {
  return opening.flatMap(({ sku, location, epcs }) =>
    epcs.flatMap((epc) => {
      const tag = tagOf(epc.toUpperCase())
      return tag ? [placed(tag, { sku }, location, Date.parse(at))] : []
    }),
  )
}
