import { checkImport } from './check-import.ts'
import { checkReceipt } from './check-receipt.ts'
import type { Command, Location, MovementPart, Sku } from './command.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from './refusal.ts'
import type { OpenOrderLine } from './store/order-store.ts'

/** What the rules may ask of the books. */
export interface Lookup {
  readonly hasSku: (sku: string) => boolean
  readonly sku: (sku: string) => Sku | null
  readonly locationKind: (location: string) => Location['kind'] | null
  readonly gtinOwner: (gtin: string) => string | null
  readonly orderExists: (order: string) => boolean
  readonly orderLine: (order: string, line: number) => OpenOrderLine | null
  /** Units of a sale line not returned yet; null when these books do not hold that sale. */
  readonly returnable: (sourceKey: string, line: number, sku: string) => bigint | null
}

/** A place a part must start or end at: any own location, or one virtual location. */
export type Place = 'own' | 'supplier' | 'customer' | 'shrinkage'

export interface Route {
  readonly part: MovementPart
  readonly from: Place
  readonly to: Place
}

type Of<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>

/** The first refusal in the documented order of precedence, or null: the command will post. */
export function checkCommand(command: Command, lookup: Lookup): Refusal | null {
  switch (command.kind) {
    case 'import-masters':
      return checkImport(command, lookup)
    case 'open-purchase-order':
      return checkOrder(command, lookup)
    case 'receive':
      return checkReceive(command, lookup)
    case 'move':
      return checkRoutes([{ part: command.part, from: 'own', to: 'own' }], lookup)
    case 'till-receipt':
      return checkReceipt(command, lookup)
    case 'shrink':
      return checkRoutes([{ part: command.part, from: 'own', to: 'shrinkage' }], lookup)
  }
}

/** SKU, places, quantity and direction of every part. */
export function checkRoutes(routes: readonly Route[], lookup: Lookup): Refusal | null {
  return firstRefusal([
    () => refuseAny(routes, ({ part }) => knownSku(part.sku, lookup)),
    () =>
      refuseAny(routes, ({ part, from, to }) =>
        firstRefusal([() => atPlace(part.from, from, lookup), () => atPlace(part.to, to, lookup)]),
      ),
    () => refuseAny(routes, ({ part }) => positive(part.quantity, part.sku)),
    () => refuseAny(routes, ({ part }) => differentPlaces(part)),
  ])
}

export function knownSku(sku: string, lookup: Lookup): Refusal | null {
  if (lookup.hasSku(sku)) return null
  return refuse('unknown-sku', `expected a SKU of the masters, got ${JSON.stringify(sku)}`)
}

export function positive(quantity: bigint, what: string): Refusal | null {
  if (quantity > 0n) return null
  return refuse('quantity-not-positive', `expected a quantity above 0 of ${what}, got ${quantity}`)
}

export function atPlace(location: string, place: Place, lookup: Lookup): Refusal | null {
  const kind = lookup.locationKind(location)
  const fits = place === 'own' ? kind !== null && kind !== 'virtual' : location === place
  if (fits) return null
  const expected = place === 'own' ? 'an own location of the masters' : `location ${place}`
  return refuse('unknown-location', `expected ${expected}, got ${JSON.stringify(location)}`)
}

function differentPlaces({ sku, from, to }: MovementPart): Refusal | null {
  if (from !== to) return null
  return refuse('same-location', `expected ${sku} to change place, got ${from} to ${to}`)
}

function checkOrder(command: Of<'open-purchase-order'>, lookup: Lookup): Refusal | null {
  const numbers = new Set(command.lines.map(({ line }) => line))
  return firstRefusal([
    () => refuseAny(command.lines, ({ sku }) => knownSku(sku, lookup)),
    () => {
      if (lookup.orderExists(command.order)) {
        return refuse('order-exists', `expected a new order, got ${command.order} again`)
      }
      if (numbers.size === command.lines.length) return null
      return refuse('order-exists', `expected each line of ${command.order} once, got one twice`)
    },
    () => refuseAny(command.lines, ({ quantity, sku }) => positive(quantity, sku)),
    () => refuseAny(command.lines, ({ valueMinor, sku }) => notNegative(valueMinor, sku)),
  ])
}

export function notNegative(valueMinor: bigint, what: string): Refusal | null {
  if (valueMinor >= 0n) return null
  return refuse(
    'quantity-not-positive',
    `expected a value of 0 or more for ${what}, got ${valueMinor}`,
  )
}

function checkReceive(command: Of<'receive'>, lookup: Lookup): Refusal | null {
  const { order, line, part } = command
  const ordered = lookup.orderLine(order, line)
  return firstRefusal([
    () => knownSku(part.sku, lookup),
    () => atPlace(part.from, 'supplier', lookup),
    () => atPlace(part.to, 'own', lookup),
    () => {
      if (ordered === null) {
        return refuse(
          'unknown-order-line',
          `expected an open order line, got ${order} line ${line}`,
        )
      }
      if (ordered.sku === part.sku) return null
      const message = `expected ${ordered.sku} on ${order} line ${line}, got ${part.sku}`
      return refuse('unknown-order-line', message)
    },
    () => positive(part.quantity, part.sku),
    () => (ordered === null ? null : withinOrder(ordered, part.quantity)),
  ])
}

function withinOrder(ordered: OpenOrderLine, quantity: bigint): Refusal | null {
  const open = ordered.ordered - ordered.received
  if (quantity <= open) return null
  return refuse(
    'exceeds-order',
    `expected at most ${open} more of ${ordered.sku} on ${ordered.order} line ${ordered.line}, got ${quantity}`,
  )
}
