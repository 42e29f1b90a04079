import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ClockStep, type DeviceClock, stepDeviceClock } from '../../sensors/index.ts'

const NOON = Date.UTC(2026, 2, 2, 12)
const MINUTE = 60_000

interface Said {
  readonly deviceAtMs: number
  readonly receivedAtMs: number
}

/** What a reader sends whose clock is off by `offMs` (ahead is positive), `lagMs` on the way. */
function said(trueAtMs: number, offMs = 0, lagMs = 50): Said {
  return { deviceAtMs: trueAtMs + offMs, receivedAtMs: trueAtMs + lagMs }
}

function every(stepMs: number, fromMs: number, toMs: number, offMs = 0): Said[] {
  const all: Said[] = []
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) all.push(said(atMs, offMs))
  return all
}

function listen(messages: readonly Said[], from?: DeviceClock): ClockStep[] {
  let state = from
  return messages.map((message) => {
    const step = stepDeviceClock(state, message)
    state = step.next
    return step
  })
}

const offBy = (steps: readonly ClockStep[], messages: readonly Said[], offMs: number) =>
  steps.map(({ correctedAtMs }, index) => correctedAtMs - (messages[index]!.deviceAtMs - offMs))

describe('a clock that is right', () => {
  test('reads keep the time their reader gave them', () => {
    const messages = every(1_000, NOON, NOON + MINUTE)
    expect(listen(messages).map(({ correctedAtMs }) => correctedAtMs)).toEqual(
      messages.map(({ deviceAtMs }) => deviceAtMs),
    )
  })

  test('old reads told after a lost connection keep their own time', () => {
    const live = every(1_000, NOON, NOON + MINUTE)
    const replay = every(100, NOON + MINUTE, NOON + 6 * MINUTE).map(({ deviceAtMs }, index) => ({
      deviceAtMs,
      receivedAtMs: NOON + 6 * MINUTE + index * 2,
    }))
    const steps = listen([...live, ...replay]).slice(live.length)
    expect(steps.map(({ correctedAtMs }) => correctedAtMs)).toEqual(
      replay.map(({ deviceAtMs }) => deviceAtMs),
    )
  })
})

describe('a clock that is wrong', () => {
  test.each([
    ['five minutes fast', 5 * MINUTE],
    ['five minutes slow', -5 * MINUTE],
    ['a year slow, as after a flat battery', -365 * 24 * 60 * MINUTE],
  ])('%s: after a while reads are placed where they belong', (_, offMs) => {
    const messages = every(1_000, NOON, NOON + 3 * MINUTE, offMs)
    const late = offBy(listen(messages), messages, offMs).slice(-60)
    expect(Math.max(...late.map(Math.abs))).toBeLessThanOrEqual(100)
  })

  test('old reads of a clock known to be fast are placed at their own true time', () => {
    const offMs = 5 * MINUTE
    const live = every(1_000, NOON, NOON + MINUTE, offMs)
    const replay = [said(NOON + MINUTE, offMs, 4 * MINUTE)]
    const steps = listen([...live, ...replay])
    expect(steps.at(-1)!.correctedAtMs).toBe(NOON + MINUTE + 50)
  })

  test('a clock that is set right while running is followed', () => {
    const before = every(1_000, NOON, NOON + 3 * MINUTE, 5 * MINUTE)
    const after = every(1_000, NOON + 3 * MINUTE, NOON + 6 * MINUTE)
    const steps = listen([...before, ...after])
    const late = offBy(steps.slice(before.length), after, 0).slice(-60)
    expect(Math.max(...late.map(Math.abs))).toBeLessThanOrEqual(100)
  })

  test('reads of one message keep their order in time', () => {
    const offMs = 5 * MINUTE
    const known = listen(every(1_000, NOON, NOON + MINUTE, offMs)).at(-1)!.next
    const batch = [0, 400, 800, 1_200].map((ms) => ({
      deviceAtMs: NOON + 2 * MINUTE + ms + offMs,
      receivedAtMs: NOON + 2 * MINUTE + 1_400,
    }))
    const times = listen(batch, known).map(({ correctedAtMs }) => correctedAtMs)
    expect(times.map((atMs) => atMs - times[0]!)).toEqual([0, 400, 800, 1_200])
  })

  test('one message with a senseless date moves nothing but itself', () => {
    const live = every(1_000, NOON, NOON + MINUTE)
    const mad = { deviceAtMs: Date.UTC(2038, 0, 19), receivedAtMs: NOON + MINUTE }
    const after = every(1_000, NOON + MINUTE, NOON + 2 * MINUTE)
    const steps = listen([...live, mad, ...after])
    expect(steps[live.length]!.correctedAtMs).toBe(mad.receivedAtMs)
    expect(steps.slice(live.length + 1).map(({ correctedAtMs }) => correctedAtMs)).toEqual(
      after.map(({ deviceAtMs }) => deviceAtMs),
    )
  })
})

describe('whatever a reader says', () => {
  const aMessage = fc.record({
    deviceAtMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    receivedAtMs: fc.integer({ min: NOON, max: NOON + 60 * MINUTE }),
  })

  test('no read is placed after it was received', () => {
    fc.assert(
      fc.property(fc.array(aMessage, { maxLength: 60 }), (messages) => {
        const inOrder = [...messages].sort((a, b) => a.receivedAtMs - b.receivedAtMs)
        listen(inOrder).forEach(({ correctedAtMs }, index) => {
          expect(correctedAtMs).toBeLessThanOrEqual(inOrder[index]!.receivedAtMs)
        })
      }),
    )
  })

  test('the same messages give the same clock, also when it is stored in between', () => {
    fc.assert(
      fc.property(fc.array(aMessage, { minLength: 1, maxLength: 60 }), fc.nat(60), (all, cut) => {
        const straight = listen(all).at(-1)
        const half = listen(all.slice(0, cut)).at(-1)?.next
        const stored = half && JSON.parse(JSON.stringify(half))
        const rest = listen(all.slice(cut), stored).at(-1)
        if (rest) expect(rest).toEqual(straight)
      }),
    )
  })
})
