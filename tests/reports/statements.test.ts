import { expect, test } from 'vitest'
import { createStatementReports } from '../../gateway/reports/statement-reports.ts'
import { balances } from '../ledger-core/support/books.ts'
import { livedMonth } from '../ledger-core/support/lived-month.ts'
import { configOf } from '../support/store-room.ts'

const WHOLE = 1_000_000

test('after a month every record ends at its pools and every statement at its balance', {
  timeout: 120_000,
}, () => {
  const { books } = livedMonth()
  const label = (name: string) => ({ name, scale: 0 })
  const reports = createStatementReports(books.db, configOf('none', {}), label)
  const pools = books.ledger.pools()
  for (const sku of new Set(pools.map((pool) => pool.sku))) {
    const own = pools.filter((pool) => pool.sku === sku)
    const last = reports.record({ report: 'record', sku, limit: WHOLE }).rows.at(-1)
    expect([sku, last?.heldQuantity, last?.heldMinor]).toEqual([
      sku,
      String(own.reduce((sum, { quantity }) => sum + quantity, 0n)),
      String(own.reduce((sum, { valueMinor }) => sum + valueMinor, 0n)),
    ])
  }
  for (const [account, balance] of Object.entries(balances(books.ledger))) {
    const { rows } = reports.statement({ report: 'statement', account, limit: WHOLE })
    expect([account, rows.at(-1)?.balanceMinor]).toEqual([account, String(balance)])
    // Two halves of the month are the whole of it.
    const from = '2026-01-16'
    const second = reports.statement({ report: 'statement', account, from, limit: WHOLE })
    const first = reports.statement({
      report: 'statement',
      account,
      to: '2026-01-15',
      limit: WHOLE,
    })
    expect([...first.rows, ...second.rows]).toEqual(rows)
    expect(second.openingMinor).toBe(first.rows.at(-1)?.balanceMinor ?? '0')
  }
  books.close()
})
