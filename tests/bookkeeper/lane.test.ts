import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Lane } from '../../gateway/bookkeeper/lane.ts'
import type { Verdict, WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import type { GatewayEvent } from '../../gateway/events.ts'
import { createLog } from '../../gateway/log.ts'
import { openDatabase } from '../../ledger-core/index.ts'
import { atMs, configOf, mastersOf } from '../support/store-room.ts'

/** The lane with its real thread; starting it again takes a moment on a busy machine. */
const PATIENCE = { timeout: 60_000 }

async function openLane() {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-lane-'))
  const events: GatewayEvent[] = []
  const lane = new Lane({
    config: configOf(folder, {}),
    log: createLog('silent', 'test'),
    nowMs: () => atMs(5),
    onEvents: (told) => void events.push(...told),
    onSealed: () => undefined,
    onStoreRefusing: () => undefined,
  })
  onTestFinished(async () => {
    await lane.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  await lane.start()
  const submit = (body: WorkBody) => new Promise<Verdict>((resolve) => lane.submit(body, resolve))
  return { folder, lane, events, submit }
}

/** No such work exists: whoever takes it up dies of a defect. */
const deadly = { kind: 'nobody-knows', text: 'poison' } as unknown as WorkBody
const masters = (): WorkBody => ({ kind: 'masters', masters: mastersOf([]), actor: 'office' })

test(
  'a work that kills the bookkeeper twice is parked, and the others are done',
  PATIENCE,
  async () => {
    const { lane, events, submit } = await openLane()
    const [before, poison, after] = await Promise.all([
      submit(masters()),
      submit(deadly),
      submit({ kind: 'tick' }),
    ])
    expect(before.status).toBe('committed')
    expect(poison).toMatchObject({ status: 'kept', code: 'defect' })
    expect(after.status).toBe('committed')
    expect(lane.restarts()).toBe(2)
    expect(lane.waiting()).toBe(0)
    expect(events.map(({ type }) => type)).toContain('alert')
  },
)

test(
  'a lane that is stopped while its bookkeeper is away starts none and frees the books',
  PATIENCE,
  async () => {
    const { folder, lane } = await openLane()
    lane.submit(deadly, () => undefined)
    while (lane.restarts() === 0) await new Promise((resolve) => setImmediate(resolve))
    await lane.stop()
    const lock = openDatabase(join(folder, 'lock.sqlite'))
    lock.exec('begin immediate')
    lock.close()
    await expect(lane.start()).rejects.toThrow('the lane has stopped')
  },
)
