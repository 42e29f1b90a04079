import { createBusinessDate } from '../bookkeeper/business-date.ts'
import type { Config } from '../config/schema.ts'
import type { Masters } from '../documents/business-event.ts'
import { checkRows } from './check-rows.ts'
import { Findings } from './findings.ts'
import type { KnownBooks } from './known-books.ts'
import type { Fault, Placed, Row, Rows, TableName } from './tables.ts'

/**
 * Masters that came as one JSON document, held to what files are held to. The list that a row
 * stands in is its file, and its number there is the line. What was booked before under the same
 * key is left to the books: the same is the same, anything else contradicts it.
 */
export function checkMasters(masters: Masters, config: Config, books: KnownBooks): Fault[] {
  if (books.bookedAtMs(`masters:${masters.key}`) !== null) return []
  const { timeZone, dayEndsAt } = config.site
  const today = createBusinessDate(timeZone, dayEndsAt)(Date.parse(masters.at))
  const findings = new Findings()
  checkRows(rowsOf(masters, today), { config, books, today, isRepeat: false }, findings)
  return [...findings.all()]
}

function rowsOf(masters: Masters, today: string): Rows {
  const { skus, suppliers, locations, planogram, packs = [], totals = [], opening } = masters
  return {
    skus: placed('skus', skus),
    gtins: placed('gtins', packs, 'packs'),
    suppliers: placed('suppliers', suppliers),
    locations: placed('locations', locations),
    prices: [],
    planogram: placed('planogram', planogram),
    opening: placed(
      'opening',
      opening.map(({ date = today, serials = [], ...layer }) => ({ ...layer, date, serials })),
    ),
    totals: placed('totals', totals),
    orders: [],
  }
}

/** `file` is the name of the list in the document, where it is another than the table's. */
function placed<T extends TableName>(
  table: T,
  rows: readonly Row<T>[],
  file: string = table,
): Placed<T>[] {
  return rows.map((row, index) => ({ file, line: index + 1, row }))
}
