import type { Books } from '../books.ts'
import { checkRoutes, enoughStock, mayFallShort } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { foundCost } from '../cost-values.ts'
import { firstRefusal, type Refusal, refuse } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

/** Own place to own place. */
export const move: Transaction<'move'> = {
  check: ({ part }, books) => checkRoutes([{ part, from: 'own', to: 'own' }], books),
  post: ({ part, reason }, posting) => posting.move(part, { kind: 'move', memo: reason }),
}

/** Units that are gone. */
export const shrink: Transaction<'shrink'> = {
  check: ({ part }, books) =>
    firstRefusal([
      () => checkRoutes([{ part, from: 'own', to: 'shrinkage' }], books),
      () => mayFallShort([part], books),
    ]),
  post: ({ part, reason }, posting) => {
    const about = { kind: 'shrinkage' as const, memo: reason }
    posting.takeOut(part, about, posting.to('shrinkage-expense', part.sku))
  },
}

/** Units that exist but are worth nothing any more. */
export const writeOff: Transaction<'write-off'> = {
  check: ({ part }, books) =>
    firstRefusal([
      () => checkRoutes([{ part, from: 'own', to: 'scrap' }], books),
      () => enoughStock([part], books),
    ]),
  post: ({ part, cause, reason }, posting) => {
    const about = { kind: 'write-off' as const, memo: `${cause}: ${reason}` }
    posting.takeOut(part, about, posting.to('write-off-expense', part.sku))
  },
}

type Gain = CommandOf<'gain'>

/** Units found: back at the cost they were lost at where the loss is named, else at what they cost now. */
export const gain: Transaction<'gain'> = {
  check: (command, books) =>
    firstRefusal([
      () => checkRoutes([{ part: command.part, from: 'found', to: 'own' }], books),
      () => (command.loss === undefined ? null : withinLoss(command, command.loss, books)),
    ]),
  post: ({ part, loss, reason }, posting, books) => {
    const { sku, quantity, to } = part
    const contra = posting.from('shrinkage-expense', sku)
    const about = { kind: 'gain' as const, memo: reason }
    const sequence = loss === undefined ? null : (books.commands.find(loss)?.sequence ?? null)
    if (loss !== undefined && sequence !== null) {
      const original = { sourceKey: loss, line: 0 }
      posting.giveBack(part, { ...about, original }, { sequence, line: 0, sku }, contra)
      return
    }
    const group = books.masters.locationGroup(to)
    const newest = books.costs.heldLayers(sku, group).at(-1) ?? null
    const valueMinor = foundCost(books.costs.pool(sku, group), newest, quantity)
    posting.bringIn(part, about, valueMinor, contra)
  },
}

function withinLoss({ part }: Gain, loss: string, books: Books): Refusal | null {
  const sequence = books.commands.find(loss)?.sequence ?? null
  const uses = sequence === null ? [] : books.costs.openUses({ sequence, line: 0, sku: part.sku })
  if (sequence === null || uses.length === 0) {
    return refuse('unknown-origin', `expected the loss of ${part.sku} under its key, got ${loss}`)
  }
  const open = uses.reduce((sum, use) => sum + use.quantity, 0n)
  if (part.quantity <= open) return null
  return refuse(
    'exceeds-sold',
    `expected at most ${open} of ${part.sku} found of ${loss}, got ${part.quantity}`,
  )
}
