import type { Books } from '../books.ts'
import type { CommandOf, Tender } from '../command.ts'
import { commandFromText } from '../command-text.ts'
import type { JournalEntry } from '../journal.ts'
import { firstRefusal, type Refusal, refuse } from '../refusal.ts'
import { TENDER_ROLE } from './till-receipt.ts'
import type { Transaction } from './transaction.ts'

const KINDS: readonly Tender['kind'][] = ['cash', 'card', 'voucher']
const PAGE = 500

/** Z report: the drawer counted against what the till took since the last one. */
export const closeTill: Transaction<'close-till'> = {
  check: ({ till, zNumber, counted }, { stock }) =>
    firstRefusal([
      (): Refusal | null => {
        const { zNumber: last } = stock.lastTillClose(till)
        if (Number.isSafeInteger(zNumber) && zNumber > last) return null
        return refuse('wrong-state', `expected a Z number above ${last} of ${till}, got ${zNumber}`)
      },
      (): Refusal | null => {
        const kinds = new Set(counted.map(({ kind }) => kind))
        if (kinds.size === counted.length) return null
        return refuse('parts-do-not-add-up', 'expected each tender once, got one twice')
      },
    ]),
  post: ({ till, zNumber, counted }, posting, books) => {
    const taken = takenSince(till, books.stock.lastTillClose(till).sequence, books)
    const memo = `${till} Z ${zNumber}`
    for (const kind of KINDS) {
      const found = counted.find((one) => one.kind === kind)
      // A tender that was not counted is not compared: cards are settled by their acquirer.
      if (found === undefined) continue
      const differenceMinor = found.amountMinor - (taken.get(kind) ?? 0n)
      posting.money(posting.chart[TENDER_ROLE[kind]].account, differenceMinor, memo)
      posting.money(posting.chart['till-over-short'].account, -differenceMinor, memo)
    }
    books.stock.addTillClose(till, zNumber, books.journal.head().sequence)
  },
}

/** Tenders a till took after an entry, receipts taken back since then off again. */
export function takenSince(
  till: string,
  sequence: number,
  books: Books,
): ReadonlyMap<Tender['kind'], bigint> {
  const sums = new Map<Tender['kind'], bigint>()
  let after = sequence
  for (;;) {
    const page = books.journal.entries(after, PAGE)
    const last = page.at(-1)
    if (last === undefined) return sums
    for (const entry of page) {
      const found = receiptOf(entry, books)
      if (found === null || found.receipt.till !== till) continue
      for (const { kind, amountMinor } of found.receipt.tenders) {
        sums.set(kind, (sums.get(kind) ?? 0n) + found.sign * amountMinor)
      }
    }
    after = last.sequence
  }
}

function receiptOf(
  entry: JournalEntry,
  { commands }: Books,
): { readonly receipt: CommandOf<'till-receipt'>; readonly sign: 1n | -1n } | null {
  const read = (sourceKey: string) => {
    const body = commands.body(sourceKey)
    return body === null ? null : commandFromText(body)
  }
  const command = KINDS_OF_INTEREST.has(entry.kind) ? read(entry.sourceKey) : null
  if (command?.kind === 'till-receipt') return { receipt: command, sign: 1n }
  if (command?.kind !== 'void-receipt' && command?.kind !== 'reverse') return null
  const original = read(command.of)
  return original?.kind === 'till-receipt' ? { receipt: original, sign: -1n } : null
}

const KINDS_OF_INTEREST = new Set(['till-receipt', 'void-receipt', 'reverse'])
