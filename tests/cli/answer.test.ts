import { expect, test, vi } from 'vitest'
import { Lane } from '../../gateway/bookkeeper/lane.ts'
import { answer } from '../../gateway/cli/answer.ts'
import { loadConfig } from '../../gateway/config/load.ts'
import { createLog } from '../../gateway/log.ts'
import { runCommand } from './run-command.ts'
import { GOOD_FILES, openShop, type Shop } from './shop-files.ts'

// Each call opens a bookkeeper of its own, which takes long on a busy machine.
vi.setConfig({ testTimeout: 240_000 })

const at = '2026-03-02T09:15:00Z'
const DAY_MS = 86_400_000

/** Two cans were picked up and the day has ended without them. */
async function withTwoOut(): Promise<Shop> {
  const shop = openShop()
  await shop.import(GOOD_FILES, '--create', '--at', '2026-03-02T07:00:00Z')
  const part = { sku: 'cola', quantity: '2', from: 'shelf-a', to: 'basket' }
  const command = { kind: 'move', part, reason: 'picked up' }
  const { code, err } = await shop.post([{ id: 'P-1', actor: 'anna', at, command }])
  expect(err).toBe('')
  expect(code).toBe(0)
  const loaded = loadConfig(shop.config)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded))
  let nowMs = Date.parse(at)
  const lane = new Lane({
    config: loaded.config,
    log: createLog('silent', 'test'),
    nowMs: () => nowMs,
    onEvents: () => undefined,
    onSealed: () => undefined,
    onStoreRefusing: () => undefined,
  })
  await lane.start()
  for (const afterMs of [0, DAY_MS]) {
    nowMs = Date.parse(at) + afterMs
    await new Promise((resolve) => lane.submit({ kind: 'tick' }, resolve))
  }
  await lane.stop()
  return shop
}

const say = (shop: Shop, ...args: string[]) => runCommand(answer, ...args, '--config', shop.config)

test('units in no basket are listed, answered and answered again without effect', async () => {
  const shop = await withTwoOut()
  const { out } = await shop.report('reviews')
  expect(out).toMatch(/basket-open.*cola.*One Cola, 330 ml was taken/)
  expect(await say(shop, '1', 'found', '--user', 'Kim')).toMatchObject({
    code: 0,
    out: 'review 1: found\n',
  })
  expect(await say(shop, '1', 'found', '--user', 'Kim')).toMatchObject({ code: 0 })
  expect(await say(shop, '1', 'lost', '--user', 'Kim')).toMatchObject({
    code: 1,
    err: expect.stringContaining('already-decided'),
  })
  expect((await say(shop, '2', 'lost', '--user', 'Kim', '--json')).code).toBe(0)
  const { rows } = await shop.ask('stock', '--sku', 'cola')
  expect(rows.map((row: Record<string, string>) => [row['location'], row['quantity']])).toEqual([
    ['backroom', '48'],
    ['shelf-a', '19'],
  ])
})

test('an answer without a name, of no kind or to no question is refused', async () => {
  const shop = openShop()
  await shop.import(GOOD_FILES, '--create', '--at', '2026-03-02T07:00:00Z')
  expect(await say(shop, '1', 'found')).toMatchObject({ code: 2 })
  expect(await say(shop, '1', 'perhaps', '--user', 'Kim')).toMatchObject({ code: 2 })
  expect(await say(shop, '1', 'named', '--user', 'Kim')).toMatchObject({ code: 2 })
  expect(await say(shop, '7', 'found', '--user', 'Kim')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no-such-review'),
  })
  expect(await say(shop, '7', 'undo', '--user', 'Kim')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no-such-lesson'),
  })
})
