import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startVisionPool } from '../../vision/index.ts'
import { camera, colourDetector, shelfJpeg } from './shelf-pictures.ts'

// A fresh process takes a second, and several on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

const silent = { info: () => {}, warn: () => {} }

const frame = (jpeg: Uint8Array, atMs = 1) => ({ camera, atMs, jpeg })
const otherCamera = { ...camera, camera: 'aisle-2' }

describe('a day with one process', () => {
  const pool = startVisionPool({ modelFolder: colourDetector, restartBackoffMs: 10, log: silent })
  afterAll(() => pool.stop())

  test('frames are looked at and bad pictures are told', async () => {
    const sample = await pool.submit(frame(await shelfJpeg({ milk: 'OO.' })))
    expect(sample).toMatchObject({ kind: 'usable', zones: [{ visible: true }, { visible: true }] })

    const torn = (await shelfJpeg({ milk: 'OO.' })).subarray(0, 3000)
    expect(await pool.submit(frame(torn))).toMatchObject({ reason: 'unreadable' })
    const huge = new Uint8Array(8 * 1024 * 1024 + 1)
    expect(await pool.submit(frame(huge))).toMatchObject({ reason: 'too-large' })

    const status = pool.status()
    expect(status).toMatchObject({ state: 'idle', restarts: 0, frames: 3, lastError: null })
    expect(status.model?.name).toBe('colour-detector')
    expect(status.inferenceMs?.p50).toBeGreaterThan(0)
  })

  test('while one frame is looked at, the newest of each camera waits and older ones go', async () => {
    const jpeg = await shelfJpeg({ milk: 'OO.' })
    const outcomes = await Promise.all([
      pool.submit(frame(jpeg, 1)),
      pool.submit(frame(jpeg, 2)),
      pool.submit({ camera: otherCamera, atMs: 1, jpeg }),
      pool.submit(frame(jpeg, 4)),
      pool.submit(frame(jpeg, 3)),
    ])
    expect(outcomes.map((outcome) => [outcome.camera, outcome.atMs, outcome.kind])).toEqual([
      ['aisle-1', 1, 'usable'],
      ['aisle-1', 2, 'dropped'],
      ['aisle-2', 1, 'usable'],
      ['aisle-1', 4, 'usable'],
      ['aisle-1', 3, 'dropped'],
    ])
    expect(pool.status()).toMatchObject({ dropped: 2, queueDepth: 0 })
  })

  test('an idle process that is killed is replaced without a frame', async () => {
    const first = pool.status().pid
    process.kill(first!, 'SIGKILL')
    const isReplaced = () => pool.status().state === 'idle' && pool.status().pid !== first
    await vi.waitUntil(isReplaced, { timeout: 20_000 })
    expect(pool.status()).toMatchObject({ restarts: 1, lastError: 'was ended by SIGKILL' })
  })

  test('a pool that stops finishes the frame in hand and leaves no process behind', async () => {
    const { pid } = pool.status()
    const jpeg = await shelfJpeg({ milk: 'OOO' })
    const inHand = pool.submit(frame(jpeg, 5))
    const waiting = pool.submit(frame(jpeg, 6))
    await pool.stop()
    expect(await inHand).toMatchObject({ kind: 'usable' })
    expect(await waiting).toMatchObject({ kind: 'dropped', reason: 'stopped' })
    expect(pool.status()).toMatchObject({ state: 'stopped', pid: null, restarts: 1 })
    expect(isAlive(pid)).toBe(false)
    expect(await pool.submit(frame(jpeg, 7))).toMatchObject({ kind: 'dropped', reason: 'stopped' })
  })
})

describe('trouble with one process after another', () => {
  /** What befalls each new process, in turn, after its self-test and before its first frame. */
  const fates: ((pid: number) => void)[] = [
    (pid) => {
      process.kill(pid, 'SIGSTOP')
      // The kill is sure to find the frame in hand.
      setTimeout(() => process.kill(pid, 'SIGKILL'), 50)
    },
  ]
  const info = (fields: object) => {
    if ('pid' in fields) fates.shift()?.(Number(fields.pid))
  }
  const hang = (pid: number | null) => process.kill(pid ?? 0, 'SIGSTOP')
  const pool = startVisionPool({
    modelFolder: colourDetector,
    deadlineMs: 800,
    restartBackoffMs: 10,
    log: { ...silent, info },
  })
  afterAll(() => pool.stop())

  test('a process killed in the middle of a frame is replaced and the frame is looked at', async () => {
    const jpeg = await shelfJpeg({ milk: 'OO.' })
    expect(await pool.submit(frame(jpeg))).toMatchObject({ kind: 'usable' })
    expect(pool.status()).toMatchObject({ restarts: 1, lastError: 'was ended by SIGKILL' })
  })

  test('a picture on which the process hangs twice is poison, and other pictures go on', async () => {
    const poison = await shelfJpeg({ milk: '.O.' })
    fates.push(hang)
    hang(pool.status().pid)
    expect(await pool.submit(frame(poison))).toMatchObject({ kind: 'unusable', reason: 'poison' })
    expect(pool.status().lastError).toBe('camera aisle-1: a frame took over 800 ms')
    expect(await pool.submit(frame(poison, 2))).toMatchObject({ reason: 'poison' })
    const harmless = await shelfJpeg({ milk: 'O..' })
    expect(await pool.submit(frame(harmless, 3))).toMatchObject({ kind: 'usable' })
    expect(pool.status().restarts).toBe(3)
  })

  test('a gateway that stops with a hanging frame still ends', async () => {
    const { pid } = pool.status()
    hang(pid)
    const hanging = pool.submit(frame(await shelfJpeg({ milk: 'OO.' })))
    await pool.stop()
    expect(await hanging).toMatchObject({ kind: 'dropped', reason: 'stopped' })
    expect(isAlive(pid)).toBe(false)
  })
})

describe('a model is changed while the shelf is watched', () => {
  const pool = startVisionPool({ modelFolder: colourDetector, log: silent })
  let root = ''
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tallygate-swap-'))
  })
  afterAll(async () => {
    await pool.stop()
    await rm(root, { recursive: true })
  })

  /** A copy of the small model with another manifest. */
  async function copyWith(name: string, changed: object): Promise<string> {
    const folder = join(root, name)
    await cp(colourDetector, folder, { recursive: true })
    const file = join(folder, 'manifest.json')
    const manifest = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, JSON.stringify({ ...manifest, ...changed }))
    return folder
  }

  test('12: one with its labels in another order is refused and the old one goes on', async () => {
    const jpeg = await shelfJpeg({ milk: 'OO.' })
    expect(await pool.submit(frame(jpeg, 1))).toMatchObject({ kind: 'usable' })
    const { pid } = pool.status()
    const bad = await copyWith('bad', { labels: ['person', 'product'] })
    await expect(pool.swap(bad)).rejects.toThrow(/the self-test must find 3 boxes/)
    expect(pool.status()).toMatchObject({ pid, restarts: 0, model: { version: '1' } })
    expect(await pool.submit(frame(jpeg, 2))).toMatchObject({ kind: 'usable' })
  })

  test('12: one that passes takes over between two frames, and the old process ends', async () => {
    const { pid } = pool.status()
    const jpeg = await shelfJpeg({ milk: 'OO.' })
    const good = await copyWith('good', { version: '2' })
    let atMs = 100
    const outcomes: string[] = []
    const swapped = pool.swap(good).then(() => 'swapped')
    while ((await Promise.race([swapped, pool.submit(frame(jpeg, atMs++))])) !== 'swapped')
      outcomes.push('looked')
    expect(outcomes.length).toBeGreaterThan(0)
    expect(await pool.submit(frame(jpeg, atMs++))).toMatchObject({ kind: 'usable' })
    expect(pool.status()).toMatchObject({ restarts: 0, dropped: 0, model: { version: '2' } })
    expect(pool.status().pid).not.toBe(pid)
    await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 })
  })
})

test('20: a process that hangs is known by its usual times and replaced within seconds', async () => {
  const pool = startVisionPool({ modelFolder: colourDetector, log: silent })
  const jpeg = await shelfJpeg({ milk: 'OO.' })
  for (let atMs = 0; atMs < 40; atMs++) await pool.submit(frame(jpeg, atMs))
  const usualMs = pool.status().lookMs!.p95
  process.kill(pool.status().pid!, 'SIGSTOP')
  const startedMs = performance.now()
  expect(await pool.submit(frame(jpeg, 100))).toMatchObject({ kind: 'usable' })
  const tookMs = performance.now() - startedMs
  expect(pool.status()).toMatchObject({
    restarts: 1,
    lastError: expect.stringMatching(/a frame took over/),
  })
  // Its patience, and a fresh process, which a busy machine starts slowly.
  expect(tookMs).toBeLessThan(Math.max(1_000, 15 * usualMs) + 5_000)
  await pool.stop()
})

test('21: forty cameras at once: the newest frame of each is looked at, nothing piles up', async () => {
  const pool = startVisionPool({ modelFolder: colourDetector, log: silent })
  const jpeg = await shelfJpeg({ milk: 'OO.' })
  const burst = Array.from({ length: 5 }, (_, atMs) =>
    Array.from({ length: 40 }, (_, index) =>
      pool.submit({ camera: { ...camera, camera: `camera-${index}` }, atMs, jpeg }),
    ),
  ).flat()
  expect(pool.status().queueDepth).toBeLessThanOrEqual(40)
  const outcomes = await Promise.all(burst)
  const looked = outcomes.filter(({ kind }) => kind === 'usable')
  expect(new Set(looked.map(({ camera }) => camera)).size).toBe(40)
  expect(looked.every(({ atMs, camera }) => atMs === 4 || camera === 'camera-0')).toBe(true)
  const { frames, droppedBy, unusableBy, waitMs } = pool.status()
  expect(frames + (droppedBy['newer-frame'] ?? 0)).toBe(200)
  expect(unusableBy).toEqual({})
  expect(waitMs?.p95).toBeGreaterThan(waitMs?.p50 ?? 0)
  await pool.stop()
})

test('a model that is refused drops its frames and says why', async () => {
  const pool = startVisionPool({ modelFolder: '/nowhere', log: silent })
  const outcome = await pool.submit(frame(await shelfJpeg({})))
  expect(outcome).toMatchObject({ kind: 'dropped', reason: 'no-detector' })
  expect(pool.status()).toMatchObject({ state: 'restarting', model: null })
  expect(pool.status().lastError).toMatch(/the model folder must hold manifest.json/)
  await pool.stop()
})

function isAlive(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0)
  } catch {
    return false
  }
}
