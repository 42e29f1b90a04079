import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { conform } from '../../gateway/cli/conform.ts'

const CASES = new URL('../ledger-core/fixtures/costing-cases.json', import.meta.url).pathname
const ONE = {
  id: 'X1',
  method: 'FIFO',
  minor_units: 2,
  steps: [
    { op: 'receipt', ref: 'a', qty: '2', unit_cost: '5' },
    { op: 'sale', ref: 'b', qty: '1' },
  ],
  expect: { cogs_total: '5.00' },
}

let folder: string
let said: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallygate-conform-test-'))
  said = ''
  const hear = (text: string | Uint8Array) => {
    said += String(text)
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(hear)
  vi.spyOn(process.stderr, 'write').mockImplementation(hear)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

const fileOf = (content: unknown) => {
  const file = join(folder, 'cases.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}

test('the published cases pass, and the report is one JSON object', async () => {
  expect(await conform.run(['costing', CASES, '--json'])).toBe(0)
  const { cases, passed, failed } = JSON.parse(said)
  expect(passed + failed).toBe(cases.length)
  const missed = cases.filter((one: { pass: boolean; informative: boolean }) => !one.pass)
  expect(missed.every((one: { informative: boolean }) => one.informative)).toBe(true)
}, 60_000)

test('a wrong figure is exit 1 and shows expected and got', async () => {
  const file = fileOf([ONE, { ...ONE, id: 'X2', expect: { cogs_total: '5.01' } }])
  expect(await conform.run(['costing', file])).toBe(1)
  expect(said).toBe(
    'pass  X1\nFAIL  X2\n      expected {"cogs_total":"5.01"}\n      got      {"cogs_total":"5.00"}\n1 passed, 1 failed\n',
  )
})

test.each([
  [['costing'], 2, /expected "costing" and a FILE/],
  [['costing', '/nowhere.json'], 1, /ENOENT/],
] as const)('%j is exit %i', async (args, exit, message) => {
  expect(await conform.run([...args])).toBe(exit)
  expect(said).toMatch(message)
})
