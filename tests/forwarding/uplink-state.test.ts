import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  REFUSED_WAITS,
  RETRY_AFTER_MAX_MS,
  startUplink,
  stepUplink,
  type Uplink,
  type UplinkEvent,
} from '../../gateway/forwarding/uplink-state.ts'

const PACE = { retryFirstMs: 1_000, retryMaxMs: 300_000 }
const late = { atMs: 1_000, chance: 0.999_999 }

/** Lets the events happen one after another; tells phases and actions on the way. */
function follow(...events: UplinkEvent[]) {
  let { uplink, action } = startUplink()
  const told = [`${uplink.phase.name}:${action}`]
  for (const event of events) {
    ;({ uplink, action } = stepUplink(uplink, event, late, PACE))
    told.push(`${uplink.phase.name}:${action ?? '-'}`)
  }
  return { told, uplink }
}
const read = (number: number | null): UplinkEvent => ({ type: 'read', number })
const trouble = (reason = 'down'): UplinkEvent => ({ type: 'trouble', reason })

test.each<[string, UplinkEvent[], string[]]>([
  [
    'batches go one by one: sent, recorded, then the next',
    [read(1), { type: 'delivered' }, { type: 'recorded' }, read(2)],
    ['sending:send', 'recording:record', 'reading:read', 'sending:send'],
  ],
  [
    'with nothing to send it rests until woken',
    [read(null), { type: 'woken' }],
    ['idle:-', 'reading:read'],
  ],
  [
    'a batch sealed while the books are read is not overlooked',
    [{ type: 'woken' }, read(null)],
    ['reading:-', 'reading:read'],
  ],
  [
    'a new batch does not hurry a receiver that is down',
    [read(1), trouble(), { type: 'woken' }, { type: 'time' }],
    ['sending:send', 'waiting:-', 'waiting:-', 'waiting:-'],
  ],
  [
    'an acknowledgement the store did not write is asked for again',
    [read(1), { type: 'delivered' }, trouble()],
    ['sending:send', 'recording:record', 'waiting:-'],
  ],
  [
    'refused content waits for a person',
    [read(1), { type: 'refused', reason: 'gap' }, { type: 'woken' }],
    ['sending:send', 'refused:-', 'refused:-'],
  ],
  [
    'books that give an acknowledged batch again are not believed',
    [read(4), { type: 'delivered' }, { type: 'recorded' }, read(4)],
    ['sending:send', 'recording:record', 'reading:read', 'waiting:-'],
  ],
])('%s', (_title, events, expected) => {
  expect(follow(...events).told.slice(1)).toEqual(expected)
})

test('the wait doubles up to the cap, with full jitter', () => {
  const waits = (chance: number) => {
    let { uplink } = startUplink()
    return Array.from({ length: 11 }, () => {
      uplink = stepUplink(uplink, trouble(), { atMs: 0, chance }, PACE).uplink
      const untilMs = untilOf(uplink)
      uplink = stepUplink(uplink, { type: 'time' }, { atMs: untilMs, chance }, PACE).uplink
      return untilMs
    })
  }
  expect(waits(0.5)).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000,
  ])
  expect(waits(0)).toEqual(Array(11).fill(0))
})

test('what the receiver asks for is honoured, within an hour', () => {
  const wait = (retryAfterMs: number) => {
    const busy: UplinkEvent = { type: 'trouble', reason: 'busy', retryAfterMs }
    return untilOf(stepUplink(startUplink().uplink, busy, { atMs: 7, chance: 0.5 }, PACE).uplink)
  }
  expect(wait(20_000)).toBe(7 + 20_000 + 500)
  expect(wait(86_400_000)).toBe(7 + RETRY_AFTER_MAX_MS + 500)
  expect(wait(-5)).toBe(7 + 500)
})

test('a refusal is retried rarely, and a success forgets the failures', () => {
  const { uplink } = follow(read(1), { type: 'refused', reason: 'HTTP 409' })
  expect(untilOf(uplink)).toBe(late.atMs + REFUSED_WAITS * PACE.retryMaxMs)
  expect(uplink).toMatchObject({ attempts: 1, lastError: 'HTTP 409' })
  const again = stepUplink(uplink, { type: 'time' }, { atMs: untilOf(uplink), chance: 0 }, PACE)
  expect(again.action).toBe('read')
  const healed = follow(read(1), trouble(), { type: 'time' }).uplink
  const after = [read(1), { type: 'delivered' }, { type: 'recorded' }] as const
  const end = after.reduce(
    (at, event) => stepUplink(at, event, { atMs: 1e9, chance: 0 }, PACE).uplink,
    stepUplink(healed, { type: 'time' }, { atMs: 1e9, chance: 0 }, PACE).uplink,
  )
  expect(end).toMatchObject({ attempts: 0, lastError: null, acknowledged: 1 })
})

test('an end that nothing began is a defect', () => {
  const { uplink } = follow(read(null))
  for (const event of [read(1), { type: 'delivered' }, { type: 'recorded' }, trouble()] as const)
    expect(() => stepUplink(uplink, event, late, PACE), event.type).toThrow()
})

test('whatever happens, batches are recorded in order, once, and the uplink goes on', () => {
  const turn = fc.record({
    luck: fc.constantFrom('well', 'well', 'trouble', 'refused', 'woken', 'early'),
    chance: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    retryAfterMs: fc.integer({ min: 0, max: 10_000_000 }),
  })
  const run = fc.array(turn, { maxLength: 120 })
  fc.assert(
    fc.property(run, fc.integer({ min: 0, max: 20 }), (turns, sealed) => {
      const road = createRoad(sealed)
      for (const { luck, chance, retryAfterMs } of turns) road[luck](chance, retryAfterMs)
      // From any state: once the trouble is over, everything arrives.
      for (let step = 0; step < 4 * sealed + 8; step++) road.well(0.5)
      expect(road.recorded).toEqual(Array.from({ length: sealed }, (_, index) => index + 1))
    }),
  )
})

/** An uplink with a world around it that lets things go well or badly. */
function createRoad(sealed: number) {
  let { uplink, action } = startUplink()
  let atMs = 0
  const recorded: number[] = []
  const take = (event: UplinkEvent, chance: number) => {
    const step = stepUplink(uplink, event, { atMs, chance }, PACE)
    uplink = step.uplink
    return step.action
  }
  const longestMs = Math.max(RETRY_AFTER_MAX_MS + PACE.retryMaxMs, REFUSED_WAITS * PACE.retryMaxMs)
  const ends = {
    read: (): UplinkEvent => read(recorded.length < sealed ? recorded.length + 1 : null),
    send: (): UplinkEvent => ({ type: 'delivered' }),
    record: (): UplinkEvent => {
      if (uplink.phase.name === 'recording') recorded.push(uplink.phase.number)
      return { type: 'recorded' }
    },
  }
  return {
    recorded,
    well(chance: number) {
      if (action !== null) {
        action = take(ends[action](), chance)
        return
      }
      expect(untilOf(uplink) - atMs).toBeLessThanOrEqual(longestMs)
      atMs = untilOf(uplink)
      action = take({ type: 'time' }, chance)
      expect(action).toBe('read')
    },
    trouble(chance: number, retryAfterMs: number) {
      if (action === null) return
      action = take({ type: 'trouble', reason: 'r', retryAfterMs }, chance)
    },
    refused(chance: number) {
      if (action === 'send') action = take({ type: 'refused', reason: 'r' }, chance)
    },
    woken(chance: number) {
      const begun = take({ type: 'woken' }, chance)
      // Never a second action beside the first.
      if (action !== null) expect(begun).toBe(null)
      else action = begun
    },
    early(chance: number) {
      if (action === null && untilOf(uplink) > atMs)
        expect(take({ type: 'time' }, chance)).toBe(null)
    },
  }
}

function untilOf({ phase }: Uplink): number {
  return 'untilMs' in phase ? phase.untilMs : Number.NaN
}
