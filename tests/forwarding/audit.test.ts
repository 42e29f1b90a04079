import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createAudit } from '../../gateway/audit.ts'
import { createBusinessDate } from '../../gateway/bookkeeper/business-date.ts'
import { Lane } from '../../gateway/bookkeeper/lane.ts'
import type { Verdict, WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import { createSimulatedClock } from '../../gateway/clock.ts'
import { dataFolderAt } from '../../gateway/data-folder.ts'
import { createLog } from '../../gateway/log.ts'
import { startReader } from '../../gateway/reports/reader.ts'
import { openDatabase } from '../../ledger-core/index.ts'
import { atMs, configOf, JAM, mastersOf, receiptText } from '../support/store-room.ts'

// A bookkeeper's thread, two reader threads and whole verifications.
vi.setConfig({ testTimeout: 60_000 })

const log = createLog('silent', 'test')
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function folderOf() {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-audit-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A real bookkeeper and real readers over one file, and the audit that forwarding asks. */
async function openStore(folder: string) {
  const config = configOf(folder, { limits: { verifyAtStartEntries: 2 } })
  const clock = createSimulatedClock(atMs(0))
  const alerts: string[] = []
  const lane = new Lane({
    config,
    log,
    nowMs: clock.nowMs,
    onEvents: (events) => {
      for (const event of events) if (event.type === 'alert') alerts.push(event.text)
    },
    onSealed: () => {},
    onStoreRefusing: () => {},
  })
  await lane.start()
  const commit = (body: WorkBody) => new Promise<Verdict>((resolve) => lane.submit(body, resolve))
  const reader = await startReader({ file: dataFolderAt(folder).file, config })
  const startAudit = () =>
    createAudit({
      verify: (lastEntries) => reader.ask({ report: 'verify', lastEntries }),
      remembered: async () => (await reader.ask({ report: 'counts' })).unsound,
      commit,
      clock,
      businessDateOf: createBusinessDate(config.site.timeZone, config.site.dayEndsAt),
      lastEntries: config.limits.verifyAtStartEntries,
      log,
    })
  let isClosed = false
  const close = async () => {
    if (isClosed) return
    isClosed = true
    await reader.stop()
    await lane.stop()
  }
  cleanups.push(close)
  return { config, clock, alerts, commit, reader, startAudit, close }
}

async function sell(store: Awaited<ReturnType<typeof openStore>>, receipt: string, minute: number) {
  const text = receiptText({ receipt, lines: [{ gtin: JAM }] }, minute)
  const payload = Buffer.from(JSON.stringify(text))
  const body = { kind: 'message', device: 'till-1', topic: 'till/till-1', payload } as const
  expect((await store.commit(body)).status).toBe('committed')
}

/** What somebody with the file and SQLite can do. */
function edit(folder: string, sql: string): void {
  const db = openDatabase(dataFolderAt(folder).file, { create: false })
  const triggers = db
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .pluck()
    .all()
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`)
  db.exec(sql)
  db.close()
}

const jam = { sku: 'JAM', location: 'jam-shelf', quantity: 9, value: '9.90' }

async function filledFolder(): Promise<string> {
  const folder = folderOf()
  const store = await openStore(folder)
  await store.commit({ kind: 'masters', masters: mastersOf([jam]), actor: 'office' })
  for (const receipt of ['1', '2', '3', '4']) await sell(store, receipt, Number(receipt))
  await store.close()
  return folder
}

test('sound books are forwarded', async () => {
  const store = await openStore(await filledFolder())
  const audit = store.startAudit()
  await expect(audit.sound()).resolves.toBeUndefined()
  audit.stop()
})

test('an entry edited in the file stops forwarding at the next start, not the tills', async () => {
  const folder = await filledFolder()
  edit(folder, 'UPDATE line SET amount_minor = amount_minor * 2 WHERE sequence = 5')
  const store = await openStore(folder)
  const audit = store.startAudit()
  await expect(audit.sound()).rejects.toThrow('do not verify from entry 5 on')
  await sell(store, '5', 5)
  expect(store.alerts).toEqual([expect.stringContaining('nothing is forwarded')])
  expect((await store.reader.ask({ report: 'counts' })).unsound).toContain('entry 5')
  audit.stop()
})

test('an old entry is found in the night, and a restart does not forget it', async () => {
  const folder = await filledFolder()
  edit(folder, 'UPDATE line SET amount_minor = amount_minor * 2 WHERE sequence = 2')
  const store = await openStore(folder)
  const audit = store.startAudit()
  // A start looks at the newest two entries only.
  await audit.sound()
  store.clock.set(atMs(24 * 60))
  audit.look()
  await vi.waitFor(() => expect(store.alerts).toHaveLength(1), { timeout: 30_000 })
  audit.stop()
  await expect(audit.sound()).rejects.toThrow('do not verify from entry 2 on')
  const again = store.startAudit()
  await expect(again.sound()).rejects.toThrow('do not verify from entry 2 on')
  again.stop()
})

test('books that were put right are forwarded again after a whole verification', async () => {
  const folder = await filledFolder()
  edit(folder, 'UPDATE line SET amount_minor = amount_minor * 2 WHERE sequence = 5')
  const broken = await openStore(folder)
  const audit = broken.startAudit()
  await expect(audit.sound()).rejects.toThrow('entry 5')
  audit.stop()
  await broken.close()
  edit(folder, 'UPDATE line SET amount_minor = amount_minor / 2 WHERE sequence = 5')
  const store = await openStore(folder)
  const again = store.startAudit()
  await expect(again.sound()).resolves.toBeUndefined()
  expect((await store.reader.ask({ report: 'counts' })).unsound).toBeNull()
  again.stop()
})
