import type { Db, Statement } from './database.ts'
import { RARE_KINDS } from './schema-lookups.ts'

/** First and last day (ISO dates, both inclusive); absent: from the first entry, to the last. */
export interface DateRange {
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What is asked of the journal; what is absent is not asked. */
export interface JournalFilter extends DateRange {
  readonly sku?: string | undefined
  readonly account?: string | undefined
  /** Kind of the entry, or of one of its movements. */
  readonly kind?: string | undefined
  /** A source key, or its beginning with `*` at the end. */
  readonly sourceKey?: string | undefined
  readonly actor?: string | undefined
}

/** What moved of a SKU on one business day. */
export interface DayFlow {
  readonly date: string
  readonly sku: string
  readonly sold: bigint
  readonly returned: bigint
  readonly received: bigint
  readonly sentBack: bigint
  /** Of everything together: what the store holds changes by this much. */
  readonly change: bigint
}

export interface FigureStore {
  /** First and last entry that count for a day of the range; null: none does. */
  readonly span: (range: DateRange) => { readonly first: number; readonly last: number } | null
  /** Entries that pass a filter, newest first, with sequence < before. */
  readonly search: (filter: JournalFilter, before: number, limit: number) => number[]
  /** By SKU and business day, oldest first, up to a day. */
  readonly dayFlows: (to: string, sku: string | null) => Iterable<DayFlow>
  readonly lastBusinessDate: () => string | null
  /** Goods of an order line as they came, and what was ordered; reversed receipts left out. */
  readonly deliveries: () => Iterable<Delivery>
  /** Order lines that a person closed before all had come. */
  readonly shortLines: () => ShortLine[]
}

export interface Delivery {
  readonly date: string
  readonly order: string
  readonly line: number
  readonly sku: string
  readonly location: string
  readonly quantity: bigint
  readonly ordered: bigint
}

export interface ShortLine {
  readonly date: string
  readonly order: string
  readonly line: number
  readonly sku: string
  readonly missing: bigint
}

const FIRST_DAY = '0000-01-01'
const LAST_DAY = '9999-12-31'

export function createFigureStore(db: Db): FigureStore {
  const span = db
    .prepare<[string, string], [bigint | null, bigint | null]>(
      'SELECT min(sequence), max(sequence) FROM entry WHERE accounting_date BETWEEN ? AND ?',
    )
    .raw()
  // Nothing counts before the day it happened on: what was posted for its own day bounds the rest.
  const last = db
    .prepare<[], string | null>(
      `SELECT max(business_date) FROM entry WHERE movement_count > 0 AND accounting_date >= COALESCE(
         (SELECT accounting_date FROM entry WHERE movement_count > 0
            AND business_date = accounting_date ORDER BY accounting_date DESC LIMIT 1), '')`,
    )
    .pluck()
  const spanOf: FigureStore['span'] = ({ from = FIRST_DAY, to = LAST_DAY }) => {
    const [first = null, end = null] = span.get(from, to) ?? []
    return first === null || end === null ? null : { first: Number(first), last: Number(end) }
  }
  return {
    ...createOrders(db),
    span: spanOf,
    search: createSearch(db, spanOf),
    dayFlows: createDayFlows(db),
    lastBusinessDate: () => last.get() ?? null,
  }
}

/** What each filter asks; those that name a SKU or a key find their entries by it. */
const CONDITIONS = {
  actor: 'actor = $actor',
  key: 'sequence = (SELECT c.sequence FROM command AS c WHERE c.source_key = $key)',
  begins: 'substr(source_key, 1, length($begins)) = $begins',
  kind: `(kind = $kind OR EXISTS
    (SELECT 1 FROM movement AS m WHERE m.sequence = e.sequence AND m.kind = $kind))`,
  sku: `sequence IN (SELECT m.sequence FROM movement AS m WHERE m.sku = $sku
    UNION SELECT c.sequence FROM cost_effect AS c WHERE c.sku = $sku AND c.movement = 0)`,
  account: `EXISTS
    (SELECT 1 FROM line AS l WHERE l.sequence = e.sequence AND l.account = $account)`,
} as const

type Asked = Readonly<Partial<Record<keyof typeof CONDITIONS, string | undefined>>>

function createSearch(db: Db, spanOf: FigureStore['span']): FigureStore['search'] {
  const prepared = new Map<string, Statement<bigint>>()
  const select = (conditions: readonly string[]) => {
    const where = conditions.map((condition) => ` AND ${condition}`).join('')
    const known = prepared.get(where)
    if (known !== undefined) return known
    const statement = db
      .prepare<unknown[], bigint>(
        `SELECT sequence FROM entry AS e WHERE sequence BETWEEN $first AND $last
           AND accounting_date BETWEEN $from AND $to${where} ORDER BY sequence DESC LIMIT $limit`,
      )
      .pluck()
    prepared.set(where, statement)
    return statement
  }
  return (filter, before, limit) => {
    const { from = FIRST_DAY, to = LAST_DAY, sourceKey, sku, account, kind, actor } = filter
    const isBounded = from !== FIRST_DAY || to !== LAST_DAY
    const span = isBounded ? spanOf(filter) : { first: 0, last: before }
    if (span === null) return []
    const isBeginning = sourceKey?.endsWith('*') ?? false
    const asked: Asked = {
      ...{ sku, account, kind, actor },
      ...(isBeginning ? { begins: sourceKey?.slice(0, -1) } : { key: sourceKey }),
    }
    const bound = Object.entries(asked).filter(([, value]) => value !== undefined)
    const conditions = bound.map(([name]) => CONDITIONS[name as keyof typeof CONDITIONS])
    const range = { first: span.first, last: Math.min(span.last, before - 1), from, to, limit }
    return select(conditions)
      .all({ ...Object.fromEntries(bound), ...range })
      .map(Number)
  }
}

/**
 * By place: a reversal goes the way back, so units that come from a customer by one were never
 * sold, and units that go to one were never returned.
 */
function createDayFlows(db: Db): FigureStore['dayFlows'] {
  const flows = (where: string) => `SELECT e.business_date AS date, m.sku AS sku,
       sum(CASE WHEN m.to_location = 'customer' AND m.kind <> 'reversal' THEN m.quantity
         WHEN m.from_location = 'customer' AND m.kind = 'reversal' THEN -m.quantity ELSE 0 END) AS sold,
       sum(CASE WHEN m.from_location = 'customer' AND m.kind <> 'reversal' THEN m.quantity
         WHEN m.to_location = 'customer' AND m.kind = 'reversal' THEN -m.quantity ELSE 0 END) AS returned,
       sum(CASE WHEN m.kind = 'opening' THEN 0
         WHEN m.from_location IN ('supplier', 'other-site') THEN m.quantity
         WHEN m.to_location = 'supplier' AND m.kind = 'reversal' THEN -m.quantity ELSE 0 END) AS received,
       sum(CASE WHEN m.kind = 'purchase-return' THEN m.quantity ELSE 0 END) AS sentBack,
       sum(CASE WHEN t.kind IN ('real', 'basket') THEN m.quantity ELSE 0 END
         - CASE WHEN f.kind IN ('real', 'basket') THEN m.quantity ELSE 0 END) AS change
     FROM movement AS m JOIN entry AS e ON e.sequence = m.sequence
       JOIN location AS f ON f.location = m.from_location
       JOIN location AS t ON t.location = m.to_location
     WHERE e.business_date <= ? ${where}
     GROUP BY m.sku, e.business_date ORDER BY m.sku, e.business_date`
  const all = db.prepare<[string], DayFlow>(flows(''))
  const ofSku = db.prepare<[string, string], DayFlow>(flows('AND m.sku = ?'))
  return (to, sku) => (sku === null ? all.iterate(to) : ofSku.iterate(to, sku))
}

function createOrders(db: Db): Pick<FigureStore, 'deliveries' | 'shortLines'> {
  const deliveries = db.prepare<[], Delivery & { readonly line: bigint }>(
    `SELECT e.accounting_date AS date, o.purchase_order AS "order", o.line AS line, m.sku AS sku,
       m.to_location AS location, m.quantity AS quantity, o.quantity AS ordered
     FROM entry AS e JOIN command AS c ON c.source_key = e.source_key
       JOIN movement AS m ON m.sequence = e.sequence AND m.kind = 'receipt'
       JOIN order_line AS o ON o.purchase_order = json_extract(c.body, '$.order')
         AND o.line = json_extract(c.body, '$.line')
     WHERE e.kind = 'receive' AND e.${RARE_KINDS}
       AND NOT EXISTS (SELECT 1 FROM reversal AS r WHERE r.sequence = e.sequence)
     ORDER BY e.sequence`,
  )
  const short = db.prepare<[], ShortLine & { readonly line: bigint }>(
    `SELECT json_extract(c.body, '$.businessDate') AS date, o.purchase_order AS "order",
       o.line AS line, o.sku AS sku, o.quantity - o.received_quantity AS missing
     FROM command AS c JOIN order_line AS o ON o.purchase_order = json_extract(c.body, '$.order')
       AND o.line = json_extract(c.body, '$.line')
     WHERE c.sequence IS NULL AND json_extract(c.body, '$.kind') = 'close-order-line'
       AND o.received_quantity < o.quantity ORDER BY c.number`,
  )
  return {
    *deliveries() {
      for (const row of deliveries.iterate()) yield { ...row, line: Number(row.line) }
    },
    shortLines: () => short.all().map((row) => ({ ...row, line: Number(row.line) })),
  }
}
