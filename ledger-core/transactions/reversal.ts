import { isInventoryAccount } from '../account.ts'
import { type Books, returnable, sequenceOf } from '../books.ts'
import type { Command, CommandOf } from '../command.ts'
import { commandFromText } from '../command-text.ts'
import type { JournalEntry, Movement } from '../journal.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import { undoFault } from '../undo.ts'
import type { Transaction } from './transaction.ts'

/** Entries whose opposite is exact. The others have an opposite of their own: a credit note, a count. */
const REVERSIBLE: readonly Command['kind'][] = [
  'receive',
  'receive-unordered',
  'till-receipt',
  'map-line',
  'move',
  'shrink',
  'write-off',
  'gain',
  'assemble-kit',
  'break-kit',
  'revalue',
  'manual-journal',
]

/** The opposite of an entry, once. What rests on it is reversed first, newest first. */
export const reverse: Transaction<'reverse'> = {
  check: ({ of }, books) => checkReversal(of, books),
  post: ({ of, reason }, posting, books) => reverseEntry(of, reason, posting, books),
}

/** A receipt taken back at its till before the Z report. */
export const voidReceipt: Transaction<'void-receipt'> = {
  check: (command, books) =>
    firstRefusal([() => sameDay(command, books), () => checkReversal(command.of, books)]),
  post: ({ of, reason }, posting, books) => reverseEntry(of, reason, posting, books),
}

function entryOf(of: string, books: Books): JournalEntry | null {
  const sequence = sequenceOf(books, of)
  return sequence === null ? null : (books.journal.entries(sequence - 1, 1)[0] ?? null)
}

function checkReversal(of: string, books: Books): Refusal | null {
  const entry = entryOf(of, books)
  if (entry === null) return refuse('unknown-origin', `expected a posted entry, got ${of}`)
  const by = books.stock.reversedBy(entry.sequence)
  return firstRefusal([
    () => {
      if (by === null) return null
      return refuse('already-reversed', `expected ${of} to stand, got it reversed by entry ${by}`)
    },
    () => {
      if (REVERSIBLE.some((kind) => kind === entry.kind)) return null
      return refuse('not-reversible', `expected one of ${REVERSIBLE.join(', ')}, got ${entry.kind}`)
    },
    () => receiptUntouched(of, books),
    () => linesUnmapped(entry, books),
    () => refuseAny(entry.movements, (movement) => allStillOut(entry, movement, books)),
    () => {
      const undone = entry.movements.filter((movement) => !leavesStore(movement, books))
      const numbers = new Set([0, ...undone.map(({ number }) => number)])
      const effects = entry.effects.filter(({ movement }) => numbers.has(movement))
      const fault = undoFault(entry.sequence, effects, books)
      return fault === null ? null : refuse('has-dependants', fault)
    },
  ])
}

function receiptUntouched(of: string, { receipts }: Books): Refusal | null {
  const receipt = receipts.goodsReceipt(of)
  if (receipt === null || (receipt.invoiced === 0n && receipt.returned === 0n)) return null
  return refuse(
    'has-dependants',
    `expected nothing of ${of} invoiced or returned, got ${receipt.invoiced} and ${receipt.returned}`,
  )
}

function linesUnmapped({ sequence, sourceKey }: JournalEntry, { parked }: Books): Refusal | null {
  const by = parked.mappedLineOf(sequence)
  if (by === null) return null
  return refuse(
    'has-dependants',
    `expected no mapped line of ${sourceKey}, got entry ${by}: reverse it first`,
  )
}

function leavesStore({ to }: Movement, { masters }: Books): boolean {
  return masters.locationKind(to) === 'virtual'
}

/** Units of which some came back already are not out any more: the return is reversed first. */
function allStillOut(entry: JournalEntry, movement: Movement, books: Books): Refusal | null {
  if (!leavesStore(movement, books)) return null
  const { sku, line = 0 } = movement
  const issued = entry.movements
    .filter((other) => other.sku === sku && (other.line ?? 0) === line)
    .reduce((sum, { quantity }) => sum + quantity, 0n)
  const open = returnable(books, { sequence: entry.sequence, line, sku })
  if (open === issued) return null
  const message = `expected all ${issued} of ${sku} of ${entry.sourceKey} still out, got ${open}: reverse the returns first`
  return refuse('has-dependants', message)
}

function reverseEntry(of: string, reason: string, posting: Posting, books: Books): void {
  const entry = entryOf(of, books)
  if (entry === null) throw new Error(`entry ${of} went missing between check and posting`)
  const memo = `reverses ${entry.sequence}: ${reason}`
  for (const movement of entry.movements.toReversed()) {
    reverseMovement(entry, movement, memo, posting, books)
  }
  for (const effect of entry.effects.filter(({ movement }) => movement === 0)) {
    posting.addValue(effect.sku, effect.group, effect.layer, -effect.valueMinor, memo)
  }
  for (const { account, amountMinor } of entry.lines) {
    if (!isInventoryAccount(posting.chart, account)) posting.money(account, -amountMinor, memo)
  }
  takeBackReceipt(entry, books)
  books.stock.addReversal(entry.sequence, posting.sequence)
}

function reverseMovement(
  entry: JournalEntry,
  movement: Movement,
  memo: string,
  posting: Posting,
  books: Books,
): void {
  const { sku, quantity, from, to, epcs, line, number } = movement
  const part = { sku, quantity, from: to, to: from, epcs }
  const about = { kind: 'reversal' as const, memo, ...(line === undefined ? {} : { line }) }
  if (leavesStore(movement, books)) {
    const origin = { sequence: entry.sequence, line: line ?? 0, sku }
    posting.giveBack(part, about, origin, () => [])
    return
  }
  posting.undo(
    part,
    about,
    entry.effects.filter((effect) => effect.movement === number),
  )
}

/** A receipt that is taken back is neither delivered nor to be invoiced. */
function takeBackReceipt(entry: JournalEntry, books: Books): void {
  const receipt = books.receipts.goodsReceipt(entry.sourceKey)
  if (receipt === null) return
  books.receipts.changeReceipt(entry.sequence, {
    returned: receipt.quantity,
    returnedMinor: receipt.goodsMinor,
    uninvoicedReturned: receipt.quantity,
    clearedMinor: receipt.goodsMinor,
  })
  const body = books.commands.body(entry.sourceKey)
  const command = body === null ? null : commandFromText(body)
  if (command?.kind !== 'receive') return
  const { order, line, part } = command
  books.orders.addReceived(order, line, -part.quantity, -receipt.goodsMinor)
}

function sameDay({ of, businessDate }: CommandOf<'void-receipt'>, books: Books): Refusal | null {
  const entry = entryOf(of, books)
  const body = books.commands.body(of)
  const receipt = body === null ? null : commandFromText(body)
  if (entry === null || receipt?.kind !== 'till-receipt') {
    return refuse('not-reversible', `expected a till receipt to void, got ${of}`)
  }
  const closed = books.stock.lastTillClose(receipt.till).sequence
  if (entry.sequence > closed && entry.businessDate === businessDate) return null
  return refuse(
    'wrong-state',
    `expected a receipt of ${businessDate} before its Z report, got ${of}: take it back as a return`,
  )
}
