import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCsv } from '../../gateway/import/csv.ts'
import { jsonRowLines } from '../../gateway/import/json-lines.ts'

const cellText = fc
  .array(fc.constantFrom('a', 'é', '"', ',', ';', '\r', '\n', '\r\n', ' ', '""'), { maxLength: 6 })
  .map((parts) => parts.join(''))
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
const isBlank = (row: readonly string[]) => row.length === 1 && row[0] === ''

test('whatever stands in cells comes back from quotes, with either separator and any line end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cellText, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
      fc.constantFrom(',' as const, ';' as const),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.boolean(),
      (rows, separator, end, isEnded) => {
        const lines = rows.map((row) => row.map(quoted).join(separator))
        const read = parseCsv(lines.join(end) + (isEnded ? end : ''), separator)
        expect(Array.isArray(read) && read.map(({ cells }) => cells)).toEqual(
          rows.filter((row) => !isBlank(row)),
        )
      },
    ),
    { numRuns: 500 },
  )
})

test('rows know the line they begin on, past breaks inside quotes and empty lines', () => {
  const read = parseCsv('a,b\r\n"1\n2",x\r\n\r\n3,"in ""quotes"""\r\n,')
  expect(read).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1\n2', 'x'] },
    { line: 5, cells: ['3', 'in "quotes"'] },
    { line: 6, cells: ['', ''] },
  ])
})

test('a quote that is not closed or does not enclose its cell is refused with its line', () => {
  expect(parseCsv('a,b\nc,"d')).toMatchObject({ code: 'bad-csv', line: 2, got: '"d' })
  expect(parseCsv('a\n"b" c\nd')).toMatchObject({ code: 'bad-csv', line: 2 })
})

test('a quote inside a cell without quotes stands for itself', () => {
  expect(parseCsv('pipe 5" wide,x')).toEqual([{ line: 1, cells: ['pipe 5" wide', 'x'] }])
})

test('rows of JSON know their lines, whatever brackets their texts hold', () => {
  const text = '[\n{"a": "{[\\"", "b": ["x",\n"y"]},\n\n{"c": {"d": 1}}]'
  expect(jsonRowLines(text)).toEqual([2, 5])
  expect(jsonRowLines('{"skus":\n[{}, {}],\r\n"gtins": [\r\n{}]}')).toEqual([2, 2, 4])
})
