import { clearingAccount, transitOf } from '../account.ts'
import type { Books } from '../books.ts'
import { asPart, checkRoutes, enoughStock, notNegative, positive } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import type { CarriedLayer } from '../command-stock.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

/** Goods leave for another store: ours still, in a transit of their own that keeps their layers. */
export const dispatch: Transaction<'dispatch'> = {
  check: (command, books) => {
    const parts = partsOf(command)
    return firstRefusal([
      () => {
        if (books.stock.transfer(command.transfer) === null) return null
        return refuse('name-taken', `expected a new transfer, got ${command.transfer} again`)
      },
      // The transit is made with the posting; until then the way leads out of the store.
      () =>
        checkRoutes(
          parts.map((part) => ({
            part: { ...part, to: 'other-site' },
            from: 'own',
            to: 'other-site',
          })),
          books,
        ),
      () => enoughStock(parts, books),
    ])
  },
  post: (command, posting, { masters, stock }) => {
    const { transfer, toSite } = command
    const location = transitOf(transfer)
    masters.saveLocation({
      location,
      name: `In transit to ${toSite}: ${transfer}`,
      kind: 'in-transit',
      costGroup: location,
    })
    for (const part of partsOf(command)) {
      posting.move(part, { kind: 'dispatch', memo: `${transfer} to ${toSite}` })
    }
    stock.addTransfer({ transfer, direction: 'out', site: toSite, sequence: posting.sequence })
  },
}

function partsOf({ parts, transfer }: CommandOf<'dispatch'>) {
  return parts.map((part) => ({ ...part, to: transitOf(transfer) }))
}

/** Goods arrive at the values their message carries, against clearing with the sender. */
export const arrive: Transaction<'arrive'> = {
  check: ({ transfer, lines }, books) =>
    firstRefusal([
      () => {
        if (books.stock.transfer(transfer)?.direction !== 'out') return null
        return refuse('name-taken', `expected a transfer from elsewhere, got our own ${transfer}`)
      },
      () =>
        checkRoutes(
          lines.map(({ part }) => ({ part, from: 'other-site', to: 'own' })),
          books,
        ),
      () => refuseAny(lines, ({ part, layers }) => layersAddUp(part, layers)),
    ]),
  post: ({ transfer, fromSite, lines }, posting, { stock }) => {
    const account = clearingAccount(posting.chart, fromSite)
    for (const { part, layers } of lines) {
      for (const { quantity, valueMinor, serial, ...facts } of layers) {
        posting.bringIn(
          { ...part, quantity },
          { kind: 'arrival', memo: `${transfer} from ${fromSite}` },
          valueMinor,
          (costMinor) => [{ account, amountMinor: -costMinor, memo: part.sku }],
          { ...facts, ...(serial === undefined ? {} : { serials: [serial] }) },
        )
      }
    }
    stock.addTransfer({ transfer, direction: 'in', site: fromSite, sequence: posting.sequence })
  },
}

function layersAddUp(
  part: { readonly sku: string; readonly quantity: bigint },
  layers: readonly CarriedLayer[],
): Refusal | null {
  const carried = layers.reduce((sum, { quantity }) => sum + quantity, 0n)
  return firstRefusal([
    () => refuseAny(layers, ({ quantity }) => positive(quantity, part.sku)),
    () => refuseAny(layers, ({ valueMinor }) => notNegative(valueMinor, part.sku)),
    () => {
      if (carried === part.quantity) return null
      return refuse(
        'parts-do-not-add-up',
        `expected layers of ${part.quantity} of ${part.sku}, got ${carried}`,
      )
    },
  ])
}

/** What the other store took in is no longer ours: clearing against our transit. */
export const confirmArrival: Transaction<'confirm-arrival'> = {
  check: ({ transfer, lines }, books) => {
    const sent = books.stock.transfer(transfer)
    const wanted = new Map<string, bigint>()
    return firstRefusal([
      () => {
        if (sent?.direction === 'out') return null
        return refuse('unknown-origin', `expected a transfer we dispatched, got ${transfer}`)
      },
      () => refuseAny(lines, ({ quantity, sku }) => positive(quantity, sku)),
      () =>
        refuseAny(lines, ({ sku, quantity }) => {
          const open = books.balances.quantityAt(sku, transitOf(transfer))
          const total = (wanted.get(sku) ?? 0n) + quantity
          wanted.set(sku, total)
          if (total <= open) return null
          return refuse(
            'exceeds-dispatched',
            `expected at most ${open} of ${sku} in transit on ${transfer}, got ${total}`,
          )
        }),
    ])
  },
  post: ({ transfer, lines }, posting, books) => {
    const site = books.stock.transfer(transfer)?.site ?? ''
    for (const { sku, quantity } of lines) confirm(transfer, site, sku, quantity, posting, books)
  },
}

function confirm(
  transfer: string,
  site: string,
  sku: string,
  quantity: bigint,
  posting: Posting,
  books: Books,
): void {
  const account = clearingAccount(posting.chart, site)
  const mark = posting.costs.effects.length
  posting.takeOut(
    asPart(sku, quantity, transitOf(transfer), 'other-site'),
    { kind: 'confirmed-arrival', memo: `${transfer} at ${site}` },
    (costMinor) => [{ account, amountMinor: costMinor, memo: sku }],
  )
  for (const { layer, quantity: change } of posting.costs.effects.slice(mark)) {
    if (layer === null) continue
    books.receipts.addSent(books.costs.layer(layer).facts.receipt, site, -change)
  }
}

/** The layers of a transfer as its message carries them, oldest first. */
export function carriedLayers(
  transfer: string,
  sku: string,
  { costs, site, stock, journal }: Books,
): CarriedLayer[] {
  const group = transitOf(transfer)
  const pool = costs.pool(sku, group)
  if (pool.method !== 'average') {
    return costs.heldLayers(sku, group).map(({ quantity, valueMinor, facts }) => {
      const { date, receipt, lot, expires, serial, origin } = facts
      return {
        date,
        quantity,
        valueMinor,
        origin: origin ?? `${site.site}:${receipt}`,
        ...(lot === undefined ? {} : { lot }),
        ...(expires === undefined ? {} : { expires }),
        ...(serial === undefined ? {} : { serial }),
      }
    })
  }
  const sequence = stock.transfer(transfer)?.sequence ?? 0
  const entry = journal.entries(sequence - 1, 1)[0]
  if (entry === undefined || pool.quantity === 0n) return []
  const { quantity, valueMinor } = pool
  const origin = `${site.site}:${sequence}`
  return [{ date: entry.businessDate, quantity, valueMinor, origin }]
}
