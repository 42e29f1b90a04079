import type { Db, Evidence, Ledger } from '../../ledger-core/index.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'
import type { AskedFor } from './questions.ts'

interface MovementRow {
  readonly sequence: bigint
  readonly number: bigint
  readonly kind: string
  readonly sku: string
  readonly quantity: bigint
  readonly from: string
  readonly to: string
  readonly occurredAtMs: bigint
  readonly postedAtMs: bigint
}

/** Above every sequence there can be. */
const NEWEST = 2n ** 53n

/** What moved, newest first, and one entry with everything it rests on. */
export function createMovementReports(
  db: Db,
  ledger: Ledger,
  label: SkuLabel,
): Pick<ReportTable, 'movements' | 'entry'> {
  const movements = (
    where: string,
  ) => `select m.sequence, m.number, m.kind, m.sku, m.quantity, m.from_location as "from",
       m.to_location as "to", e.occurred_at_ms as occurredAtMs, e.posted_at_ms as postedAtMs
     from movement m join entry e on e.sequence = m.sequence
     where (m.sequence, m.number) < (?, ?) ${where}
     order by m.sequence desc, m.number desc limit ?`
  const all = db.prepare<[bigint, bigint, number], MovementRow>(movements(''))
  const ofSku = db.prepare<[bigint, bigint, string, number], MovementRow>(
    movements('and m.sku = ?'),
  )
  const page = ({ limit, before, sku }: AskedFor<'movements'>): MovementRow[] =>
    sku === undefined
      ? all.all(...cursorOf(before), limit + 1)
      : ofSku.all(...cursorOf(before), sku, limit + 1)

  return {
    movements(question) {
      const found = page(question)
      const shown = found.slice(0, question.limit)
      const last = shown.at(-1)
      const because = createBecause(ledger)
      return {
        rows: shown.map((row) => ({
          sequence: Number(row.sequence),
          number: Number(row.number),
          kind: row.kind,
          sku: row.sku,
          ...label(row.sku),
          quantity: row.quantity.toString(),
          from: row.from,
          to: row.to,
          occurredAtMs: Number(row.occurredAtMs),
          postedAtMs: Number(row.postedAtMs),
          because: because(Number(row.sequence)),
        })),
        nextBefore: last && found.length > shown.length ? `${last.sequence}.${last.number}` : null,
      }
    },
    entry: ({ sequence }) => entryReport(ledger, label, sequence),
  }
}

/** An entry may hold more movements than a page, so a page may end inside an entry. */
function cursorOf(before: string | undefined): [bigint, bigint] {
  if (before === undefined) return [NEWEST, 0n]
  const [sequence = '0', number = '0'] = before.split('.')
  return [BigInt(sequence), BigInt(number)]
}

/** Movements of one entry rest on the same evidence; an import has thousands of them. */
function createBecause(ledger: Ledger): (sequence: number) => string {
  const known = new Map<number, string>()
  return (sequence) => {
    const said = known.get(sequence) ?? summariesOf(ledger.evidenceOf(sequence))
    known.set(sequence, said)
    return said
  }
}

function summariesOf(evidence: readonly Evidence[]): string {
  return evidence.map(({ summary }) => summary).join('; ')
}

/** One entry with its movements, lines, effects and evidence. */
export function entryReport(ledger: Ledger, label: SkuLabel, sequence: number): Answers['entry'] {
  const entry = ledger.entry(sequence)
  if (!entry) return null
  const names = new Map(ledger.trialBalance().map(({ account, name }) => [account, name]))
  const { commandHash: _, effects, ...head } = entry
  return {
    ...head,
    effects: effects.map(({ movement, sku, source, layer, quantity, valueMinor }) => ({
      movement,
      sku,
      source,
      layer,
      quantity: quantity.toString(),
      valueMinor: valueMinor.toString(),
    })),
    movements: entry.movements.map((movement) => ({
      number: movement.number,
      kind: movement.kind,
      sku: movement.sku,
      ...label(movement.sku),
      quantity: movement.quantity.toString(),
      from: movement.from,
      to: movement.to,
      epcs: [...movement.epcs],
      costMinor: movement.costMinor.toString(),
      memo: movement.memo,
    })),
    lines: entry.lines.map(({ number, account, amountMinor, memo }) => ({
      number,
      account,
      name: names.get(account) ?? account,
      amountMinor: amountMinor.toString(),
      memo,
    })),
    evidence: ledger
      .evidenceOf(sequence)
      .map(({ body, ...rest }) => ({ ...rest, body: { ...body } })),
  }
}
