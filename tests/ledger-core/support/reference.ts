/**
 * The costing rules a second time, written another way: goods are a row of slices, signed amounts
 * run through one register, and every division is done by comparing twice the rest. It knows one
 * SKU, no files and no accounts.
 */
export type Method = 'fifo' | 'lifo' | 'average'

interface Slice {
  units: bigint
  worth: bigint
}

interface Taken {
  readonly from: Slice | 'deficit' | 'average'
  units: bigint
  worth: bigint
}

export class Reference {
  readonly slices: Slice[] = []
  readonly sales = new Map<string, Taken[]>()
  readonly method: Method
  owed: Slice = { units: 0n, worth: 0n }
  last: Slice = { units: 0n, worth: 0n }
  cogs = 0n

  constructor(method: Method) {
    this.method = method
  }

  get net(): Slice {
    const sum = { units: -this.owed.units, worth: -this.owed.worth }
    for (const slice of this.slices) {
      sum.units += slice.units
      sum.worth += slice.worth
    }
    return sum
  }

  buy(units: bigint, worth: bigint): void {
    this.last = { units, worth }
    this.enter(units, worth, null)
  }

  sell(key: string, units: bigint): bigint {
    const taken: Taken[] = []
    let open = units
    while (open > 0n) {
      const head = this.head()
      if (head === undefined) break
      const part = least(open, head.units)
      const worth = portion(head, part)
      head.units -= part
      head.worth -= worth
      taken.push({ from: this.method === 'average' ? 'average' : head, units: part, worth })
      open -= part
    }
    if (open > 0n) {
      const worth = this.last.units === 0n ? 0n : ratio(this.last.worth * open, this.last.units)
      this.owed = { units: this.owed.units + open, worth: this.owed.worth + worth }
      taken.push({ from: 'deficit', units: open, worth })
    }
    this.sales.set(key, taken)
    const cost = taken.reduce((sum, { worth }) => sum + worth, 0n)
    this.cogs += cost
    return cost
  }

  /** A loss costs like a sale; its account is another, and nothing comes back of it. */
  lose(units: bigint): void {
    const before = this.cogs
    this.sell('lost', units)
    this.cogs = before
    this.sales.delete('lost')
  }

  /** Units that may still come back of a sale. */
  returnable(key: string): bigint {
    return (this.sales.get(key) ?? []).reduce((sum, { units }) => sum + units, 0n)
  }

  giveBack(key: string, units: bigint): void {
    let open = units
    for (const taken of [...(this.sales.get(key) ?? [])].reverse()) {
      if (open === 0n) break
      if (taken.units === 0n) continue
      const part = least(open, taken.units)
      const worth = portion(taken, part)
      taken.units -= part
      taken.worth -= worth
      this.cogs -= worth
      this.enter(part, worth, typeof taken.from === 'string' ? null : taken.from)
      open -= part
    }
  }

  /** The slice next to go; the average is one slice for ever. */
  private head(): Slice | undefined {
    const full = this.slices.filter(({ units }) => units > 0n)
    return this.method === 'lifo' ? full.at(-1) : full[0]
  }

  private enter(units: bigint, worth: bigint, onto: Slice | null): void {
    const settled = least(units, this.owed.units)
    let rest = { units, worth }
    if (settled > 0n) {
      const paid = settled === units ? worth : ratio(worth * settled, units)
      const provisional = portion(this.owed, settled)
      this.owed = { units: this.owed.units - settled, worth: this.owed.worth - provisional }
      this.cogs += paid - provisional
      rest = { units: units - settled, worth: worth - paid }
    }
    if (rest.units === 0n) return
    const place = onto ?? (this.method === 'average' ? this.slices[0] : undefined)
    if (place === undefined) this.slices.push(rest)
    else {
      place.units += rest.units
      place.worth += rest.worth
    }
  }
}

function portion(whole: Slice, units: bigint): bigint {
  return units === whole.units ? whole.worth : ratio(whole.worth * units, whole.units)
}

/** Nearest whole number, the even one of two equally near. */
function ratio(numerator: bigint, denominator: bigint): bigint {
  const low = numerator / denominator
  const rest = (numerator - low * denominator) * 2n
  if (rest < denominator) return low
  if (rest > denominator) return low + 1n
  return low + (low & 1n)
}

function least(a: bigint, b: bigint): bigint {
  return a - b < 0n ? a : b
}
