import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { nearest } from '../config/load.ts'
import { type CsvRow, parseCsv } from './csv.ts'
import { jsonRowLines } from './json-lines.ts'
import { columnsOf, type Fault, type Rows, type TableName, tableNames, tables } from './tables.ts'

/** A file is read whole: at 200 bytes a row this is more SKUs than the books take at once. */
const FILE_BYTES_MAX = 64 * 1024 * 1024

/** A row before its cells are looked at; an absent cell is an empty one. */
interface RawRow {
  readonly line: number
  readonly cells: ReadonlyMap<string, unknown>
}

interface RawTable {
  readonly file: string
  readonly line: number
  /** Given where the file says itself which kind its rows are. */
  readonly name?: TableName
  readonly columns: readonly string[]
  readonly rows: readonly RawRow[]
}

export interface ReadRows {
  readonly rows: Rows
  readonly faults: readonly Fault[]
}

/** Every row of every file against the schema of its kind; every fault, not only the first. */
export function readFiles(paths: readonly string[]): ReadRows {
  const faults: Fault[] = []
  const rows: Rows = {
    skus: [],
    gtins: [],
    suppliers: [],
    locations: [],
    prices: [],
    planogram: [],
    opening: [],
    totals: [],
    orders: [],
  }
  for (const path of paths) {
    const raw = readRaw(path)
    if (!Array.isArray(raw)) faults.push(raw)
    else for (const table of raw) takeTable(table, rows, faults)
  }
  return { rows, faults }
}

function readRaw(path: string): RawTable[] | Fault {
  const file = basename(path)
  const whole = (expected: string, got: string): Fault => ({
    file,
    line: null,
    column: '',
    expected,
    got,
  })
  let text: string
  try {
    const { size } = statSync(path)
    if (size > FILE_BYTES_MAX) return whole(`at most ${FILE_BYTES_MAX} bytes`, String(size))
    // The decoder takes a byte-order mark off.
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (cause) {
    const isOpened = !(cause instanceof Error && 'syscall' in cause)
    const got = cause instanceof Error ? cause.message : String(cause)
    return isOpened ? whole('text in UTF-8', 'other bytes') : whole('a readable file', got)
  }
  return /^\s*[[{]/.test(text) ? readJson(file, text) : readCsv(file, text)
}

function readCsv(file: string, text: string): RawTable[] | Fault {
  const head = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const separator = head.includes(';') && !head.includes(',') ? ';' : ','
  const read = parseCsv(text, separator)
  if ('code' in read) {
    const { line, expected, got } = read
    return { file, line, column: '', expected, got }
  }
  const [header, ...body] = read
  if (!header)
    return { file, line: null, column: '', expected: 'a header row', got: 'an empty file' }
  const columns = header.cells.map((cell) => cell.trim())
  const rows = body.map((row) => ({ line: row.line, cells: cellsOf(columns, row) }))
  return [{ file, line: header.line, columns, rows }]
}

/** Where a row has more cells than the header, the extra ones are a column without a name. */
function cellsOf(columns: readonly string[], { cells }: CsvRow): Map<string, unknown> {
  const extra = cells.slice(columns.length).join(',')
  const named = columns.map((column, index) => [column, cells[index]] as const)
  return new Map<string, unknown>(extra === '' ? named : [...named, ['', extra]])
}

/** A list of rows, or an object with one list per kind. */
function readJson(file: string, text: string): RawTable[] | Fault {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause)
    return { file, line: null, column: '', expected: 'JSON', got }
  }
  const lines = jsonRowLines(text)
  let next = 0
  const take = (list: readonly unknown[], name?: TableName): RawTable => {
    const rows = list.map((row) => {
      const isRow = typeof row === 'object' && row !== null && !Array.isArray(row)
      const line = (isRow ? lines[next++] : lines[next]) ?? 1
      return { line, cells: new Map(isRow ? Object.entries(row) : [['', row]]) }
    })
    const columns = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))]
    return { file, line: rows[0]?.line ?? 1, columns, rows, ...(name ? { name } : {}) }
  }
  if (Array.isArray(value)) return [take(value)]
  const sections = Object.entries(value as object)
  const wrong = sections.find(([name, list]) => !isTable(name) || !Array.isArray(list))
  if (!wrong)
    return sections.flatMap(([name, list]) =>
      isTable(name) ? [take(list as unknown[], name)] : [],
    )
  const expected = `lists of ${tableNames.join(', ')}`
  return {
    file,
    line: null,
    column: '',
    expected,
    got: `"${wrong[0]}"${meant(wrong[0], tableNames)}`,
  }
}

function isTable(name: string): name is TableName {
  return Object.hasOwn(tables, name)
}

function takeTable(raw: RawTable, rows: Rows, faults: Fault[]): void {
  const { file, line } = raw
  const name = raw.name ?? kindOf(raw.columns)
  if (name === null) {
    const expected = `the columns of one of ${tableNames.join(', ')}; see --help`
    const got = raw.columns.join(', ').slice(0, 80) || 'none'
    faults.push({ file, line, column: '', expected, got })
    return
  }
  const wrong = columnFaults(raw, name)
  faults.push(...wrong)
  // Rows under a wrong header would repeat its fault on every line.
  if (wrong.length > 0) return
  for (const row of raw.rows) takeRow(file, name, row, rows, faults)
}

/** The kind that fits the header best: names known, or nearly, less names unknown and missing. */
function kindOf(columns: readonly string[]): TableName | null {
  const fits = tableNames.map((name) => {
    const { known, misspelt, unknown, missing } = headerOf(columns, name)
    const fit = known.length - unknown.length - missing.length
    return { name, fit, isLike: known.length + misspelt.length > 0 }
  })
  const best = fits.toSorted((a, b) => b.fit - a.fit)[0]
  return best?.isLike ? best.name : null
}

function headerOf(columns: readonly string[], name: TableName) {
  const own = columnsOf(name)
  const names = own.map((one) => one.name)
  const others = columns.filter((column) => !names.includes(column))
  const misspelt = others.filter((column) => nearest(column, names) !== undefined)
  const meantAt = new Set(misspelt.map((column) => nearest(column, names)))
  return {
    names,
    known: columns.filter((column) => names.includes(column)),
    misspelt,
    unknown: others.filter((column) => !misspelt.includes(column)),
    missing: own
      .filter((one) => one.required && !columns.includes(one.name) && !meantAt.has(one.name))
      .map((one) => one.name),
  }
}

function columnFaults({ file, line, columns, rows }: RawTable, name: TableName): Fault[] {
  const { names, misspelt, unknown, missing } = headerOf(columns, name)
  const at = { file, line }
  const strange = [...misspelt, ...unknown].map((column) => ({
    ...at,
    column,
    expected: `a column of ${name} (${names.join(', ')})`,
    got: `"${column}"${meant(column, names)}`,
  }))
  const twice = columns
    .filter((column, index) => columns.indexOf(column) < index)
    .map((column) => ({ ...at, column, expected: 'each column once', got: 'one twice' }))
  // Columns of JSON are those of its rows: a list without rows has none.
  const absent = (rows.length > 0 ? missing : []).map((column) => ({
    ...at,
    column,
    expected: `a column "${column}" of ${name}`,
    got: 'none',
  }))
  return [...strange, ...twice, ...absent]
}

function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === undefined ? '' : `; did you mean "${near}"?`
}

function takeRow(
  file: string,
  name: TableName,
  { line, cells }: RawRow,
  rows: Rows,
  faults: Fault[],
): void {
  const given = Object.fromEntries(
    [...cells].map(([column, cell]) => [column, textOf(cell)]).filter(([, cell]) => cell !== ''),
  )
  const { '': extra } = given
  if (extra !== undefined) {
    const got = `"${shown(extra)}" beyond them`
    faults.push({ file, line, column: '', expected: 'as many cells as columns', got })
  }
  const parsed = tables[name].safeParse(given)
  // The schema of the name has parsed it; TypeScript cannot follow one by the other.
  if (parsed.success) (rows[name] as unknown[]).push({ file, line, row: parsed.data })
  else
    for (const { path, message } of parsed.error.issues) {
      const column = String(path[0] ?? '')
      const cell = given[column]
      const got = cell === undefined ? 'nothing' : `"${shown(cell)}"`
      faults.push({ file, line, column, expected: message, got })
    }
}

/** Cells as text. A fraction stays a number, which no schema takes: it may have lost digits. */
function textOf(cell: unknown): unknown {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'string') return cell.trim()
  if (Array.isArray(cell) && cell.every((one) => typeof one === 'string')) return cell.join('|')
  if (typeof cell === 'boolean' || Number.isSafeInteger(cell)) return String(cell)
  return cell
}

function shown(cell: unknown): string {
  return (typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? '')).slice(0, 60)
}
