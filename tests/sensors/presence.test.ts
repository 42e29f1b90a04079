import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type PresenceEvent,
  type PresenceState,
  presenceDefaults,
  presenceDueAtMs,
  stepPresence,
  type TagObservation,
} from '../../sensors/index.ts'
import { EPC } from './support/door.ts'

const NOON = Date.UTC(2026, 2, 2, 12)
const DEPART = presenceDefaults.departAfterMs
const tag = { location: 'shelf-7', epc: EPC }

const read = (atMs: number, rssiCdbm: number | null = -5_500): PresenceEvent => ({
  kind: 'read',
  atMs,
  device: 'shelf-reader',
  antenna: 1,
  rssiCdbm,
  count: 1,
})
const tick = (atMs: number, blindUntilMs: number | null = null): PresenceEvent => ({
  kind: 'tick',
  atMs,
  blindUntilMs,
})

function watch(events: readonly PresenceEvent[], from?: PresenceState) {
  let state = from
  const observations: TagObservation[] = []
  const writes: boolean[] = []
  for (const event of events) {
    const step = stepPresence(state, tag, event, presenceDefaults)
    state = step.next
    observations.push(...step.observations)
    writes.push(!step.refreshOnly)
  }
  return { state, observations, writes }
}

const settled = [read(NOON), read(NOON + 600), read(NOON + 1_200)]

describe('arriving', () => {
  test('a few good reads make a tag arrive, once, at the time of the first', () => {
    const { observations } = watch([...settled, read(NOON + 1_800), read(NOON + 60_000)])
    expect(observations).toMatchObject([
      { kind: 'tag-arrived', location: 'shelf-7', atMs: NOON, evidence: { reads: 3 } },
    ])
  })

  test('weak reads are the next room, however many there are', () => {
    const weak = Array.from({ length: 20 }, (_, index) => read(NOON + index * 1_000, -7_300))
    expect(watch(weak).observations).toEqual([])
  })

  test('reads far apart in time do not add up', () => {
    const { observations } = watch([read(NOON), read(NOON + 40_000), read(NOON + 80_000)])
    expect(observations).toEqual([])
  })

  test('a candidate that is not seen again leaves no record', () => {
    const { state } = watch([read(NOON)])
    const dueMs = presenceDueAtMs(state!, presenceDefaults)
    expect(watch([tick(dueMs)], state)).toMatchObject({ state: undefined, observations: [] })
  })

  test('a reader without signal strength can hold tags too', () => {
    const { observations } = watch([0, 1, 2].map((nth) => read(NOON + nth * 500, null)))
    expect(observations).toMatchObject([{ evidence: { meanRssiCdbm: null } }])
  })
})

describe('going unseen', () => {
  const { state: held } = watch(settled)

  test('a settled tag read again is not worth a write', () => {
    expect(watch([read(NOON + 5_000)], held).writes).toEqual([false])
  })

  test('it departs when unseen long enough, dated when it was seen last', () => {
    const dueMs = presenceDueAtMs(held!, presenceDefaults)
    const { state, observations } = watch([tick(dueMs - 1), tick(dueMs)], held)
    expect(observations).toMatchObject([{ kind: 'tag-departed', atMs: NOON + 1_200 }])
    expect(state).toBeUndefined()
  })

  test('no absence is concluded from a time in which the reader was blind', () => {
    const backAtMs = NOON + 5 * DEPART
    expect(watch([tick(backAtMs, backAtMs)], held).observations).toEqual([])
    expect(watch([tick(backAtMs + DEPART, backAtMs)], held).observations).toEqual([])
    expect(watch([tick(backAtMs + DEPART + 1, backAtMs)], held).observations).toHaveLength(1)
  })

  test('a late read never makes it look older', () => {
    const { state } = watch([read(NOON - 600_000)], held)
    expect(state).toEqual(held)
  })
})

describe('whatever happens', () => {
  const anEvent = fc.oneof(
    fc
      .tuple(fc.integer({ min: 0, max: 3_000_000 }), fc.integer({ min: -8_000, max: -4_000 }))
      .map(([ms, rssi]) => read(NOON + ms, rssi)),
    fc
      .tuple(
        fc.integer({ min: 0, max: 3_000_000 }),
        fc.option(fc.integer({ min: 0, max: 3_000_000 })),
      )
      .map(([ms, blind]) => tick(NOON + ms, blind === null ? null : NOON + blind)),
  )

  test('arrivals and departures alternate, beginning with an arrival', () => {
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 60 }), (events) => {
        const kinds = watch(events).observations.map(({ kind }) => kind)
        kinds.forEach((kind, index) => {
          expect(kind).toBe(index % 2 === 0 ? 'tag-arrived' : 'tag-departed')
        })
      }),
    )
  })

  test('no departure falls within departAfterMs of a read or of a blind time', () => {
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 60 }), (events) => {
        const departures = events.flatMap((event, index) => {
          const seen = watch(events.slice(0, index + 1)).observations
          const isNew = seen.length > watch(events.slice(0, index)).observations.length
          const last = seen.at(-1)
          return isNew && last?.kind === 'tag-departed' ? [{ event, last }] : []
        })
        for (const { event, last } of departures) {
          const blindMs = event.kind === 'tick' ? (event.blindUntilMs ?? 0) : 0
          expect(event.atMs - Math.max(last.atMs, blindMs)).toBeGreaterThan(DEPART)
        }
      }),
    )
  })

  test('the same events again, stored as JSON half way, give the same observations', () => {
    fc.assert(
      fc.property(fc.array(anEvent, { maxLength: 40 }), fc.nat(40), (events, cut) => {
        const straight = watch(events)
        const before = watch(events.slice(0, cut))
        const stored = before.state && JSON.parse(JSON.stringify(before.state))
        const after = watch(events.slice(cut), stored)
        expect([...before.observations, ...after.observations]).toEqual(straight.observations)
      }),
    )
  })
})
