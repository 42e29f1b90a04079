import type { Books } from './books.ts'
import { canonicalJson } from './canonical.ts'
import { commandFromText } from './command-text.ts'
import type { CostEffect, JournalEntry, LayerFacts } from './journal.ts'
import { openOf } from './store/effect-store.ts'

/** What the journal alone says: kept while it is read from its first entry to its last. */
export interface Derived {
  readonly pools: Map<string, DerivedPool>
  readonly layers: Map<number, DerivedLayer>
  /** What may still be given back, by `sequence/number`; zero ones left out. */
  readonly open: Map<string, Amount>
  /** By `sku` then `location`, own and virtual. */
  readonly stock: Map<string, Map<string, bigint>>
  readonly totals: Map<string, { debitMinor: bigint; creditMinor: bigint }>
  /** Units received per order line, by `<order> line <line>`. */
  readonly received: Map<string, bigint>
  readonly parked: Map<string, string>
  /** Parked lines and the entries that mapped them, as `<sequence> line <line> by <sequence>`. */
  readonly mapped: Set<string>
}

export interface Amount {
  readonly quantity: bigint
  readonly valueMinor: bigint
}

export interface DerivedPool extends Amount {
  readonly sku: string
  readonly group: string
  readonly deficitQuantity: bigint
  readonly deficitValueMinor: bigint
}

export interface DerivedLayer extends Amount {
  readonly sku: string
  readonly group: string
  readonly facts: LayerFacts
}

export function createDerived(): Derived {
  return {
    pools: new Map(),
    layers: new Map(),
    open: new Map(),
    stock: new Map(),
    totals: new Map(),
    received: new Map(),
    parked: new Map(),
    mapped: new Set(),
  }
}

/** Add an entry to what the journal says; what does not fit, as a sentence, or null. */
export function foldEntry(entry: JournalEntry, derived: Derived, books: Books): string | null {
  for (const { sku, from, to, quantity } of entry.movements) {
    addStock(derived, sku, from, -quantity)
    addStock(derived, sku, to, quantity)
  }
  for (const { account, amountMinor } of entry.lines) {
    const total = derived.totals.get(account) ?? { debitMinor: 0n, creditMinor: 0n }
    if (amountMinor > 0n) total.debitMinor += amountMinor
    else total.creditMinor -= amountMinor
    derived.totals.set(account, total)
  }
  foldCommand(entry, derived, books)
  for (const effect of entry.effects) {
    const what = foldEffect(entry.sequence, effect, derived)
    if (what !== null) return `effect ${effect.number}: ${what}`
  }
  return null
}

function foldEffect(sequence: number, effect: CostEffect, derived: Derived): string | null {
  const { number, of, source } = effect
  const issued = openOf(effect)
  if (issued.quantity > 0n) derived.open.set(`${sequence}/${number}`, issued)
  if (of !== undefined) {
    const key = `${of.sequence}/${of.number}`
    const left = minus(derived.open.get(key) ?? ZERO, of)
    if (!isClean(left)) return `it gives back more than entry ${of.sequence} issued`
    if (left.quantity === 0n) derived.open.delete(key)
    else derived.open.set(key, left)
  }
  const fault = foldPool(effect, derived)
  return fault ?? (source === 'layer' ? foldLayer(effect, derived) : null)
}

const ZERO: Amount = { quantity: 0n, valueMinor: 0n }

function plus(a: Amount, b: Amount): Amount {
  return { quantity: a.quantity + b.quantity, valueMinor: a.valueMinor + b.valueMinor }
}

function minus(a: Amount, b: Amount): Amount {
  return { quantity: a.quantity - b.quantity, valueMinor: a.valueMinor - b.valueMinor }
}

/** Nothing below zero, and no value without quantity. */
function isClean({ quantity, valueMinor }: Amount): boolean {
  return quantity >= 0n && valueMinor >= 0n && (quantity > 0n || valueMinor === 0n)
}

function foldPool(effect: CostEffect, derived: Derived): string | null {
  const { sku, group, source } = effect
  const key = canonicalJson([sku, group])
  const empty = { sku, group, ...ZERO, deficitQuantity: 0n, deficitValueMinor: 0n }
  const before = derived.pools.get(key) ?? empty
  const deficit = { quantity: before.deficitQuantity, valueMinor: before.deficitValueMinor }
  const isDeficit = source === 'deficit'
  const held = isDeficit ? before : plus(before, effect)
  const owed = isDeficit ? plus(deficit, effect) : deficit
  derived.pools.set(key, {
    sku,
    group,
    quantity: held.quantity,
    valueMinor: held.valueMinor,
    deficitQuantity: owed.quantity,
    deficitValueMinor: owed.valueMinor,
  })
  // An entry may pass through states that do not last, but not below zero.
  const fits = held.quantity >= 0n && owed.quantity >= 0n
  return fits ? null : `the pool of ${sku} falls below zero`
}

function foldLayer({ layer, facts, sku, group, ...change }: CostEffect, derived: Derived) {
  const id = layer ?? 0
  const before = derived.layers.get(id)
  if ((before === undefined) !== (facts !== undefined)) {
    return before === undefined ? `layer ${id} was never received` : `layer ${id} exists already`
  }
  const known = facts ?? before?.facts
  if (known === undefined) return `layer ${id} was never received`
  const after = plus(before ?? ZERO, change)
  derived.layers.set(id, { sku, group, facts: known, ...after })
  return isClean(after) ? null : `layer ${id} falls below zero`
}

const FOLDED: ReadonlySet<string> = new Set(['receive', 'till-receipt', 'reverse', 'map-line'])

function foldCommand(entry: JournalEntry, derived: Derived, { commands }: Books): void {
  if (!FOLDED.has(entry.kind)) return
  const read = (sourceKey: string) => {
    const body = commands.body(sourceKey)
    return body === null ? null : commandFromText(body)
  }
  const command = read(entry.sourceKey)
  const original = command?.kind === 'reverse' ? read(command.of) : null
  if (command?.kind === 'receive') addReceived(derived, command, 1n)
  if (original?.kind === 'receive') addReceived(derived, original, -1n)
  if (command?.kind === 'map-line') {
    const sale = commands.find(command.sale)?.sequence ?? 0
    derived.mapped.add(`${sale} line ${command.line} by ${entry.sequence}`)
  }
  if (command?.kind !== 'till-receipt') return
  for (const { kind, line, gtin, description, quantity, netMinor } of command.lines) {
    if (kind !== 'unmapped') continue
    const facts = canonicalJson([gtin, description, quantity, netMinor])
    derived.parked.set(`${entry.sequence} line ${line}`, facts)
  }
}

function addReceived(
  derived: Derived,
  command: {
    readonly order: string
    readonly line: number
    readonly part: Pick<Amount, 'quantity'>
  },
  sign: bigint,
): void {
  const key = `${command.order} line ${command.line}`
  const sum = (derived.received.get(key) ?? 0n) + sign * command.part.quantity
  if (sum === 0n) derived.received.delete(key)
  else derived.received.set(key, sum)
}

function addStock(derived: Derived, sku: string, location: string, quantity: bigint): void {
  const places = derived.stock.get(sku) ?? new Map<string, bigint>()
  places.set(location, (places.get(location) ?? 0n) + quantity)
  derived.stock.set(sku, places)
}
