import { type Column, paintFor, type Row, table } from './table.ts'

/** Titles with `>` before them are of numbers and stand to the right. */
export function textTable(
  titles: readonly string[],
  cells: readonly (readonly string[])[],
  total?: readonly string[],
): string {
  if (cells.length === 0) return '  none'
  const columns = titles.map((title): Column => {
    const isNumber = title.startsWith('>')
    return { title: isNumber ? title.slice(1) : title, align: isNumber ? 'right' : 'left' }
  })
  const body = cells.map((row): Row => ({ cells: row.map(onOneLine) }))
  const rows = total ? [...body, { cells: total, ruled: true }] : body
  return table(columns, rows, paintFor(process.stdout.isTTY))
}

/** Names and messages come from outside: nothing in them may move a terminal's cursor. */
function onOneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}

export function timeOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')
}

export function sumOf<K extends string>(
  rows: readonly Readonly<Record<K, string>>[],
  key: K,
): bigint {
  return rows.reduce((sum, row) => sum + BigInt(row[key]), 0n)
}
