import { existsSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type Command,
  inTransaction,
  migrate,
  openDatabase,
  openLedger,
  replayCommands,
} from '../../ledger-core/index.ts'
import {
  type Books,
  balances,
  bought,
  command,
  EUR,
  masters,
  mustPost,
  openBooks,
  part,
  sku,
  sold,
} from './support/books.ts'

let books: Books
beforeEach(() => {
  books = openBooks()
  books.apply(masters([sku('bike')]))
  for (const one of bought('a', 'bike', 10n, 1_000n)) books.apply(one)
})
afterEach(() => {
  expect(books.ledger.verify()).toMatchObject({ ok: true })
  books.close()
})

const post = (...commands: Command[]) => mustPost(books, commands)
const close = (
  period: string,
  more: Partial<Command> = {},
  checked: { item: string; done: boolean }[] = [],
) =>
  command(`close:${period}`, { kind: 'close-period', period, reason: 'month end', checked }, more)
const softClose = (period: string) =>
  command(`soft:${period}`, { kind: 'soft-close-period', period, reason: 'counting' })
const reopen = (period: string, reason: string) =>
  command(`reopen:${period}:${reason}`, { kind: 'reopen-period', period, reason })
const soldOn = (key: string, businessDate: string, actor = 'till-1') => ({
  ...sold(key, 'bike', 1n, 150n),
  businessDate,
  actor,
})
const datesOf = (key: string) => {
  const entry = books.ledger.entry(books.ledger.sequenceOf(key) ?? 0)
  return [entry?.businessDate, entry?.accountingDate]
}

test('a fact of a closed month posts on the first open day, and the cut-off report shows it', () => {
  post(close('2026-01'), soldOn('s-1', '2026-01-31'), soldOn('s-2', '2026-02-03'))
  expect(datesOf('s-1')).toEqual(['2026-01-31', '2026-02-01'])
  expect(datesOf('s-2')).toEqual(['2026-02-03', '2026-02-03'])
  expect(books.ledger.cutOff()).toMatchObject([
    { sourceKey: 's-1', businessDate: '2026-01-31', accountingDate: '2026-02-01' },
  ])
})

test('closing notes the head of the chain and the checklist that was done', () => {
  const head = books.ledger.head()
  post(close('2026-01', { actor: 'carla' }, [{ item: 'batches acknowledged', done: true }]))
  expect(books.ledger.periodEvents()).toMatchObject([
    { event: 'closed', period: '2026-01', actor: 'carla', headSequence: 1, headHash: head.hash },
  ])
  expect(books.ledger.periodEvents()[0]?.checklist).toContainEqual({
    item: 'batches acknowledged',
    done: true,
  })
})

test.each([
  ['an open deficit', () => [sold('s', 'bike', 11n)], /no open deficit/],
  [
    'an open count',
    () => [command('c', { kind: 'start-count', count: 'c', location: 'shelf' })],
    /no open count/,
  ],
])('%s keeps a month open', (_what, before, item) => {
  post(...before())
  expect(books.apply(close('2026-01'))).toMatchObject({
    code: 'checklist-open',
    message: expect.stringMatching(item),
  })
})

test('what the gateway has not checked, and a clock behind the journal, keep a month open', () => {
  const unchecked = close('2026-01', {}, [{ item: 'no quarantined reads', done: false }])
  expect(books.apply(unchecked)).toMatchObject({ message: expect.stringMatching(/quarantined/) })
  expect(books.apply(close('2026-01', { postedAtMs: 5 }))).toMatchObject({
    message: expect.stringMatching(/clock/),
  })
})

test('months close one after the other, and only the last one is opened again, with a reason', () => {
  post(close('2026-01'))
  expect(books.apply(close('2026-03'))).toMatchObject({ code: 'wrong-state' })
  expect(books.apply(close('2026-13'))).toMatchObject({ code: 'wrong-state' })
  post(close('2026-02'))
  expect(books.apply(reopen('2026-01', 'late invoice'))).toMatchObject({ code: 'wrong-state' })
  expect(books.apply(reopen('2026-02', ''))).toMatchObject({ code: 'wrong-state' })
  post(reopen('2026-02', 'late invoice'), soldOn('s', '2026-02-28'))
  expect(datesOf('s')).toEqual(['2026-02-28', '2026-02-28'])
})

const assign = (
  person: string,
  ...roles: ('admin' | 'controller' | 'cashier' | 'auditor' | 'manager')[]
) => command(`roles:${person}`, { kind: 'assign-roles', person, roles })

test('into a month that is softly closed only who closes may post', () => {
  post(assign('ada', 'admin'), { ...assign('carla', 'controller', 'manager'), actor: 'ada' })
  post({ ...softClose('2026-01'), actor: 'carla' })
  post(soldOn('s-1', '2026-01-31'), soldOn('s-2', '2026-01-31', 'carla'))
  expect([datesOf('s-1')[1], datesOf('s-2')[1]]).toEqual(['2026-02-01', '2026-01-31'])
})

test('once roles are assigned, people do what theirs allow and devices only report facts', () => {
  expect(books.apply(assign('carla', 'controller'))).toMatchObject({ code: 'wrong-state' })
  post(assign('ada', 'admin'))
  post({ ...assign('kim', 'cashier'), actor: 'ada' }, { ...assign('aud', 'auditor'), actor: 'ada' })
  const lost = {
    kind: 'shrink' as const,
    part: part('bike', 1n, 'backroom', 'shrinkage'),
    reason: '',
  }
  expect(books.apply(command('l-1', lost, { actor: 'kim' }))).toMatchObject({
    code: 'not-permitted',
    message: 'expected a role that may shrink, got kim with cashier',
  })
  post(soldOn('s-1', '2026-01-02', 'kim'), soldOn('s-2', '2026-01-02', 'till-1'))
  expect(books.apply(soldOn('s-3', '2026-01-02', 'aud'))).toMatchObject({ code: 'not-permitted' })
  expect(books.apply(close('2026-01', { actor: 'till-1' }))).toMatchObject({
    code: 'not-permitted',
  })
  expect(books.apply({ ...assign('kim', 'admin'), sourceKey: 'x', actor: 'kim' })).toMatchObject({
    code: 'not-permitted',
  })
})

test('every refused command leaves a record; the same one within a minute is counted', () => {
  const wrong = { ...sold('s', 'boat', 1n), actor: 'till-1' }
  for (let time = 0; time < 3; time += 1) books.apply(wrong)
  books.apply({ ...wrong, postedAtMs: wrong.postedAtMs + 60_000 })
  expect(books.ledger.refusals(10)).toMatchObject([
    { actor: 'till-1', kind: 'till-receipt', code: 'unknown-sku', sourceKey: 's', times: 1 },
    { times: 3 },
  ])
})

test('a refusal in a transaction that fails is not recorded twice when it is tried again', () => {
  const { db, ledger } = books
  expect(() =>
    inTransaction(db, () => {
      ledger.apply(sold('s', 'boat', 1n))
      throw new Error('disk full')
    }),
  ).toThrow('disk full')
  books.apply(sold('s', 'boat', 1n))
  expect(books.ledger.refusals(10)).toMatchObject([{ times: 1 }])
})

test('a quick verification proves the last entries and the sums', () => {
  for (let number = 0; number < 5; number += 1) post(soldOn(`s-${number}`, '2026-01-02'))
  const { db, ledger } = books
  expect(ledger.verify({ lastEntries: 2 })).toMatchObject({ ok: true, entries: 6 })
  db.exec('DROP TRIGGER line_never_updated')
  db.exec('UPDATE line SET amount_minor = amount_minor * 2 WHERE sequence = 6')
  expect(ledger.verify({ lastEntries: 2 })).toMatchObject({ ok: false, firstBad: { sequence: 6 } })
  db.exec('UPDATE line SET amount_minor = amount_minor / 2 WHERE sequence = 6')
  db.exec("UPDATE account_total SET debit_minor = debit_minor + 1 WHERE account = 'cogs'")
  expect(ledger.verify({ lastEntries: 2 }).firstBad?.what).toMatch(
    /trial balance: expected 0, got 1/,
  )
  db.exec("UPDATE account_total SET debit_minor = debit_minor - 1 WHERE account = 'cogs'")
})

test('before a step that changes a file with books in it, the file is copied beside itself', () => {
  const first = { version: 1, name: 'one', sql: 'CREATE TABLE one (x INTEGER) STRICT' }
  const second = { version: 2, name: 'two', sql: 'CREATE TABLE two (x INTEGER) STRICT' }
  migrate(books.db, 'gateway', [first])
  expect(existsSync(`${books.path}.before-gateway-1`)).toBe(false)
  migrate(books.db, 'gateway', [first, second])
  const copy = openDatabase(`${books.path}.before-gateway-2`)
  expect(() => copy.exec('SELECT * FROM two')).toThrow(/no such table/)
  expect(openLedger(copy, { site: 'store-1', currency: EUR }).verify()).toMatchObject({ ok: true })
  copy.close()
})

test('a step that fails leaves the file as it was', () => {
  const first = { version: 1, name: 'one', sql: 'CREATE TABLE one (x INTEGER) STRICT' }
  const bad = { version: 2, name: 'bad', sql: 'CREATE TABLE two (x INTEGER) STRICT; SELEC' }
  migrate(books.db, 'gateway', [first])
  expect(() => migrate(books.db, 'gateway', [first, bad])).toThrow(/syntax/)
  expect(() => books.db.exec('SELECT * FROM two')).toThrow(/no such table/)
})

test('a month of controls replays to every table', () => {
  post(assign('ada', 'admin', 'controller', 'manager'))
  const by = (one: Command) => ({ ...one, actor: 'ada' })
  post(by(close('2026-01')), soldOn('s', '2026-01-31'))
  post(by(command('set', { kind: 'set-policy', policy: { selfApproveMinor: 5n }, reason: 'x' })))
  post(by(command('rev', { kind: 'reverse', of: 's', reason: 'x' })))
  const again = openBooks()
  replayCommands(books.db, again.ledger)
  expect(again.ledger.head()).toEqual(books.ledger.head())
  expect(again.ledger.stateDigest()).toBe(books.ledger.stateDigest())
  expect(balances(again.ledger)).toEqual(balances(books.ledger))
  again.close()
})
