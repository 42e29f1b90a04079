import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PortalEvent, portalDefaults, portalDueAtMs } from '../../sensors/index.ts'
import { EPC, read, tick, walkIn, walkOut, watchDoor } from './support/door.ts'

const NOON = Date.UTC(2026, 2, 2, 12)
const GAP = portalDefaults.passGapMs

describe('one pass', () => {
  test('outside antennas first, inside antennas last is a pass in', () => {
    const { observations } = watchDoor([...walkIn(NOON), tick(NOON + 10_000)])
    expect(observations).toMatchObject([
      { kind: 'tag-passed', direction: 'in', portal: 'door', epc: EPC, openedAtMs: NOON },
    ])
  })

  test('the other way round is a pass out', () => {
    const { observations } = watchDoor([...walkOut(NOON), tick(NOON + 10_000)])
    expect(observations).toMatchObject([{ kind: 'tag-passed', direction: 'out' }])
  })

  test('it tells what it was concluded from', () => {
    const { observations } = watchDoor([...walkIn(NOON), tick(NOON + 10_000)])
    expect(observations[0]?.evidence).toEqual({
      device: 'door-reader',
      reads: 8,
      antennas: [1, 3],
      peakRssiCdbm: -4_800,
      meanRssiCdbm: -5_362,
      firstAtMs: NOON,
      lastAtMs: NOON + 1_900,
    })
  })

  test('it happened when the tag was nearest', () => {
    const { observations } = watchDoor([...walkIn(NOON), tick(NOON + 10_000)])
    expect(observations[0]?.atMs).toBe(NOON + 600)
  })

  test('nothing is said while the tag is still read', () => {
    const { observations } = watchDoor([...walkIn(NOON), tick(NOON + 2_400)])
    expect(observations).toEqual([])
  })

  test('a clear pass is told after six of its own pauses, as the schedule was told', () => {
    const { state } = watchDoor(walkIn(NOON))
    const lookMs = portalDueAtMs(state!, portalDefaults)
    expect(watchDoor([tick(lookMs)], state).observations).toEqual([])
    const quietMs = NOON + 1_900 + Math.round((6 * 1_900) / 7)
    const due = [lookMs, quietMs - 1].map((nowMs) => portalDueAtMs(state!, portalDefaults, nowMs))
    expect(due).toContain(quietMs)
    expect(watchDoor([tick(quietMs)], state).observations).toHaveLength(1)
  })

  test('at the latest it is decided when the silence is as long as the gap', () => {
    const { state } = watchDoor(walkIn(NOON))
    expect(portalDueAtMs(state!, portalDefaults, NOON + 1_900 + GAP - 1)).toBe(NOON + 1_900 + GAP)
  })

  test('it tells by which marks it was believed', () => {
    const { observations } = watchDoor([...walkIn(NOON), tick(NOON + 10_000)])
    const [passed] = observations
    if (passed?.kind !== 'tag-passed') throw new Error('no pass')
    expect(passed.handOver?.odds).toBeGreaterThan(3)
    expect(passed.handOver?.marks).toMatchObject({ peakFrom: -48, peakTo: -49, rise: 20 })
  })

  test('where a door asks for more sureness the same pass is a question', () => {
    const wary = { ...portalDefaults, sureMilli: 999 }
    const faint = walkIn(NOON).map((one) => ({ ...one, rssiCdbm: (one.rssiCdbm ?? 0) - 900 }))
    const told = (settings: typeof portalDefaults) =>
      watchDoor([...faint, tick(NOON + 10_000)], undefined, settings).observations[0]?.kind
    expect([told(portalDefaults), told(wary)]).toEqual(['tag-passed', 'pass-unclear'])
  })

  test('a next read after the silence decides it without waiting for a tick', () => {
    const { observations } = watchDoor([...walkIn(NOON), ...walkOut(NOON + 60_000)])
    expect(observations).toMatchObject([{ direction: 'in' }])
  })

  test('in and out again are two passes', () => {
    const { observations } = watchDoor([
      ...walkIn(NOON),
      tick(NOON + 10_000),
      ...walkOut(NOON + 20_000),
      tick(NOON + 30_000),
    ])
    expect(observations).toMatchObject([{ direction: 'in' }, { direction: 'out' }])
  })

  test('a reader that sends no signal strength still tells the direction', () => {
    const silent = walkIn(NOON).map((one) => ({ ...one, rssiCdbm: null }))
    const { observations } = watchDoor([...silent, tick(NOON + 10_000)])
    expect(observations).toMatchObject([
      { direction: 'in', evidence: { peakRssiCdbm: null, meanRssiCdbm: null } },
    ])
  })

  test('it is forgotten in the end and leaves no record', () => {
    const passed = watchDoor([...walkIn(NOON), tick(NOON + 10_000)]).state
    const dueMs = portalDueAtMs(passed!, portalDefaults)
    expect(watchDoor([tick(dueMs)], passed)).toEqual({ state: undefined, observations: [] })
  })
})

describe('what tells nothing', () => {
  test.each([
    ['seen by one side only', walkIn(NOON).filter(({ side }) => side === 'outer'), 'one-side-only'],
    [
      'seen by both sides at once',
      [0, 200, 400].flatMap((ms) => [read(NOON + ms, 'outer'), read(NOON + ms, 'inner')]),
      'no-direction',
    ],
    [
      'that comes to the door and turns back',
      [0, 300, 600, 1_500, 1_800, 2_100]
        .map((ms) => read(NOON + ms, 'outer', -5_200))
        .concat([900, 1_150].map((ms) => read(NOON + ms, 'inner', -4_900))),
      'turned-back',
    ],
  ])('a tag %s is unclear', (_, reads, reason) => {
    const { observations } = watchDoor([...reads, tick(NOON + 10_000)])
    expect(observations).toMatchObject([{ kind: 'pass-unclear', reason }])
  })

  test('two reads on one side are a stray and no question', () => {
    const { observations } = watchDoor([
      read(NOON, 'outer'),
      read(NOON + 400, 'outer'),
      tick(NOON + 10_000),
    ])
    expect(observations).toEqual([])
  })

  test('a tag that never comes near is a rack beside the door', () => {
    const weak = walkIn(NOON).map((one) => ({ ...one, rssiCdbm: -6_900 }))
    expect(watchDoor([...weak, tick(NOON + 10_000)]).observations).toEqual([])
  })
})

describe('reads that come twice, late or out of order', () => {
  test('a read delivered twice is counted once', () => {
    const twice = walkIn(NOON).flatMap((one) => [one, one])
    expect(watchDoor([...twice, tick(NOON + 10_000)])).toEqual(
      watchDoor([...walkIn(NOON), tick(NOON + 10_000)]),
    )
  })

  test('a whole pass delivered again after its end opens no second one', () => {
    const again = walkIn(NOON).map((one) => ({ ...one, receivedAtMs: one.atMs + 600_000 }))
    const { observations } = watchDoor([
      ...walkIn(NOON),
      tick(NOON + 10_000),
      ...again,
      tick(NOON + 620_000),
    ])
    expect(observations).toHaveLength(1)
  })

  test('a buffered pass that comes in pieces ends only when no more pieces come', () => {
    const late = walkIn(NOON).map((one, index) => ({
      ...one,
      receivedAtMs: NOON + 60_000 + index * 1_000,
    }))
    const pieces = late.flatMap((one) => [one, tick(one.receivedAtMs)])
    const { observations } = watchDoor([...pieces, tick(NOON + 80_000)])
    expect(observations).toMatchObject([{ direction: 'in', evidence: { reads: 8 } }])
  })

  test('a pass told late keeps its own time', () => {
    const late = walkIn(NOON).map((one) => ({ ...one, receivedAtMs: NOON + 300_000 }))
    const { observations } = watchDoor([...late, tick(NOON + 310_000)])
    expect(observations).toMatchObject([{ openedAtMs: NOON, atMs: NOON + 600 }])
  })
})

describe('whatever the order', () => {
  const aPass = fc.array(
    fc.record({
      ms: fc.integer({ min: 0, max: GAP }),
      antenna: fc.integer({ min: 1, max: 4 }),
      rssi: fc.option(fc.integer({ min: -7_500, max: -3_500 })),
    }),
    { minLength: 1, maxLength: 30 },
  )
  const readsOf = (pass: readonly { ms: number; antenna: number; rssi: number | null }[]) =>
    pass.map(({ ms, antenna, rssi }) =>
      read(NOON + ms, antenna <= 2 ? 'outer' : 'inner', rssi, {
        antenna,
        receivedAtMs: NOON + GAP,
      }),
    )
  const unique = (pass: readonly { ms: number; antenna: number; rssi: number | null }[]) => [
    ...new Map(pass.map((one) => [`${one.ms}/${one.antenna}`, one])).values(),
  ]
  const said = (events: readonly PortalEvent[]) =>
    watchDoor([...events, tick(NOON + 20_000)]).observations.map((observation) => ({
      ...observation,
      // The pass is named by whichever read came first; what it says must not depend on that.
      openedAtMs: 0,
    }))

  test('the reads of a pass tell the same story in any order', () => {
    const shuffledPass = aPass.chain((pass) => {
      const reads = readsOf(unique(pass))
      return fc.tuple(
        fc.constant(reads),
        fc.shuffledSubarray(reads, { minLength: reads.length, maxLength: reads.length }),
      )
    })
    fc.assert(
      fc.property(shuffledPass, ([reads, shuffled]) => {
        expect(said(shuffled)).toEqual(said(reads))
      }),
    )
  })

  test('delivering any reads again changes nothing', () => {
    const withRepeats = aPass.chain((pass) => {
      const reads = readsOf(unique(pass))
      return fc.tuple(fc.constant(reads), fc.subarray(reads))
    })
    fc.assert(
      fc.property(withRepeats, ([reads, repeats]) => {
        expect(said([...reads, ...repeats])).toEqual(said(reads))
      }),
    )
  })

  test('the same events give the same state and survive being stored as JSON', () => {
    fc.assert(
      fc.property(aPass, fc.nat(30), (pass, cut) => {
        const events = [...readsOf(pass), tick(NOON + 20_000)]
        const straight = watchDoor(events)
        const before = watchDoor(events.slice(0, cut))
        const stored = before.state && JSON.parse(JSON.stringify(before.state))
        const after = watchDoor(events.slice(cut), stored)
        expect([...before.observations, ...after.observations]).toEqual(straight.observations)
        expect(after.state).toEqual(straight.state)
      }),
    )
  })
})
