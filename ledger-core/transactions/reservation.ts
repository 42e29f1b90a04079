import { availableOf } from '../books.ts'
import { knownSku, positive } from '../checks.ts'
import { firstRefusal, refuse } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

/** Units promised to somebody: still on the shelf, no longer available to the next. */
export const reserve: Transaction<'reserve'> = {
  check: ({ reservation, sku, quantity }, books) =>
    firstRefusal([
      () => knownSku(sku, books),
      () => {
        if (books.stock.reservation(reservation) === null) return null
        return refuse('name-taken', `expected a new reservation, got ${reservation} again`)
      },
      () => positive(quantity, sku),
      () => {
        const available = availableOf(books, sku)
        if (quantity <= available) return null
        return refuse(
          'not-enough-stock',
          `expected at most ${available} of ${sku} available, got ${quantity}`,
        )
      },
    ]),
  post: ({ reservation, sku, quantity, expiresAtMs }, _posting, { stock }) => {
    stock.addReservation({ reservation, sku, quantity, expiresAtMs, state: 'held' })
  },
}

export const release: Transaction<'release'> = {
  check: ({ reservation }, { stock }) => {
    const state = stock.reservation(reservation)?.state ?? 'unknown'
    if (state === 'held') return null
    return refuse('wrong-state', `expected a held reservation, got ${reservation} ${state}`)
  },
  post: ({ reservation }, _posting, { stock }) => {
    stock.setReservation(reservation, 'released')
  },
}

export const expireReservations: Transaction<'expire-reservations'> = {
  check: () => null,
  post: ({ nowMs }, _posting, { stock }) => {
    stock.expireReservations(nowMs)
  },
}
