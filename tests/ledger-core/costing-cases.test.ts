import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type CostingCase, conformCosting, readCases } from '../../ledger-core/index.ts'
import { openBooks } from './support/books.ts'

/** Published, measured and derived cases; each names its source. */
const text = readFileSync(new URL('./fixtures/costing-cases.json', import.meta.url), 'utf8')
const read = readCases(text)
const cases = typeof read === 'string' ? [] : read
const run = (one: CostingCase) =>
  conformCosting([one], (minorUnits) => openBooks({ code: 'XTS', minorUnits }))
const held = cases.filter(({ conformance }) => conformance !== 'informative')

test('the file of cases is read whole', () => {
  expect(cases.length).toBeGreaterThan(60)
  expect(cases.map(({ id }) => id)).toEqual([...new Set(cases.map(({ id }) => id))])
})

test.each(held.map((one) => [one.id, one.name, one] as const))('%s %s', (_id, _name, one) => {
  const [result] = run(one).cases
  expect(result?.got).toEqual(one.expect)
  expect(result?.pass).toBe(true)
})

test('an outcome that another system documents as wrong is told apart from a failure', () => {
  const report = conformCosting(
    cases.filter(({ conformance }) => conformance === 'informative'),
    (minorUnits) => openBooks({ code: 'XTS', minorUnits }),
  )
  expect(report.failed).toBeGreaterThan(0)
  expect(report.cases.every(({ informative }) => informative)).toBe(true)
})

test('a figure off by one minor unit fails its case, and the report shows both', () => {
  const one = cases.find(({ id }) => id === 'T01') as CostingCase
  const wrong = { ...one, expect: { ...one.expect, cogs_total: '6233.34' } }
  expect(run(wrong)).toMatchObject({
    passed: 0,
    failed: 1,
    cases: [{ id: 'T01', pass: false, got: { cogs_total: '6233.33' }, expected: wrong.expect }],
  })
})

test.each([
  ['{}', 'expected a list of cases'],
  ['[{"id":"A"}]', 'case 1: A: expected a method of FIFO, LIFO, WMA, SPECIFIC, got undefined'],
  ['[', /^expected JSON, got/],
])('%s is no file of cases, and the answer says why', (wrong, message) => {
  expect(readCases(wrong)).toEqual(
    typeof message === 'string' ? message : expect.stringMatching(message),
  )
})
