import type { CostBook } from '../cost-book.ts'
import type { ReturnableUse, Use } from '../costing.ts'
import type { CostEffect, LayerFacts } from '../journal.ts'
import type { Db } from './database.ts'

interface OpenRow {
  readonly sequence: bigint
  readonly number: bigint
  readonly source: Use['source']
  readonly layer: bigint | null
  readonly quantity: bigint
  readonly valueMinor: bigint
}

interface EffectRow {
  readonly sequence: bigint
  readonly number: bigint
  readonly movement: bigint
  readonly sku: string
  readonly group: string
  readonly source: CostEffect['source']
  readonly layer: bigint | null
  readonly quantity: bigint
  readonly valueMinor: bigint
  readonly facts: string | null
  readonly ofSequence: bigint | null
  readonly ofNumber: bigint | null
  readonly ofQuantity: bigint | null
  readonly ofMinor: bigint | null
}

const COLUMNS = `SELECT sequence, number, movement, sku, cost_group AS "group", source, layer,
    quantity, value_minor AS valueMinor, facts, of_sequence AS ofSequence, of_number AS ofNumber,
    of_quantity AS ofQuantity, of_value_minor AS ofMinor FROM cost_effect`

/** Effects are posted rows; only what is still open of an issue changes, as it is given back. */
type Effects = 'openUses' | 'changeOpen' | 'entriesTouching'

export interface OpenEffects {
  /** Every issue that may still be given back, for verification. */
  readonly openEffects: () => {
    readonly sequence: bigint
    readonly number: bigint
    readonly quantity: bigint
    readonly valueMinor: bigint
  }[]
}

export function createEffects(db: Db): Pick<CostBook, Effects> & OpenEffects {
  const USES = `SELECT e.sequence, e.number, e.source, e.layer, e.open_quantity AS quantity,
      e.open_value_minor AS valueMinor
    FROM movement AS m JOIN cost_effect AS e ON e.sequence = m.sequence AND e.movement = m.number`
  const open = db.prepare<[number, string, number], OpenRow>(
    `${USES} WHERE m.sequence = ? AND m.sku = ? AND COALESCE(m.line, 0) = ?
     ORDER BY e.number DESC`,
  )
  // A unit that was named later left with an entry of its own, which names the sale.
  const named = db.prepare<[number, number, string], OpenRow>(
    `${USES} WHERE m.original_source_key = (SELECT source_key FROM entry WHERE sequence = ?)
       AND m.original_line = ? AND m.kind = 'sale' AND m.sku = ?
     ORDER BY e.sequence DESC, e.number DESC`,
  )
  const change = db.prepare(
    `UPDATE cost_effect SET open_quantity = open_quantity + ?,
       open_value_minor = open_value_minor + ? WHERE sequence = ? AND number = ?`,
  )
  const allOpen = db.prepare<[], ReturnType<OpenEffects['openEffects']>[number]>(
    `SELECT sequence, number, open_quantity AS quantity, open_value_minor AS valueMinor
     FROM cost_effect WHERE open_quantity <> 0 OR open_value_minor <> 0`,
  )
  const touching = db
    .prepare<Readonly<Record<'after' | 'sku' | 'group' | 'layer', string | number | null>>, bigint>(
      `SELECT c.sequence FROM movement AS m
         JOIN cost_effect AS c ON c.sequence = m.sequence AND c.movement = m.number
       WHERE m.sku = $sku AND m.sequence > $after AND c.cost_group = $group AND c.layer IS $layer
       UNION SELECT sequence FROM cost_effect
       WHERE movement = 0 AND sku = $sku AND sequence > $after AND cost_group = $group
         AND layer IS $layer
       ORDER BY 1 DESC`,
    )
    .pluck()
  return {
    openUses: ({ sequence, line, sku }) =>
      [...named.all(sequence, line, sku), ...open.all(sequence, sku, line)].map(
        (row): ReturnableUse => ({
          sequence: Number(row.sequence),
          number: Number(row.number),
          source: row.source,
          layer: row.layer === null ? null : Number(row.layer),
          quantity: row.quantity,
          valueMinor: row.valueMinor,
        }),
      ),
    changeOpen: ({ sequence, number }, quantity, valueMinor) => {
      change.run(quantity, valueMinor, sequence, number)
    },
    openEffects: () => allOpen.all(),
    entriesTouching: (sku, group, layer, sequence) =>
      touching.all({ after: sequence, sku, group, layer }).map(Number),
  }
}

/** Write the effects of an entry; an issue may be given back as far as it is open. */
export function createEffectInsert(
  db: Db,
): (sequence: number, effects: readonly CostEffect[]) => void {
  const insert = db.prepare(
    `INSERT OR FAIL INTO cost_effect (sequence, number, movement, sku, cost_group, source, layer,
       quantity, value_minor, facts, of_sequence, of_number, of_quantity, of_value_minor,
       open_quantity, open_value_minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (sequence, effects) => {
    for (const effect of effects) {
      const { number, movement, sku, group, source, layer, quantity, valueMinor, of } = effect
      const open = openOf(effect)
      insert.run(
        sequence,
        number,
        movement,
        sku,
        group,
        source,
        layer,
        quantity,
        valueMinor,
        effect.facts === undefined ? null : JSON.stringify(effect.facts),
        of?.sequence ?? null,
        of?.number ?? null,
        of?.quantity ?? null,
        of?.valueMinor ?? null,
        open.quantity,
        open.valueMinor,
      )
    }
  }
}

/** What an effect issued, if it did: units that left a layer or pool, or a deficit that grew. */
export function openOf({ source, quantity, valueMinor, of }: CostEffect): {
  readonly quantity: bigint
  readonly valueMinor: bigint
} {
  if (of !== undefined) return { quantity: 0n, valueMinor: 0n }
  const [issued, issuedMinor] =
    source === 'deficit' ? [quantity, valueMinor] : [-quantity, -valueMinor]
  return issued > 0n
    ? { quantity: issued, valueMinor: issuedMinor }
    : { quantity: 0n, valueMinor: 0n }
}

/** Effects of a range of entries. */
export function createEffectRange(
  db: Db,
): (first: bigint, last: bigint) => (CostEffect & { readonly sequence: bigint })[] {
  const range = db.prepare<[bigint, bigint], EffectRow>(
    `${COLUMNS} WHERE sequence BETWEEN ? AND ? ORDER BY sequence, number`,
  )
  return (first, last) =>
    range.all(first, last).map((row) => ({ ...toEffect(row), sequence: row.sequence }))
}

function toEffect(row: EffectRow): CostEffect {
  const { sku, group, source, quantity, valueMinor } = row
  const { ofSequence, ofNumber, ofQuantity, ofMinor } = row
  const facts = row.facts === null ? null : factsOf(row.facts)
  return {
    number: Number(row.number),
    movement: Number(row.movement),
    sku,
    group,
    source,
    layer: row.layer === null ? null : Number(row.layer),
    quantity,
    valueMinor,
    ...(facts === null ? {} : { facts }),
    ...(ofSequence === null || ofNumber === null || ofQuantity === null || ofMinor === null
      ? {}
      : {
          of: {
            sequence: Number(ofSequence),
            number: Number(ofNumber),
            quantity: ofQuantity,
            valueMinor: ofMinor,
          },
        }),
  }
}

/** Only our own insert writes this text; one that was tampered with is kept, and gives no hash. */
function factsOf(text: string): LayerFacts {
  try {
    return JSON.parse(text)
  } catch {
    return { date: text, receipt: 0 }
  }
}
