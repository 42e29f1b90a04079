import type { Fault, Placed, Row, TableName } from './tables.ts'

export const SKU_SAYS = 'a SKU of this import or of the books'
export const PLACE_SAYS = 'an own location of this import or of the books'

/** Faults as they are found; every one is kept, the report shows as many as a person reads. */
export class Findings {
  readonly #faults: Fault[] = []

  add<T extends TableName>(
    { file, line }: Pick<Placed<T>, 'file' | 'line'>,
    column: string,
    expected: string,
    got: string,
  ): void {
    this.#faults.push({ file, line, column, expected, got: got === '' ? 'nothing' : `"${got}"` })
  }

  oneOf<T extends TableName>(
    placed: Placed<T>,
    column: keyof Row<T> & string,
    what: string,
    known: readonly string[],
  ): void {
    const list = known.slice(0, 8).join(', ') || 'there is none'
    this.add(placed, column, `${what} (${list})`, String(placed.row[column]))
  }

  /** Rows that say these columns again; the fault stands on the later one. */
  once<T extends TableName>(
    rows: readonly Placed<T>[],
    columns: readonly (keyof Row<T> & string)[],
  ): void {
    const first = new Map<string, Placed<T>>()
    for (const placed of rows) {
      const values = columns.map((column) => String(placed.row[column] ?? ''))
      const key = JSON.stringify(values)
      const before = first.get(key)
      if (!before) first.set(key, placed)
      else {
        const where = `${before.file}:${before.line}`
        this.add(placed, columns[0] ?? '', `each once; the first is at ${where}`, values.join(' '))
      }
    }
  }

  all(): readonly Fault[] {
    return this.#faults
  }
}
