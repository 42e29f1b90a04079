import type { Books } from '../books.ts'
import type { Command } from '../command.ts'
import { splitByWeight } from '../costing.ts'
import type { GoodsReceipt } from '../store/receipt-store.ts'
import { weightsOf } from '../transactions/landed-cost.ts'
import { originalCost } from '../transactions/purchase-return.ts'
import { accruedMinor, invoicedAmounts } from '../transactions/supplier-invoice.ts'

export interface LaterCost {
  /** As it stood when the cost came. */
  readonly receipt: GoodsReceipt
  readonly amountMinor: bigint
}

/** Goods receipts as they stood at any entry of a replay; no method changes them. */
export interface ReceiptBook {
  readonly returned: (
    sourceKey: string,
    quantity: bigint,
  ) => { readonly receipt: number; readonly originalMinor: bigint }
  readonly takenBack: (sourceKey: string) => void
  /** What an invoice or a landed cost adds to each receipt. */
  readonly laterCosts: (command: Command) => LaterCost[]
}

type Change = Partial<GoodsReceipt>

const UNTOUCHED: Change = {
  landedMinor: 0n,
  returned: 0n,
  returnedMinor: 0n,
  invoiced: 0n,
  clearedMinor: 0n,
  uninvoicedReturned: 0n,
}

export function createReceiptBook({ receipts, site }: Books): ReceiptBook {
  const known = new Map<string, GoodsReceipt>()
  /** As it came in, unless something has come of it. */
  const find = (sourceKey: string): GoodsReceipt => {
    const found = known.get(sourceKey) ?? receipts.goodsReceipt(sourceKey)
    if (found === null) throw new Error(`receipt ${sourceKey} went missing`)
    return known.has(sourceKey) ? found : { ...found, ...UNTOUCHED }
  }
  const change = (sourceKey: string, to: Change) => {
    known.set(sourceKey, { ...find(sourceKey), ...to })
  }
  const invoiceLine = (key: string, quantity: bigint, amountMinor: bigint): LaterCost => {
    const before = find(key)
    const clearedMinor = accruedMinor(before, quantity)
    change(key, {
      invoiced: before.invoiced + quantity,
      clearedMinor: before.clearedMinor + clearedMinor,
    })
    return { receipt: find(key), amountMinor: amountMinor - clearedMinor }
  }
  return {
    returned: (sourceKey, quantity) => {
      const before = find(sourceKey)
      const { accrued, accruedPartMinor, originalMinor } = originalCost(before, quantity)
      change(sourceKey, {
        returned: before.returned + quantity,
        returnedMinor: before.returnedMinor + originalMinor,
        uninvoicedReturned: before.uninvoicedReturned + accrued,
        clearedMinor: before.clearedMinor + accruedPartMinor,
      })
      return { receipt: before.sequence, originalMinor }
    },
    takenBack: (sourceKey) => {
      if (receipts.goodsReceipt(sourceKey) === null) return
      const { quantity, goodsMinor } = find(sourceKey)
      change(sourceKey, {
        returned: quantity,
        returnedMinor: goodsMinor,
        uninvoicedReturned: quantity,
        clearedMinor: goodsMinor,
      })
    },
    laterCosts: (command) => {
      if (command.kind === 'supplier-invoice') {
        const amounts = invoicedAmounts(command, site.currency.minorUnits)
        return command.lines.map(({ receipt, quantity }, index) =>
          invoiceLine(receipt, quantity, amounts[index] ?? 0n),
        )
      }
      if (command.kind !== 'landed-cost') return []
      const named = command.receipts.map(({ receipt }) => find(receipt))
      const shares = splitByWeight(command.amountMinor, weightsOf(command, named))
      return named.map((receipt, index) => ({ receipt, amountMinor: shares[index] ?? 0n }))
    },
  }
}
