import type { Db } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'
import type { AskedFor } from './questions.ts'

interface LineRow {
  readonly sequence: bigint
  readonly number: bigint
  readonly date: string
  readonly kind: string
  readonly sourceKey: string
  readonly memo: string
  readonly amountMinor: bigint
}

interface RecordRow {
  readonly sequence: bigint
  readonly movement: bigint
  readonly date: string
  readonly entryKind: string
  readonly kind: string | null
  readonly from: string | null
  readonly to: string | null
  readonly quantity: bigint | null
  readonly source: 'layer' | 'pool' | 'deficit' | null
  readonly layer: bigint | null
  readonly change: bigint | null
  readonly valueMinor: bigint | null
}

/** One account line by line, and the perpetual record of one SKU, both with what they come to. */
export function createStatementReports(
  db: Db,
  { site: { currency, minorUnits } }: Config,
  label: SkuLabel,
): Pick<ReportTable, 'statement' | 'record'> {
  const lines = db.prepare<[string, string], LineRow>(
    `select l.sequence, l.number, e.accounting_date as date, e.kind, e.source_key as sourceKey,
       l.memo, l.amount_minor as amountMinor
     from line l join entry e on e.sequence = l.sequence
     where l.account = ? and e.accounting_date <= ?
     order by e.accounting_date, l.sequence, l.number`,
  )
  // A movement within the store has no effect on cost; a change of value alone has no movement.
  const record = db.prepare<[string, string], RecordRow>(
    `select m.sequence, m.number as movement, e.accounting_date as date, e.kind as entryKind,
       m.kind, m.from_location as "from", m.to_location as "to", m.quantity, c.source, c.layer,
       c.quantity as change, c.value_minor as valueMinor
     from movement m join entry e on e.sequence = m.sequence
       left join cost_effect c on c.sequence = m.sequence and c.movement = m.number
     where m.sku = ?
     union all
     select c.sequence, 0, e.accounting_date, e.kind, null, null, null, null, c.source, c.layer,
       c.quantity, c.value_minor
     from cost_effect c join entry e on e.sequence = c.sequence
     where c.sku = ? and c.movement = 0
     order by 1, 2`,
  )
  return {
    statement: (question) => ({
      currency,
      minorUnits,
      account: question.account,
      ...statementOf(lines.iterate(question.account, question.to ?? LAST_DAY), question),
    }),
    record: (question) => ({
      currency,
      minorUnits,
      sku: question.sku,
      ...label(question.sku),
      ...recordOf(record.iterate(question.sku, question.sku), question),
    }),
  }
}

const LAST_DAY = '9999-12-31'

type Statement = Answers['statement']

function statementOf(
  lines: Iterable<LineRow>,
  { from = '', limit, after }: AskedFor<'statement'>,
): Pick<Statement, 'rows' | 'openingMinor' | 'nextAfter'> {
  const rows: Statement['rows'] = []
  let balanceMinor = 0n
  let openingMinor = 0n
  let isBefore = after !== undefined
  for (const { date, ...line } of lines) {
    const at = `${line.sequence}.${line.number}`
    if (rows.length === limit) return { rows, openingMinor: openingMinor.toString(), ...next(rows) }
    balanceMinor += line.amountMinor
    const isShown = date >= from && !isBefore
    if (at === after) isBefore = false
    if (!isShown) openingMinor = balanceMinor
    else
      rows.push({
        at,
        date,
        kind: line.kind,
        sourceKey: line.sourceKey,
        memo: line.memo,
        amountMinor: line.amountMinor.toString(),
        balanceMinor: balanceMinor.toString(),
      })
  }
  return { rows, openingMinor: openingMinor.toString(), nextAfter: null }
}

function next(rows: readonly { readonly at: string }[]): { readonly nextAfter: string | null } {
  return { nextAfter: rows.at(-1)?.at ?? null }
}

type Recorded = Answers['record']['rows'][number]

function recordOf(
  effects: Iterable<RecordRow>,
  { limit, after }: AskedFor<'record'>,
): Pick<Answers['record'], 'rows' | 'nextAfter'> {
  const rows: Recorded[] = []
  const held = { quantity: 0n, valueMinor: 0n }
  let isBefore = after !== undefined
  for (const movement of byMovement(effects)) {
    if (rows.length === limit) return { rows, ...next(rows) }
    const [first] = movement
    if (first === undefined) continue
    const at = `${first.sequence}.${first.movement}`
    const row = recorded(at, first, movement, held)
    if (!isBefore) rows.push(row)
    if (at === after) isBefore = false
  }
  return { rows, nextAfter: null }
}

function* byMovement(effects: Iterable<RecordRow>): Generator<RecordRow[]> {
  let movement: RecordRow[] = []
  for (const row of effects) {
    const [first] = movement
    if (first && (first.sequence !== row.sequence || first.movement !== row.movement)) {
      yield movement
      movement = []
    }
    movement.push(row)
  }
  if (movement.length > 0) yield movement
}

/** What is held is told with deficits taken off, as the valuation is. */
function recorded(
  at: string,
  { date, entryKind, kind, from, to, quantity }: RecordRow,
  effects: readonly RecordRow[],
  held: { quantity: bigint; valueMinor: bigint },
): Recorded {
  let [change, changeMinor] = [0n, 0n]
  for (const effect of effects) {
    const sign = effect.source === 'deficit' ? -1n : 1n
    change += sign * (effect.change ?? 0n)
    changeMinor += sign * (effect.valueMinor ?? 0n)
  }
  held.quantity += change
  held.valueMinor += changeMinor
  return {
    at,
    date,
    kind: kind ?? entryKind,
    from: from ?? '',
    to: to ?? '',
    quantity: (quantity ?? 0n).toString(),
    change: change.toString(),
    changeMinor: changeMinor.toString(),
    heldQuantity: held.quantity.toString(),
    heldMinor: held.valueMinor.toString(),
    layers: effects.flatMap(({ layer, change: units, valueMinor }) =>
      layer === null
        ? []
        : [
            {
              layer: Number(layer),
              quantity: (units ?? 0n).toString(),
              valueMinor: (valueMinor ?? 0n).toString(),
            },
          ],
    ),
  }
}
