import { describe, expect, test, vi } from 'vitest'
import { type Day, openWorld, simulateDay } from '../../gateway/simulator/day.ts'
import { ALL_FAULTS, type Fault, faultsOf } from '../../gateway/simulator/faults.ts'
import { baselinesOf } from '../../gateway/simulator/scoring/baselines.ts'
import type { TrueMove } from '../../gateway/simulator/scoring/movements.ts'
import type { Message } from '../../gateway/simulator/story/messages.ts'
import { decodeReads } from '../../sensors/index.ts'

const SEED = 5
/** 150,000 reads take their while on a small machine. */
vi.setConfig({ testTimeout: 60_000 })
const dayWith = (...faults: Fault[]) => {
  const world = openWorld(SEED)
  return { world, day: simulateDay(world, SEED, 0, { faults: new Set(faults) }) }
}
const sentOf = (day: Day): { atMs: number; message: Message }[] =>
  day.instants.flatMap(({ atMs, messages }) => messages.map((message) => ({ atMs, message })))
const textsOf = (day: Day) =>
  sentOf(day).flatMap(({ atMs, message: { device, body } }) =>
    body.kind === 'text' ? [{ atMs, device, text: body.text }] : [],
  )
const framesOf = (day: Day) =>
  sentOf(day).flatMap(({ message: { device, body } }) =>
    body.kind === 'frame' ? [{ device, ...body }] : [],
  )
const calm = dayWith()

describe('device faults', () => {
  test('a reader that was cut off sends 150,000 kept reads at once, in batches it may send', () => {
    const { day } = dayWith('outage')
    const batches = textsOf(day).filter(({ text }) => text.length > 100_000)
    expect(Math.max(...batches.map(({ text }) => Buffer.byteLength(text)))).toBeLessThan(256_000)
    expect(new Set(batches.map(({ atMs }) => atMs)).size).toBe(1)
    const [first] = batches
    const kept = batches.reduce((sum, { text }) => sum + JSON.parse(text).length, 0)
    expect(kept).toBeGreaterThanOrEqual(149_000)
    const { reads, refused } = decodeReads('zebra-iotc', first!.device, Buffer.from(first!.text))
    expect([reads.length, refused]).toEqual([1_000, []])
    const silent = textsOf(day).filter(
      ({ device, atMs }) =>
        device === first?.device && atMs < first.atMs && atMs > first.atMs - 39 * 60_000,
    )
    expect(silent).toEqual([])
  })

  test('a wrong clock dates reads minutes away from when they come', () => {
    const off = (day: Day) =>
      textsOf(day).flatMap(({ atMs, device, text }) => {
        const profile = device === 'floor-reader' || device === 'shelf-reader'
        if (!/-reader$/.test(device) || !text.startsWith('{')) return []
        const { reads } = decodeReads(
          profile ? 'impinj-r700' : 'zebra-iotc',
          device,
          Buffer.from(text),
        )
        return reads.flatMap((read) =>
          Math.abs(atMs - (read.atMs ?? atMs)) > 120_000 ? [read] : [],
        )
      })
    expect(off(calm.day)).toEqual([])
    expect(off(dayWith('clock-step').day).length).toBeGreaterThan(0)
  })

  test('a frozen camera sends one scene under new times for as long as it hangs', () => {
    const repeats = (day: Day) => {
      const frames = framesOf(day)
      return frames.filter(({ device, scene }, index) =>
        frames.slice(0, index).some((before) => before.device === device && before.scene === scene),
      )
    }
    expect(repeats(calm.day)).toEqual([])
    expect(repeats(dayWith('frozen-camera').day).length).toBeGreaterThan(1)
  })

  test('a knocked camera shows everything beside where it was, from then on', () => {
    const { day } = dayWith('moved-camera')
    const shifted = framesOf(day).filter(({ scene }) => scene.shift)
    expect(shifted.length).toBeGreaterThan(10)
    const { device, atMs } = shifted[0]!
    const after = framesOf(day).filter((frame) => frame.device === device && frame.atMs >= atMs)
    expect(after.every(({ scene }) => scene.shift)).toBe(true)
  })

  test('mixed-up antennas change what is read, not what happens', () => {
    const { world, day } = dayWith('swapped-antennas')
    expect(world.moves).toEqual(calm.world.moves)
    expect(textsOf(day)).not.toEqual(textsOf(calm.day))
  })

  test('a store without cameras sends no picture', () => {
    const world = openWorld(SEED)
    const day = simulateDay(world, SEED, 0, { watched: false })
    expect(framesOf(day)).toEqual([])
    expect(world.moves.length).toBeGreaterThan(100)
  })
})

test('faults are named one by one, all or none', () => {
  expect(faultsOf('all')).toEqual(new Set(ALL_FAULTS))
  expect(faultsOf('none')).toEqual(new Set())
  expect(faultsOf('kills, outage')).toEqual(new Set(['outage', 'kills']))
  expect(faultsOf('rain')).toMatch(
    /^expected --faults as all, none or a list of outage, .* got "rain"$/,
  )
})

test('the three other ways are told the same day: each is right only in what it can see', () => {
  const move = (from: string, to: string, atMs: number): TrueMove => ({
    ...{ sku: 'JAM', from, to, atMs },
    tells: true,
  })
  const receipt = JSON.stringify({
    type: 'receipt',
    receipt: '1',
    lines: [{ gtin: '9521880000011', quantity: '1' }],
  })
  const message: Message = { device: 'till-1', topic: 't', body: { kind: 'text', text: receipt } }
  const again = { atMs: 2_000, messages: [message], manager: false }
  const day: Day = {
    ...{ index: 0, date: '2026-03-02', startMs: 0, endMs: 9_000 },
    instants: [{ atMs: 1_000, messages: [message], manager: false }, again],
  }
  const [reads, tills, cameras] = baselinesOf({
    days: [day],
    goods: [{ sku: 'JAM', gtin14: '09521880000011', home: 'floor' }],
    locations: ['backroom', 'floor'],
    opening: [
      { sku: 'JAM', epc: null, location: 'backroom' },
      { sku: 'JAM', epc: null, location: 'floor' },
      { sku: 'JAM', epc: null, location: 'floor' },
    ],
    truth: [
      { sku: 'JAM', location: 'backroom', quantity: 1 },
      { sku: 'JAM', location: 'floor', quantity: 1 },
    ],
    moves: [move('floor', 'customer', 1_000)],
  })
  expect(reads).toMatchObject({ accuracy: { places: 2, equal: 1 }, salesMissed: 1 })
  expect(tills).toMatchObject({
    accuracy: { places: 2, equal: 2 },
    salesMissed: 0,
    salesInvented: 0,
  })
  expect(cameras).toMatchObject({ accuracy: { places: 2, equal: 1 }, salesMissed: 1 })
})
