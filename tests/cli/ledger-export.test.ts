import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { STARTER_CONFIG } from '../../gateway/cli/init.ts'
import { spawnCli } from '../../gateway/process/spawn-cli.ts'
import { openDatabase, openLedger, replayCommands } from '../../ledger-core/index.ts'
import { bought, EUR, masters, openBooks, sku, sold } from '../ledger-core/support/books.ts'

const folder = mkdtempSync(join(tmpdir(), 'tallygate-cli-export-'))
const config = join(folder, 'tallygate.yaml')
let head = { sequence: 0, hash: '' }

beforeAll(() => {
  writeFileSync(config, STARTER_CONFIG)
  mkdirSync(join(folder, 'data'))
  const books = openBooks()
  for (const one of [
    masters([sku('bike')]),
    ...bought('po', 'bike', 3n, 1_000n),
    sold('s', 'bike', 2n, 900n),
  ])
    books.apply(one)
  const db = openDatabase(join(folder, 'data', 'tallygate.sqlite'), { create: true })
  const ledger = openLedger(db, { site: 'store-1', currency: EUR })
  replayCommands(books.db, ledger)
  head = ledger.head()
  db.close()
  books.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As a user has it; each start takes seconds on a busy machine. */
async function run(...args: string[]) {
  const said = { out: '', err: '' }
  const child = spawnCli(['ledger', 'export', ...args], {
    onStdout: (text) => {
      said.out += text
    },
    onStderr: (text) => {
      said.err += text
    },
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { code, ...said }
}

const PATIENCE_MS = 120_000

test('the journal goes to standard output, or to a new file and never over another', {
  timeout: PATIENCE_MS,
}, async () => {
  const out = join(folder, 'journal.beancount')
  const args = ['--as', 'beancount', '--config', config]
  const shown = await run(...args)
  expect(shown).toMatchObject({ code: 0, err: '' })
  expect(shown.out).toMatch(/Lots:SKU-BIKE {2}-1 SKU-BIKE \{3\.33 EUR/)
  expect(await run(...args, '--out', out)).toEqual({ code: 0, out: '', err: '' })
  expect(readFileSync(out, 'utf8')).toBe(shown.out)
  expect(await run('--as', 'csv', '--config', config, '--out', out)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/not exported: .*exists/),
  })
  expect(readFileSync(out, 'utf8')).toBe(shown.out)
})

test('the last line of JSONL has the hash of the head', { timeout: PATIENCE_MS }, async () => {
  const { code, out } = await run('--as', 'jsonl', '--config', config)
  expect(code).toBe(0)
  const lines = out.trimEnd().split('\n')
  const hash = createHash('sha256')
    .update(lines.at(-1) ?? '')
    .digest('hex')
  expect({ sequence: lines.length, hash }).toEqual(head)
})

test('books that are not there are named, and no file is left', {
  timeout: PATIENCE_MS,
}, async () => {
  const elsewhere = join(folder, 'elsewhere.yaml')
  const out = join(folder, 'nothing.csv')
  writeFileSync(elsewhere, STARTER_CONFIG.replace('./data ', './none '))
  expect(await run('--as', 'csv', '--config', elsewhere, '--out', out)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^expected the books at .*none.*, got no such file/),
  })
  expect(existsSync(out)).toBe(false)
})

test('a format that is none is named with those there are', { timeout: PATIENCE_MS }, async () => {
  expect(await run('--as', 'xml', '--config', config)).toEqual({
    code: 2,
    out: '',
    err: 'expected --as with one of hledger, beancount, csv, jsonl, epcis, got "xml"\n',
  })
})
