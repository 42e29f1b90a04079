import { smaller } from '../costing.ts'
import type { CostEffect } from '../journal.ts'

/**
 * The layers of one inventory account of one SKU as Beancount holds them. A lot has one price per
 * unit, a layer has a value for all its units; so a layer is up to two lots whose prices are one
 * minor unit apart. Values here are minor units times 10^scale, so that a price is per whole unit.
 */
export interface LotPosting {
  /** Signed, in 10^-scale of a unit. */
  readonly units: bigint
  /** Which lots; null leaves the choice to Beancount's own FIFO or LIFO. */
  readonly lot: {
    readonly priceMinor: bigint
    readonly date: string
    readonly label: string
  } | null
}

export type Booking = 'FIFO' | 'LIFO' | 'STRICT'

export interface LotAccount {
  /** Follow effects of one entry on layers of this account. */
  readonly follow: (effects: readonly CostEffect[]) => LotPosting[]
}

interface Lot {
  readonly layer: number
  readonly priceMinor: bigint
  units: bigint
}

/** `dateOf` names the day a layer was bought. */
export function createLotAccount(
  booking: Booking,
  scale: number,
  dateOf: (layer: number) => string,
): LotAccount {
  const factor = 10n ** BigInt(scale)
  /** In the order Beancount came to know them: that decides between lots of one day. */
  const lots = new Map<string, Lot>()
  const ofLayer = new Map<number, readonly Lot[]>()
  const put = ({ layer, priceMinor, units }: Lot): LotPosting => {
    const key = `${layer} ${priceMinor}`
    const held = lots.get(key)
    const lot = held ?? { layer, priceMinor, units: 0n }
    lot.units += units
    if (held === undefined) lots.set(key, lot)
    if (lot.units === 0n) lots.delete(key)
    const others = (ofLayer.get(layer) ?? []).filter((other) => other !== lot)
    const open = lot.units === 0n ? others : [...others, lot]
    if (open.length === 0) ofLayer.delete(layer)
    else ofLayer.set(layer, open)
    return { units, lot: { priceMinor, date: dateOf(layer), label: `L${layer}` } }
  }
  const named = ({ layer, quantity, valueMinor }: Change): LotPosting[] => {
    const own = ofLayer.get(layer) ?? []
    const slices =
      sliced(own, quantity, valueMinor * factor) ?? relaid(own, quantity, valueMinor * factor)
    return slices.map((slice) => put({ layer, ...slice }))
  }
  const chosen = (changes: readonly Change[]): LotPosting[] | null => {
    if (booking === 'STRICT') return null
    const units = -changes.reduce((sum, { quantity }) => sum + quantity, 0n)
    const picks = nextLots(ordered([...lots.values()], booking, dateOf), units)
    const agrees = changes.every((change) => {
      const own = picks.filter(({ layer }) => layer === change.layer)
      return (
        sumOf(own, ({ units: taken }) => taken) === -change.quantity &&
        sumOf(own, ({ units: taken, priceMinor }) => taken * priceMinor) ===
          -change.valueMinor * factor
      )
    })
    if (!agrees) return null
    for (const pick of picks) put({ ...pick, units: -pick.units })
    return [{ units: -units, lot: null }]
  }
  return {
    follow: (effects) =>
      issuesTogether(effects).flatMap((changes) =>
        changes.every(({ quantity }) => quantity < 0n)
          ? (chosen(changes) ?? changes.flatMap(named))
          : changes.flatMap(named),
      ),
  }
}

interface Change {
  readonly layer: number
  readonly quantity: bigint
  readonly valueMinor: bigint
}

/** Runs of units going out stand together, each layer once; everything else alone. */
function issuesTogether(effects: readonly CostEffect[]): Change[][] {
  const runs: Change[][] = []
  for (const { layer, quantity, valueMinor } of effects) {
    if (layer === null) continue
    const run = runs.at(-1)
    const joins =
      quantity < 0n &&
      run !== undefined &&
      run.every((change) => change.quantity < 0n && change.layer !== layer)
    if (joins) run.push({ layer, quantity, valueMinor })
    else runs.push([{ layer, quantity, valueMinor }])
  }
  return runs
}

/** Beancount sorts by the day of the cost; lots of one day keep their order, also in LIFO. */
function ordered(lots: readonly Lot[], booking: Booking, dateOf: (layer: number) => string): Lot[] {
  const sign = booking === 'LIFO' ? -1 : 1
  return lots.toSorted((a, b) => {
    const [one, other] = [dateOf(a.layer), dateOf(b.layer)]
    if (one === other) return 0
    return one < other ? -sign : sign
  })
}

function nextLots(lots: readonly Lot[], units: bigint): Lot[] {
  let open = units
  return lots.flatMap((lot) => {
    const taken = smaller(open, lot.units)
    open -= taken
    return taken === 0n ? [] : [{ ...lot, units: taken }]
  })
}

type Slice = Pick<Lot, 'priceMinor' | 'units'>

/** Units that come or go at the prices the layer has, or null when these do not give the value. */
function sliced(own: readonly Lot[], quantity: bigint, value: bigint): Slice[] | null {
  const lowMinor = own.reduce<bigint | null>(
    (low, { priceMinor }) => (low === null || priceMinor < low ? priceMinor : low),
    null,
  )
  if (lowMinor === null || quantity === 0n) return null
  const dear = value - quantity * lowMinor
  const cheap = quantity - dear
  const fits = (units: bigint, priceMinor: bigint) => {
    if (quantity > 0n) return units >= 0n
    const held = own.find((lot) => lot.priceMinor === priceMinor)?.units ?? 0n
    return units <= 0n && -units <= held
  }
  if (!fits(cheap, lowMinor) || !fits(dear, lowMinor + 1n)) return null
  return twoSlices(lowMinor, cheap, dear)
}

/** Everything out, and what is there afterwards in again at its own prices. */
function relaid(own: readonly Lot[], quantity: bigint, value: bigint): Slice[] {
  const units = sumOf(own, (lot) => lot.units) + quantity
  const worth = sumOf(own, (lot) => lot.units * lot.priceMinor) + value
  const out = own.map((lot) => ({ priceMinor: lot.priceMinor, units: -lot.units }))
  if (units === 0n) return out
  const lowMinor = worth / units
  const dear = worth - lowMinor * units
  return [...out, ...twoSlices(lowMinor, units - dear, dear)]
}

function twoSlices(lowMinor: bigint, cheap: bigint, dear: bigint): Slice[] {
  return [
    { priceMinor: lowMinor, units: cheap },
    { priceMinor: lowMinor + 1n, units: dear },
  ].filter(({ units }) => units !== 0n)
}

function sumOf<Item>(items: readonly Item[], weigh: (item: Item) => bigint): bigint {
  return items.reduce((sum, item) => sum + weigh(item), 0n)
}
