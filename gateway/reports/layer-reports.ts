import type { HeldLayer, Ledger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'

type LayerReport = 'layers' | 'expiring' | 'available' | 'cut-off' | 'uninvoiced'

/** What the stock consists of, what of it is promised or due, and what is late. */
export function createLayerReports(
  ledger: Ledger,
  config: Config,
  label: SkuLabel,
): Pick<ReportTable, LayerReport> {
  const { currency, minorUnits } = config.site
  const rowOf = layerRow(label)
  return {
    layers: ({ sku }) => ({
      currency,
      minorUnits,
      rows: ledger
        .pools()
        .filter((pool) => sku === undefined || pool.sku === sku)
        .flatMap((pool) => ledger.layers(pool.sku, pool.group).map(rowOf)),
    }),
    expiring: ({ upTo }) => ({ currency, minorUnits, rows: ledger.expiring(upTo).map(rowOf) }),
    available: ({ sku }) => ({ rows: availableRows(ledger, label, sku) }),
    'cut-off': () => ({ rows: ledger.cutOff() }),
    uninvoiced: () => ({
      currency,
      minorUnits,
      rows: ledger.uninvoicedReceipts().map((receipt) => ({
        sequence: receipt.sequence,
        sourceKey: receipt.sourceKey,
        supplier: receipt.supplier,
        sku: receipt.sku,
        ...label(receipt.sku),
        received: receipt.quantity.toString(),
        invoiced: receipt.invoiced.toString(),
        returned: receipt.uninvoicedReturned.toString(),
        openMinor: (receipt.goodsMinor - receipt.clearedMinor).toString(),
      })),
    }),
  }
}

function layerRow(label: SkuLabel) {
  return (layer: HeldLayer): Answers['layers']['rows'][number] => ({
    layer: layer.id,
    sku: layer.sku,
    ...label(layer.sku),
    group: layer.group,
    date: layer.facts.date,
    lot: layer.facts.lot ?? null,
    expires: layer.facts.expires ?? null,
    serial: layer.facts.serial ?? null,
    quantity: layer.quantity.toString(),
    valueMinor: layer.valueMinor.toString(),
  })
}

function availableRows(
  ledger: Ledger,
  label: SkuLabel,
  wanted: string | undefined,
): Answers['available']['rows'] {
  const kinds = new Map(ledger.locations().map(({ location, kind }) => [location, kind]))
  const held = new Map<string, { real: bigint; basket: bigint; 'in-transit': bigint }>()
  for (const { sku, location, quantity } of ledger.stock()) {
    const kind = kinds.get(location)
    if (kind === undefined || kind === 'virtual') continue
    if (wanted !== undefined && sku !== wanted) continue
    const sums = held.get(sku) ?? { real: 0n, basket: 0n, 'in-transit': 0n }
    held.set(sku, { ...sums, [kind]: sums[kind] + quantity })
  }
  return [...held].map(([sku, { real, basket, 'in-transit': inTransit }]) => {
    const available = ledger.available(sku)
    return {
      sku,
      ...label(sku),
      onHand: real.toString(),
      basket: basket.toString(),
      inTransit: inTransit.toString(),
      reserved: (real - available).toString(),
      available: available.toString(),
    }
  })
}
