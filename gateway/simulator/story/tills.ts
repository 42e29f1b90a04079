import type { StoreDay } from '../calendar.ts'
import type { Unit, World } from '../world.ts'
import type { Outbox } from './messages.ts'
import { centsText } from './money.ts'

export type TillName = 'till-1' | 'till-2'

/** What a shopper pays for. Unknown goods carry a GTIN that nobody registered. */
export interface Purchase {
  readonly till: TillName
  readonly atMs: number
  readonly units: readonly Unit[]
  readonly tender: 'cash' | 'card'
  readonly bags: number
  readonly unknownGtin: string | null
}

/** Where one unit was sold, for a return with reference. */
export interface SoldAs {
  readonly unit: Unit
  readonly till: TillName
  readonly receipt: string
  readonly line: number
}

export interface Tills {
  sell(purchase: Purchase): void
  takeBack(sold: SoldAs, till: TillName, atMs: number): void
  /** From then on receipts stay in the till; `online` sends them in one go. */
  offline(till: TillName): void
  online(till: TillName, atMs: number): void
  readonly sold: readonly SoldAs[]
}

interface Line {
  readonly line: number
  readonly kind: 'item' | 'non-stock'
  readonly gtin: string
  readonly serial?: string
  readonly description: string
  readonly quantity: number
  readonly grossMinor: number
  readonly percent: number
  readonly taxCode: string
  readonly original?: { till: string; fiscalDay: string; receipt: string; line: number }
}

const BAG_MINOR = 30
const UNKNOWN_MINOR = 350

export function createTills(world: World, outbox: Outbox, day: StoreDay): Tills {
  const sold: SoldAs[] = []
  const held = new Map<TillName, string[]>()
  const topicOf = (till: TillName) => `tallygate/v1/${till}/receipt`
  const post = (till: TillName, atMs: number, lines: readonly Line[], tender: 'cash' | 'card') => {
    const receipt = String(world.next(`receipt/${till}`)).padStart(5, '0')
    const said = JSON.stringify(receiptOf({ till, receipt, day, atMs, lines, tender }))
    const waiting = held.get(till)
    if (waiting) waiting.push(said)
    else outbox.text(atMs + 1_000, till, topicOf(till), said)
    return receipt
  }
  return {
    sold,
    sell({ till, atMs, units, tender, bags, unknownGtin }) {
      const withSerials = till === 'till-1'
      const lines = linesOf(units, withSerials)
      const extras = extraLines(lines.length, bags, unknownGtin)
      const receipt = post(till, atMs, [...lines, ...extras], tender)
      for (const unit of units) {
        const line = lines.find((known) => isFor(known, unit))?.line ?? 1
        sold.push({ unit, till, receipt, line })
        world.move(unit, 'customer', atMs)
      }
    },
    takeBack({ unit, till: soldAt, receipt, line }, till, atMs) {
      const original = { till: soldAt, fiscalDay: day.date, receipt, line }
      const back = lineOf(1, unit, 1, till === 'till-1')
      const lines = [{ ...back, quantity: -1, grossMinor: -back.grossMinor, original }]
      post(till, atMs, lines, 'card')
    },
    offline: (till) => void held.set(till, held.get(till) ?? []),
    online(till, atMs) {
      for (const said of held.get(till) ?? []) outbox.text(atMs, till, topicOf(till), said)
      held.delete(till)
    },
  }
}

/** One line per tagged unit where the till scans tags, else one per SKU. */
function linesOf(units: readonly Unit[], withSerials: boolean): Line[] {
  const lines: Line[] = []
  for (const sku of new Set(units.map(({ good }) => good.sku))) {
    const alike = units.filter(({ good }) => good.sku === sku)
    const first = alike[0]
    if (!first) continue
    if (withSerials && first.good.tagged)
      for (const unit of alike) lines.push(lineOf(lines.length + 1, unit, 1, true))
    else lines.push(lineOf(lines.length + 1, first, alike.length, false))
  }
  return lines
}

function lineOf(line: number, { good, serial }: Unit, quantity: number, withSerial: boolean): Line {
  return {
    line,
    kind: 'item',
    gtin: good.gtin14.slice(1),
    ...(withSerial && serial !== null ? { serial } : {}),
    description: good.name,
    quantity,
    grossMinor: good.priceMinor * quantity,
    percent: good.tax.percent,
    taxCode: good.tax.code,
  }
}

function isFor({ gtin, serial }: Line, unit: Unit): boolean {
  if (gtin !== unit.good.gtin14.slice(1)) return false
  return serial === undefined || serial === unit.serial
}

function extraLines(before: number, bags: number, unknownGtin: string | null): Line[] {
  const high = { percent: 21, taxCode: 'H21' }
  const extras: Line[] = []
  if (unknownGtin !== null)
    extras.push({
      line: before + 1,
      kind: 'item',
      gtin: unknownGtin,
      description: 'Postcard, sold on trial',
      quantity: 1,
      grossMinor: UNKNOWN_MINOR,
      ...high,
    })
  if (bags > 0)
    extras.push({
      line: before + extras.length + 1,
      kind: 'non-stock',
      gtin: '',
      description: 'Carrier bag',
      quantity: bags,
      grossMinor: BAG_MINOR * bags,
      ...high,
    })
  return extras
}

function receiptOf(given: {
  till: TillName
  receipt: string
  day: StoreDay
  atMs: number
  lines: readonly Line[]
  tender: 'cash' | 'card'
}): unknown {
  const { till, receipt, day, atMs, tender } = given
  const grossMinor = given.lines.reduce((sum, line) => sum + line.grossMinor, 0)
  // Coins below five cents are not used any more: cash is rounded, cards are not.
  const paidMinor = tender === 'cash' ? Math.round(grossMinor / 5) * 5 : grossMinor
  const lines = given.lines.map(({ quantity, grossMinor: gross, percent, ...line }) => {
    const netMinor = Math.round((gross * 100) / (100 + percent))
    const tax = centsText(gross - netMinor)
    return { ...line, quantity: String(quantity), net: centsText(netMinor), tax }
  })
  return {
    type: 'receipt',
    till,
    fiscalDay: day.date,
    receipt,
    at: new Date(atMs).toISOString(),
    lines,
    tenders: [{ kind: tender, amount: centsText(paidMinor) }],
    rounding: centsText(paidMinor - grossMinor),
    total: centsText(paidMinor),
  }
}
