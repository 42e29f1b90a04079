/**
 * Comma-separated values as RFC 4180 has them: quoted cells, doubled quotes, line breaks inside
 * quotes; besides its CRLF also LF or CR alone, as other systems write them.
 */

export interface CsvRow {
  /** 1-based line of the file where the row begins. */
  readonly line: number
  readonly cells: readonly string[]
}

export interface CsvRefusal {
  readonly code: 'bad-csv'
  readonly line: number
  readonly expected: string
  readonly got: string
}

/** Rows with at least one character; a byte-order mark is the decoder's business. */
export function parseCsv(text: string, separator: ',' | ';' = ','): CsvRow[] | CsvRefusal {
  // One cell and what ends it. The unrolled quotes keep matching linear in the length of the cell.
  const cell = new RegExp(
    `(?:"([^"]*(?:""[^"]*)*)"|((?:[^"${separator}\\r\\n][^${separator}\\r\\n]*)?))(${separator}|\\r\\n|\\n|\\r|$)`,
    'y',
  )
  const rows: CsvRow[] = []
  let cells: string[] = []
  let line = 1
  let begunAt = 1
  while (cell.lastIndex < text.length || cells.length > 0) {
    const at = cell.lastIndex
    const [whole = '', quoted, plain = '', end] = cell.exec(text) ?? []
    if (end === undefined) return refusal(line, text.slice(at, at + SHOWN))
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    line += lineBreaks(whole)
    if (end === separator) continue
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: begunAt, cells })
    cells = []
    begunAt = line
  }
  return rows
}

const SHOWN = 40

function lineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}

function refusal(line: number, got: string): CsvRefusal {
  const expected = 'a quote to enclose a whole cell, quotes inside it doubled'
  return { code: 'bad-csv', line, expected, got }
}
