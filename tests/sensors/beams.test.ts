import { describe, expect, test } from 'vitest'
import {
  type BeamState,
  beamDefaults,
  type Crossing,
  portalDefaults,
  portalDueAtMs,
  stepBeams,
  stepPortal,
} from '../../sensors/index.ts'
import { read, tag, walkIn, watchDoor } from './support/door.ts'

const NOON = Date.UTC(2026, 2, 2, 12)
const settings = { ...portalDefaults, hasBeams: true }

function crossed(...broken: readonly (readonly ['outer' | 'inner', number])[]) {
  let state: BeamState | undefined
  for (const [beam, ms] of broken) state = stepBeams(state, { beam, atMs: NOON + ms }, beamDefaults)
  return state?.crossings ?? []
}

const IN: Crossing[] = [{ atMs: NOON + 800, direction: 'in' }]
const ticked = (atMs: number, crossings: readonly Crossing[]) =>
  ({ kind: 'tick', atMs, crossings }) as const

describe('two beams across a doorway', () => {
  test('outer then inner is one in, inner then outer one out', () => {
    expect(crossed(['outer', 0], ['inner', 400])).toEqual([
      { fromMs: NOON, atMs: NOON + 400, direction: 'in' },
    ])
    expect(crossed(['inner', 0], ['outer', 400])).toEqual([
      { fromMs: NOON, atMs: NOON + 400, direction: 'out' },
    ])
  })

  test('two people close behind each other are two', () => {
    const all = crossed(['outer', 0], ['outer', 300], ['inner', 500], ['inner', 800])
    expect(all.map(({ direction }) => direction)).toEqual(['in', 'in'])
  })

  test('who breaks one beam and turns back has not crossed', () => {
    expect(crossed(['outer', 0], ['outer', 1_500])).toEqual([])
  })

  test('who stops in the doorway crosses when he goes on', () => {
    expect(crossed(['outer', 0], ['inner', 9_000])).toHaveLength(1)
  })

  test('a break that is reported twice counts once', () => {
    const once = crossed(['outer', 0], ['inner', 400])
    expect(crossed(['outer', 0], ['outer', 0], ['inner', 400], ['inner', 400])).toEqual(once)
  })
})

describe('a tag at a portal with beams', () => {
  const { state } = watchDoor(walkIn(NOON), undefined, settings)

  test('is decided half a second after it was seen last', () => {
    const dueMs = portalDueAtMs(state!, settings)
    expect(dueMs).toBe(NOON + 1_900 + 500)
    const [passed] = watchDoor([ticked(dueMs, IN)], state, settings).observations
    expect(passed).toMatchObject({ kind: 'tag-passed', direction: 'in', basis: 'beams' })
  })

  test('without any crossing nobody has passed, and the silence is waited for', () => {
    expect(watchDoor([ticked(NOON + 3_000, [])], state, settings).observations).toEqual([])
    expect(watchDoor([ticked(NOON + 4_900, [])], state, settings).observations).toMatchObject([
      { kind: 'pass-unclear', reason: 'no-direction' },
    ])
  })

  test('a crossing the other way, by somebody else, does not turn it round', () => {
    const both: Crossing[] = [{ atMs: NOON + 300, direction: 'out' }, ...IN]
    const { observations } = watchDoor([ticked(NOON + 3_000, both)], state, settings)
    expect(observations).toMatchObject([{ direction: 'in' }])
  })

  test('people walking past a rack beside the door carry nothing with them', () => {
    const rack = Array.from({ length: 12 }, (_, nth) =>
      read(NOON + nth * 800, nth % 3 === 0 ? 'outer' : 'inner', -5_900),
    )
    const { observations } = watchDoor([...rack, ticked(NOON + 20_000, IN)], undefined, settings)
    expect(observations.filter(({ kind }) => kind === 'tag-passed')).toEqual([])
  })
})

describe('a reader that tells the direction itself', () => {
  const told = (direction: 'in' | 'out', confidence: number) =>
    ({
      kind: 'told',
      device: 'atr',
      atMs: NOON + 900,
      receivedAtMs: NOON + 950,
      direction,
      confidence,
    }) as const
  const concluded = (events: Parameters<typeof watchDoor>[0]) =>
    watchDoor([...events, ticked(NOON + 9_000, [])]).observations

  test('is believed as far as it believes itself', () => {
    expect(concluded([told('out', 640)])).toMatchObject([
      { kind: 'tag-passed', direction: 'out', confidence: 640, basis: 'reader' },
    ])
  })

  test('antennas that agree make it surer, antennas that do not make it unclear', () => {
    expect(concluded([...walkIn(NOON), told('in', 640)])).toMatchObject([
      { direction: 'in', confidence: 1_000 },
    ])
    expect(concluded([...walkIn(NOON), told('out', 640)])).toMatchObject([
      { kind: 'pass-unclear', reason: 'no-direction' },
    ])
  })

  test('told twice is told once', () => {
    const once = stepPortal(undefined, tag, told('in', 640), portalDefaults).next
    expect(stepPortal(once, tag, told('in', 640), portalDefaults).next).toEqual(once)
  })
})
