import type { Books } from './books.ts'
import type { MovementPart } from './command.ts'
import { type Refusal, refuse, refuseAny } from './refusal.ts'

/** A place a part must start or end at: any own location, or one virtual location. */
export type Place = 'own' | 'supplier' | 'customer' | 'shrinkage' | 'found' | 'scrap' | 'other-site'

export interface Route {
  readonly part: MovementPart
  readonly from: Place
  readonly to: Place
}

/** SKU, places, quantity and direction of every part. */
export function checkRoutes(routes: readonly Route[], books: Books): Refusal | null {
  return (
    refuseAny(routes, ({ part }) => knownSku(part.sku, books)) ??
    refuseAny(
      routes,
      ({ part, from, to }) => atPlace(part.from, from, books) ?? atPlace(part.to, to, books),
    ) ??
    refuseAny(routes, ({ part }) => positive(part.quantity, part.sku)) ??
    refuseAny(routes, ({ part }) => differentPlaces(part))
  )
}

/** Facts of the outside world: units may leave that were never received, unless the policy says no. */
export function mayFallShort(parts: readonly MovementPart[], books: Books): Refusal | null {
  return (
    refuseAny(parts, (part) => serialsKnown(part, books)) ??
    (books.control.policy().deficits === 'refused' ? enoughStock(parts, books) : null)
  )
}

/** Documents of an operator: what is not there cannot be used up. */
export function enoughStock(parts: readonly MovementPart[], books: Books): Refusal | null {
  const wanted = new Map<string, { sku: string; group: string; quantity: bigint }>()
  for (const { sku, from, quantity } of parts) {
    const group = books.masters.locationGroup(from)
    const key = JSON.stringify([sku, group])
    const before = wanted.get(key)?.quantity ?? 0n
    wanted.set(key, { sku, group, quantity: before + quantity })
  }
  return refuseAny([...wanted.values()], ({ sku, group, quantity }) => {
    const held = books.costs.pool(sku, group).quantity
    if (quantity <= held) return null
    return refuse(
      'not-enough-stock',
      `expected at most ${held} of ${sku} in stock, got ${quantity}`,
    )
  })
}

function serialsKnown({ sku, serials, quantity, from }: MovementPart, books: Books) {
  if (serials === undefined || serials.length === 0) return null
  const group = books.masters.locationGroup(from)
  const layers = serials.map((serial) => books.costs.serialLayer(sku, serial))
  const unknown = serials.find((_, index) => layers[index]?.group !== group)
  if (unknown !== undefined) {
    return refuse('unknown-serial', `expected a serial of ${sku} in stock there, got ${unknown}`)
  }
  const named = layers.reduce((sum, layer) => sum + (layer?.quantity ?? 0n), 0n)
  if (named <= quantity && new Set(serials).size === serials.length) return null
  return refuse(
    'parts-do-not-add-up',
    `expected serials of at most ${quantity} of ${sku}, got ${named} in ${serials.length}`,
  )
}

export function knownSku(sku: string, { masters }: Books): Refusal | null {
  if (masters.hasSku(sku)) return null
  return refuse('unknown-sku', `expected a SKU of the masters, got ${JSON.stringify(sku)}`)
}

export function positive(quantity: bigint, what: string): Refusal | null {
  if (quantity > 0n) return null
  return refuse('quantity-not-positive', `expected a quantity above 0 of ${what}, got ${quantity}`)
}

export function notNegative(valueMinor: bigint, what: string): Refusal | null {
  if (valueMinor >= 0n) return null
  return refuse(
    'quantity-not-positive',
    `expected a value of 0 or more for ${what}, got ${valueMinor}`,
  )
}

export function atPlace(location: string, place: Place, { masters }: Books): Refusal | null {
  const kind = masters.locationKind(location)
  const fits = place === 'own' ? kind !== null && kind !== 'virtual' : location === place
  if (fits) return null
  const expected = place === 'own' ? 'an own location of the masters' : `location ${place}`
  return refuse('unknown-location', `expected ${expected}, got ${JSON.stringify(location)}`)
}

function differentPlaces({ sku, from, to }: MovementPart): Refusal | null {
  if (from !== to) return null
  return refuse('same-location', `expected ${sku} to change place, got ${from} to ${to}`)
}

/** New serials: one per base unit, none in stock already. */
export function serialsFree(
  sku: string,
  quantity: bigint,
  serials: readonly string[],
  books: Books,
): Refusal | null {
  if (serials.length === 0) return null
  const unit = 10n ** BigInt(books.masters.sku(sku)?.quantityScale ?? 0)
  if (BigInt(serials.length) * unit !== quantity || new Set(serials).size !== serials.length) {
    return refuse(
      'parts-do-not-add-up',
      `expected one serial for each unit of ${quantity} of ${sku}, got ${serials.length}`,
    )
  }
  return refuseAny(serials, (serial) =>
    books.costs.serialLayer(sku, serial) === null
      ? null
      : refuse('serial-taken', `expected a new serial of ${sku}, got ${serial} again`),
  )
}

export function asPart(
  sku: string,
  quantity: bigint,
  from: string,
  to: string,
  epcs: readonly string[] = [],
): MovementPart {
  return { sku, quantity, from, to, epcs }
}
