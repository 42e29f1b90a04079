import { type AccountRole, type Chart, taxAccount } from '../account.ts'
import { type Books, returnable, saleOrigin } from '../books.ts'
import { checkRoutes, mayFallShort, type Route } from '../checks.ts'
import type { CommandOf, MovementPart, SaleLine, Tender } from '../command.ts'
import type { Posting } from '../posting.ts'
import { type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

type Receipt = CommandOf<'till-receipt'>

/** A receipt of the till: tenders, tax, revenue and the cost of the goods in one entry. */
export const tillReceipt: Transaction<'till-receipt'> = { check, post }

/** Every part, every line, then the sums of the whole. */
function check(receipt: Receipt, books: Books): Refusal | null {
  const { lines } = receipt
  return (
    checkRoutes(lines.flatMap(routesOf), books) ??
    refuseAny(lines, notZero) ??
    refuseAny(lines, partsAddUp) ??
    receiptAddsUp(receipt) ??
    withinSold(receipt, books) ??
    mayFallShort(lines.flatMap(soldParts), books)
  )
}

function routesOf(line: SaleLine): Route[] {
  return line.parts.map((part) =>
    line.quantity > 0n
      ? { part, from: 'own', to: 'customer' }
      : { part, from: 'customer', to: 'own' },
  )
}

function notZero({ line, quantity }: SaleLine): Refusal | null {
  if (quantity !== 0n) return null
  return refuse('quantity-not-positive', `expected a quantity on line ${line}, got 0`)
}

function partsAddUp(line: SaleLine): Refusal | null {
  const expected = line.kind !== 'stock' ? 0n : line.quantity < 0n ? -line.quantity : line.quantity
  const got = line.parts.reduce((sum, part) => sum + part.quantity, 0n)
  const isOneSku = line.parts.every(({ sku }) => sku === line.parts[0]?.sku)
  if (got === expected && isOneSku) return null
  const skus = new Set(line.parts.map(({ sku }) => sku))
  return refuse(
    'parts-do-not-add-up',
    `expected parts of ${expected} of one SKU on line ${line.line}, got ${got} of ${skus.size}`,
  )
}

function receiptAddsUp({ lines, tenders, roundingMinor }: Receipt): Refusal | null {
  if (new Set(lines.map(({ line }) => line)).size < lines.length) {
    return refuse('receipt-does-not-add-up', 'expected each line number once, got one twice')
  }
  const due = lines.reduce((sum, line) => sum + line.netMinor + line.taxMinor, roundingMinor)
  const paid = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  if (due === paid) return null
  return refuse(
    'receipt-does-not-add-up',
    `expected tenders of ${due} (net + tax + rounding, minor units), got ${paid}`,
  )
}

function soldParts({ quantity, parts }: SaleLine): readonly MovementPart[] {
  return quantity > 0n ? parts : []
}

function withinSold({ lines }: Receipt, books: Books): Refusal | null {
  const wanted = new Map<string, bigint>()
  return refuseAny(lines, ({ quantity, original, parts }) => {
    const sku = parts[0]?.sku
    if (quantity > 0n || original === undefined || sku === undefined) return null
    const origin = saleOrigin(books, original.sourceKey, original.line, sku)
    if (origin === null) return null
    const open = returnable(books, origin)
    const key = JSON.stringify([original.sourceKey, original.line, sku])
    const total = (wanted.get(key) ?? 0n) - quantity
    wanted.set(key, total)
    if (total <= open) return null
    return refuse(
      'exceeds-sold',
      `expected at most ${open} of ${sku} back from ${original.sourceKey} line ${original.line}, got ${total}`,
    )
  })
}

function post(receipt: Receipt, posting: Posting, books: Books): void {
  for (const [account, amountMinor] of moneyOf(receipt, posting.chart)) {
    posting.money(account, amountMinor, `${receipt.till} receipt ${receipt.receipt}`)
  }
  for (const line of receipt.lines) {
    for (const part of line.parts) {
      if (line.quantity > 0n) {
        const about = { kind: 'sale' as const, line: line.line, memo: '' }
        posting.takeOut(part, about, posting.to('cogs', part.sku))
      } else giveBack(line, part, posting, books)
    }
    if (line.kind === 'unmapped') books.parked.parkLine(posting.sequence, line)
  }
}

function giveBack(line: SaleLine, part: MovementPart, posting: Posting, books: Books): void {
  const { original } = line
  const about = { kind: 'return' as const, line: line.line }
  const contra = posting.from('cogs', part.sku)
  if (original === undefined) return giveBackWithoutSale(line.line, part, posting)
  const origin = saleOrigin(books, original.sourceKey, original.line, part.sku)
  const memo = origin === null ? 'cost estimated: the original sale is not in these books' : ''
  posting.giveBack(part, { ...about, memo, original }, origin, contra)
}

export function giveBackWithoutSale(line: number, part: MovementPart, posting: Posting): void {
  const about = { kind: 'return', line, memo: 'cost estimated: no original sale named' } as const
  posting.giveBack(part, about, null, posting.from('cogs', part.sku))
}

export const TENDER_ROLE: Readonly<Record<Tender['kind'], AccountRole>> = {
  cash: 'cash',
  card: 'card-clearing',
  voucher: 'voucher-liability',
  account: 'accounts-receivable',
}

/** Tenders, rounding, revenue and tax, one sum per account. */
function moneyOf(receipt: Receipt, chart: Chart): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  const add = (account: string, amountMinor: bigint) => {
    sums.set(account, (sums.get(account) ?? 0n) + amountMinor)
  }
  for (const { kind, amountMinor } of receipt.tenders) {
    add(chart[TENDER_ROLE[kind]].account, amountMinor)
  }
  add(chart['cash-rounding'].account, -receipt.roundingMinor)
  for (const line of receipt.lines) {
    add(chart[revenueRole(line)].account, -line.netMinor)
    add(taxAccount(chart, line.taxCode), -line.taxMinor)
  }
  return sums
}

export function revenueRole(line: Pick<SaleLine, 'kind' | 'quantity'>): AccountRole {
  switch (line.kind) {
    case 'stock':
      return line.quantity < 0n ? 'sales-returns' : 'sales-revenue'
    case 'unmapped':
      return 'unmapped-sales'
    case 'non-stock':
      return 'other-revenue'
  }
}
