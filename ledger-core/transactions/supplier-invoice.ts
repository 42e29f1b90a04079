import { taxAccount } from '../account.ts'
import type { Books } from '../books.ts'
import { notNegative, positive } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { shareOf } from '../costing.ts'
import { checkForeign, convertParts } from '../currency.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { GoodsReceipt } from '../store/receipt-store.ts'
import { knownReceipt, mustFind, spreadOverReceipt } from './landed-cost.ts'
import type { Transaction } from './transaction.ts'

type Invoice = CommandOf<'supplier-invoice'>

/**
 * An invoice takes what it pays for off GR/IR; a difference in price is a later cost of the goods.
 * What is invoiced but never came is a claim, not a cost. Foreign money is converted once.
 */
export const supplierInvoice: Transaction<'supplier-invoice'> = { check, post }

function check(command: Invoice, books: Books): Refusal | null {
  const { supplier, invoice, lines, foreign } = command
  return firstRefusal([
    () => refuseAny(lines, ({ receipt }) => knownReceipt(receipt, books.receipts)),
    () => (foreign === undefined ? null : checkForeign(foreign)),
    () => {
      if (books.receipts.invoice(supplier, invoice) === null) return null
      return refuse('name-taken', `expected a new invoice of ${supplier}, got ${invoice} again`)
    },
    () => refuseAny(lines, ({ quantity, receipt }) => positive(quantity, receipt)),
    () => refuseAny(lines, ({ netMinor, receipt }) => notNegative(netMinor, receipt)),
    () => withinReceived(lines, books),
    () => {
      const totals = [
        ...lines.map(({ netMinor }) => netMinor),
        command.taxMinor,
        command.claimMinor,
      ]
      if (totals.some((amount) => amount !== 0n)) return null
      return refuse('receipt-does-not-add-up', 'expected an invoice of some amount, got 0')
    },
  ])
}

function withinReceived(lines: Invoice['lines'], { receipts }: Books): Refusal | null {
  const wanted = new Map<string, bigint>()
  return refuseAny(lines, ({ receipt, quantity }) => {
    const found = receipts.goodsReceipt(receipt)
    const open = found === null ? 0n : uninvoiced(found)
    const total = (wanted.get(receipt) ?? 0n) + quantity
    wanted.set(receipt, total)
    if (total <= open) return null
    return refuse(
      'exceeds-received',
      `expected at most ${open} of ${receipt} to invoice (more is a claim), got ${total}`,
    )
  })
}

/** Units received, not returned before their invoice, not invoiced yet. */
export function uninvoiced({ quantity, invoiced, uninvoicedReturned }: GoodsReceipt): bigint {
  return quantity - invoiced - uninvoicedReturned
}

/** What GR/IR still holds for `quantity` of a receipt's uninvoiced units. */
export function accruedMinor(receipt: GoodsReceipt, quantity: bigint): bigint {
  return shareOf(receipt.goodsMinor - receipt.clearedMinor, uninvoiced(receipt), quantity)
}

function writtenAmounts({ lines, taxMinor, claimMinor }: Invoice): readonly bigint[] {
  return [...lines.map(({ netMinor }) => netMinor), taxMinor, claimMinor]
}

/** What an invoice says, in money of the books: its lines, its tax, its claim. */
export function invoicedAmounts(command: Invoice, minorUnits: number): readonly bigint[] {
  const { foreign } = command
  const written = writtenAmounts(command)
  return foreign === undefined ? written : convertParts(written, foreign, minorUnits)
}

function post(command: Invoice, posting: Posting, books: Books): void {
  const { supplier, invoice, lines, foreign, taxCode } = command
  const { chart } = posting
  const written = writtenAmounts(command)
  const { code, minorUnits } = books.site.currency
  const amounts = invoicedAmounts(command, minorUnits)
  const memo = `${supplier} invoice ${invoice}`
  lines.forEach(({ receipt: key, quantity }, index) => {
    const receipt = mustFind(key, books)
    const clearedMinor = accruedMinor(receipt, quantity)
    posting.money(chart['gr-ir'].account, clearedMinor, `${receipt.sku}: ${memo}`)
    books.receipts.changeReceipt(receipt.sequence, { invoiced: quantity, clearedMinor })
    const differenceMinor = (amounts[index] ?? 0n) - clearedMinor
    spreadOverReceipt(receipt, differenceMinor, `price of ${memo}`, posting, books)
  })
  const tax = taxAccount({ ...chart, 'tax-payable': chart['input-tax'] }, taxCode)
  posting.money(tax, amounts[lines.length] ?? 0n, memo)
  posting.money(chart['supplier-claims'].account, amounts[lines.length + 1] ?? 0n, memo)
  const payableMinor = amounts.reduce((sum, amount) => sum + amount, 0n)
  const invoicedMinor = written.reduce((sum, amount) => sum + amount, 0n)
  const currency = foreign?.currency ?? code
  const rate = foreign?.rate ?? '1'
  const said = foreign === undefined ? memo : `${memo}: ${currency} ${invoicedMinor} at ${rate}`
  posting.money(chart['accounts-payable'].account, -payableMinor, said)
  const { sequence } = posting
  books.receipts.addInvoice({
    supplier,
    invoice,
    sequence,
    currency,
    invoicedMinor,
    rate,
    payableMinor,
  })
}
