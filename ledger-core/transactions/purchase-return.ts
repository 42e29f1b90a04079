import type { Books } from '../books.ts'
import { checkRoutes, enoughStock } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { shareOf, smaller } from '../costing.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse } from '../refusal.ts'
import type { GoodsReceipt } from '../store/receipt-store.ts'
import { knownReceipt, mustFind } from './landed-cost.ts'
import { accruedMinor, uninvoiced } from './supplier-invoice.ts'
import type { Transaction } from './transaction.ts'

type Return = CommandOf<'return-to-supplier'>

/**
 * Goods leave at what they cost when they came, from their own layers; what the supplier owes is
 * that cost without later charges. A difference is purchase price variance, never left in stock.
 */
export const returnToSupplier: Transaction<'return-to-supplier'> = { check, post }

function check(command: Return, books: Books): Refusal | null {
  const { receipt: key, part, instead } = command
  const receipt = books.receipts.goodsReceipt(key)
  return firstRefusal([
    () => checkRoutes([{ part, from: 'own', to: 'supplier' }], books),
    () => knownReceipt(key, books.receipts),
    () => {
      if (receipt === null || receipt.sku === part.sku) return null
      return refuse('unknown-origin', `expected ${receipt.sku} of ${key}, got ${part.sku}`)
    },
    () => {
      const open = receipt === null ? 0n : receipt.quantity - receipt.returned
      if (part.quantity <= open) return null
      return refuse(
        'exceeds-received',
        `expected at most ${open} of ${key} to go back, got ${part.quantity}`,
      )
    },
    () => enoughStock([part], books),
    () => (receipt === null || instead !== undefined ? null : stillHere(receipt, command, books)),
  ])
}

/** Another layer is never taken silently. */
function stillHere(receipt: GoodsReceipt, { part }: Return, books: Books): Refusal | null {
  const group = books.masters.locationGroup(part.from)
  if (books.costs.pool(part.sku, group).method === 'average') return null
  const held = layersHere(receipt, group, books).reduce((sum, { quantity }) => sum + quantity, 0n)
  if (part.quantity <= held) return null
  return refuse(
    'not-enough-stock',
    `expected at most ${held} of ${receipt.sourceKey} still in stock, got ${part.quantity}: others go back only with instead "by-method"`,
  )
}

function layersHere({ sku, sequence }: GoodsReceipt, group: string, { costs }: Books) {
  return costs.layersOfReceipt(sku, sequence).filter((layer) => layer.group === group)
}

function post(command: Return, posting: Posting, books: Books): void {
  const { part, reason } = command
  const receipt = mustFind(command.receipt, books)
  const { sku, quantity } = part
  const { accrued, accruedPartMinor, originalMinor } = originalCost(receipt, quantity)
  const about = { kind: 'purchase-return' as const, memo: `${command.receipt}: ${reason}` }
  const contra = (costMinor: bigint) => [
    ...posting.to('gr-ir', sku)(accruedPartMinor),
    ...posting.to('accounts-payable', sku)(originalMinor - accruedPartMinor),
    ...posting.to('purchase-price-variance', sku)(costMinor - originalMinor),
  ]
  posting.takeOut(part, about, contra, takingOf(command, receipt, originalMinor, books))
  books.receipts.changeReceipt(receipt.sequence, {
    returned: quantity,
    returnedMinor: originalMinor,
    uninvoicedReturned: accrued,
    clearedMinor: accruedPartMinor,
  })
}

/** What units of a receipt cost at first, and what of it GR/IR still holds. */
export function originalCost(receipt: GoodsReceipt, quantity: bigint) {
  const accrued = smaller(quantity, uninvoiced(receipt))
  const accruedPartMinor = accrued > 0n ? accruedMinor(receipt, accrued) : 0n
  const { goodsMinor, returnedMinor, returned } = receipt
  const originalMinor =
    accrued === quantity
      ? accruedPartMinor
      : shareOf(goodsMinor - returnedMinor, receipt.quantity - returned, quantity)
  return { accrued, accruedPartMinor, originalMinor }
}

/** FIFO and its kin: the receipt's own layers. Average: the original cost, as far as it is there. */
function takingOf(
  { part, instead }: Return,
  receipt: GoodsReceipt,
  originalMinor: bigint,
  books: Books,
) {
  const group = books.masters.locationGroup(part.from)
  const pool = books.costs.pool(part.sku, group)
  if (pool.method === 'average') {
    if (books.control.policy().averageReturns === 'average') return undefined
    const all = part.quantity === pool.quantity || originalMinor > pool.valueMinor
    return { valueMinor: all ? pool.valueMinor : originalMinor }
  }
  return instead === undefined ? { layers: layersHere(receipt, group, books) } : undefined
}
