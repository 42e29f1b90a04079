import { describe, expect, test } from 'vitest'
import {
  blindDefaults,
  blindUntilMs,
  blindWithinMs,
  type CandidateEvent,
  type CandidateState,
  candidateDefaults,
  type DeviceClock,
  decodeEpc,
  dockProfile,
  type EventSequence,
  encodeSgtin96,
  garmentProfile,
  hardwareChange,
  type IdentityEvent,
  type IdentityState,
  identityDefaults,
  type Packing,
  type PortalEvent,
  packingDefaults,
  placeDefaults,
  placeDueAtMs,
  portalDefaults,
  type ReadPointMap,
  type Received,
  type RivalState,
  readPointAt,
  receivedEpcs,
  receivedWith,
  rivalDefaults,
  rivalsDueAtMs,
  stepBlindness,
  stepCandidate,
  stepDeviceClock,
  stepIdentity,
  stepPortal,
  stepPortalSense,
  stepRivals,
  stepSequence,
  stepStrayLevel,
  strayLevelOf,
  type TagObservation,
  unpack,
  withReadPoint,
} from '../../sensors/index.ts'
import { EPC, type Read, read, tag, tick, walkIn, walkOut, watchDoor } from './support/door.ts'
import { shelfRead, shelfReads, shelfTick, together, watchShelves } from './support/shelf.ts'

/**
 * The twenty hard cases of tag reading, as far as seeing goes. What a case asks of the books,
 * the broker or the decoders is tested there.
 */

const NOON = Date.UTC(2026, 2, 2, 12)
const MINUTE = 60_000

/** Hangs beside the door: one antenna, flat. */
function hanging(fromMs: number, toMs: number, rssiCdbm = -5_900): Read[] {
  const reads: Read[] = []
  for (let atMs = fromMs; atMs < toMs; atMs += 900)
    reads.push(read(atMs, 'inner', rssiCdbm + (atMs % 7) * 20))
  return reads
}

function ticked(events: readonly PortalEvent[], untilMs: number): PortalEvent[] {
  const all: PortalEvent[] = [...events]
  for (let atMs = NOON; atMs <= untilMs; atMs += 1_000) all.push(tick(atMs))
  const timeOf = (event: PortalEvent) => (event.kind === 'tick' ? event.atMs : event.receivedAtMs)
  return all.sort((a, b) => timeOf(a) - timeOf(b))
}

describe('1: a rack hangs beside the door', () => {
  test('read for minutes it is one lingering tag and no movement', () => {
    const events = ticked(hanging(NOON, NOON + 5 * MINUTE), NOON + 7 * MINUTE)
    expect(watchDoor(events).observations).toMatchObject([{ kind: 'tag-static' }])
  })

  test('somebody brushing past the rack does not wake it', () => {
    const shadowed = hanging(NOON, NOON + 2 * MINUTE).map((one, index) =>
      index % 9 === 0 ? { ...one, rssiCdbm: -6_500 } : one,
    )
    const { observations } = watchDoor(ticked(shadowed, NOON + 4 * MINUTE))
    expect(observations).toMatchObject([{ kind: 'tag-static' }])
  })

  test('when it really is carried through, it is heard again', () => {
    const carried = walkOut(NOON + 2 * MINUTE).map((one) => ({
      ...one,
      rssiCdbm: (one.rssiCdbm ?? 0) + 900,
    }))
    const events = [...hanging(NOON, NOON + 2 * MINUTE), ...carried]
    const { observations } = watchDoor(ticked(events, NOON + 4 * MINUTE))
    expect(observations).toMatchObject([
      { kind: 'tag-static' },
      { kind: 'tag-passed', direction: 'out' },
    ])
  })

  test('carried in and hung up beside the door it has come in, and then lingers', () => {
    const events = [...walkIn(NOON), ...hanging(NOON + 2_500, NOON + 3 * MINUTE, -6_400)]
    const { observations } = watchDoor(ticked(events, NOON + 5 * MINUTE))
    expect(observations).toMatchObject([
      { kind: 'tag-passed', direction: 'in' },
      { kind: 'tag-static' },
    ])
  })

  test('a queue in the doorway is not a rack: who waits a minute and goes in has gone in', () => {
    const waiting: Read[] = []
    for (let atMs = NOON + 1_000; atMs < NOON + MINUTE; atMs += 700)
      waiting.push(read(atMs, atMs % 3 === 0 ? 'inner' : 'outer', -4_300 - (atMs % 11) * 160))
    const arriving = [0, 300, 600].map((ms) => read(NOON + ms, 'outer', -5_200))
    const leaving = [0, 300, 600, 900].map((ms) => read(NOON + MINUTE + ms, 'inner', -5_400))
    const events = ticked([...arriving, ...waiting, ...leaving], NOON + 2 * MINUTE)
    expect(watchDoor(events).observations).toMatchObject([{ direction: 'in' }])
  })
})

describe('2: two doors see one tag', () => {
  const settings = { ...rivalDefaults, neighbours: { left: ['right'], right: ['left'] } }
  const seen = (portal: string, reads: readonly Read[], weakerCdb: number): TagObservation => {
    let state: Parameters<typeof stepPortal>[0]
    const all: TagObservation[] = []
    for (const event of [...reads, tick(NOON + 10_000)]) {
      const weaker =
        event.kind === 'read' && event.rssiCdbm !== null
          ? { ...event, rssiCdbm: event.rssiCdbm - weakerCdb }
          : event
      const step = stepPortal(state, { ...tag, portal }, weaker, portalDefaults)
      state = step.next
      all.push(...step.observations)
    }
    return all[0]!
  }
  const settled = (sights: readonly TagObservation[]) => {
    let state: RivalState | undefined
    const said: TagObservation[] = []
    for (const sight of sights) {
      if (sight.kind !== 'tag-passed' && sight.kind !== 'pass-unclear') continue
      const step = stepRivals(state, { kind: 'sight', sight, atMs: NOON + 5_000 }, settings)
      state = step.next
      said.push(...step.observations)
    }
    const step = stepRivals(state, { kind: 'tick', atMs: NOON + 7_000 }, settings)
    return { said: [...said, ...step.observations], state: step.next }
  }

  test('the door that saw it better was passed; the other is named beside it', () => {
    const { said } = settled([
      seen('right', walkOut(NOON + 200), 900),
      seen('left', walkIn(NOON), 0),
    ])
    expect(said).toMatchObject([
      { portal: 'left', direction: 'in', rivals: [{ portal: 'right', peakRssiCdbm: -5_700 }] },
    ])
  })

  test('when both saw it nearly as well, the pass counts but is less sure', () => {
    const alone = seen('left', walkIn(NOON), 0)
    const { said } = settled([seen('right', walkIn(NOON + 200), 300), alone])
    expect(said).toHaveLength(1)
    expect(said[0]).toMatchObject({ portal: 'left', direction: 'in' })
    const [won] = said
    if (won?.kind !== 'tag-passed' || alone.kind !== 'tag-passed') throw new Error('no pass')
    expect(won.confidence).toBeLessThan(alone.confidence)
  })

  test('what the other door tells minutes later adds no second movement', () => {
    const { state } = settled([seen('left', walkIn(NOON), 0)])
    const late = seen('right', walkOut(NOON + 200), 500)
    if (late.kind !== 'tag-passed') throw new Error('no pass')
    const event = { kind: 'sight', sight: late, atMs: NOON + 5 * MINUTE } as const
    expect(stepRivals(state, event, settings).observations).toEqual([])
    const dueMs = rivalsDueAtMs(state!, settings)
    expect(stepRivals(state, { kind: 'tick', atMs: dueMs }, settings).next).toBeUndefined()
  })

  test('a door without neighbours never waits', () => {
    const sight = seen('back', walkIn(NOON), 0)
    if (sight.kind !== 'tag-passed') throw new Error('no pass')
    const event = { kind: 'sight', sight, atMs: NOON + 5_000 } as const
    expect(stepRivals(undefined, event, settings).observations).toEqual([sight])
  })
})

describe('3: a ghost that passed the checksum', () => {
  const look = (events: readonly CandidateEvent<Read>[]) => {
    let state: CandidateState<Read> | undefined
    const believed: Read[] = []
    const ghosts: Read[] = []
    for (const event of events) {
      const step = stepCandidate(state, event, candidateDefaults)
      state = step.next
      believed.push(...step.believed)
      ghosts.push(...step.ghosts)
    }
    return { state, believed, ghosts }
  }
  const unknown = (one: Read) => ({ kind: 'read', read: one, isKnown: false, crc: null }) as const

  test('an EPC nobody knows, read once, is counted as noise and becomes nothing', () => {
    const once = read(NOON, 'outer')
    const { state, believed, ghosts } = look([unknown(once), { kind: 'tick', atMs: NOON + 11_000 }])
    expect({ state, believed, ghosts }).toEqual({ state: undefined, believed: [], ghosts: [once] })
  })

  test('a second read within ten seconds makes it real, and the first read counts too', () => {
    const [first, second] = [read(NOON, 'outer'), read(NOON + 400, 'inner')]
    expect(look([unknown(first), unknown(second)]).believed).toEqual([first, second])
  })

  test('the same report delivered twice is no second read', () => {
    const once = read(NOON, 'outer')
    expect(look([unknown(once), unknown(once)]).believed).toEqual([])
  })

  test('a tag we printed or were told of is believed at once', () => {
    const once = read(NOON, 'outer')
    expect(look([{ kind: 'read', read: once, isKnown: true, crc: null }]).believed).toEqual([once])
  })

  test('a read whose reported checksum does not fit is never believed', () => {
    const bad = { kind: 'read', read: read(NOON, 'outer'), isKnown: true, crc: 'bad' } as const
    expect(look([bad, bad])).toMatchObject({ believed: [], ghosts: [bad.read, bad.read] })
  })
})

describe('4: a reader replays its buffer amid live reads', () => {
  const hourAgo = NOON - 60 * MINUTE
  const replayed = (reads: readonly Read[], receivedAtMs: number) =>
    reads.map((one, index) => ({ ...one, receivedAtMs: receivedAtMs + index * 2 }))

  test('the old pass keeps its time, the live one is not delayed by it', () => {
    const live = walkOut(NOON)
    const old = replayed(walkIn(hourAgo), NOON + 500)
    const { observations } = watchDoor(ticked([...live, ...old], NOON + 5_000))
    expect(observations).toMatchObject([
      { direction: 'in', openedAtMs: hourAgo },
      { direction: 'out', openedAtMs: NOON },
    ])
  })

  test('what is told late says so, so that nobody raises an alarm for the past', () => {
    const { observations } = watchDoor(ticked(replayed(walkIn(hourAgo), NOON + 500), NOON + 10_000))
    expect(observations).toMatchObject([{ atMs: hourAgo + 600, toldAtMs: NOON + 514 }])
  })

  test('twenty buffered passes of one tag in one burst are twenty passes in their order', () => {
    const passes = Array.from({ length: 20 }, (_, nth) =>
      replayed(
        nth % 2 === 0 ? walkIn(hourAgo + nth * MINUTE) : walkOut(hourAgo + nth * MINUTE),
        NOON + nth * 20,
      ),
    )
    const { observations } = watchDoor(ticked(passes.flat(), NOON + 10_000))
    expect(observations.map(({ atMs }) => atMs)).toEqual(
      passes.map((_, nth) => hourAgo + nth * MINUTE + 600),
    )
    expect(observations.every(({ kind }) => kind === 'tag-passed')).toBe(true)
  })

  test('a shelf where the tag was an hour ago does not win it back', () => {
    const now = watchShelves(shelfReads(NOON, NOON + MINUTE, 'shelf-7', -5_200))
    const old = shelfReads(hourAgo, hourAgo + 5 * MINUTE, 'shelf-2', -4_000)
    expect(watchShelves(old, now.state)).toEqual({ state: now.state, observations: [] })
  })

  test('a replay does not make the reader look slow', () => {
    let clock: DeviceClock | undefined
    for (let second = 0; second < 300; second++) {
      const atMs = NOON + second * 1_000
      clock = stepDeviceClock(clock, { deviceAtMs: atMs - 50, receivedAtMs: atMs }).next
      const old = { deviceAtMs: hourAgo + second * 1_000, receivedAtMs: atMs + 10 }
      const step = stepDeviceClock(clock, old)
      expect(step.correctedAtMs).toBe(old.deviceAtMs)
      clock = step.next
    }
    expect(clock?.offsetMs).toBe(50)
  })
})

describe('5: a clock five minutes off', () => {
  test.each([
    ['fast', 5 * MINUTE],
    ['right', 0],
    ['slow', -5 * MINUTE],
  ])('a pass is the same pass by a reader whose clock is %s', (_, offMs) => {
    let clock: DeviceClock | undefined
    for (let atMs = NOON - 2 * MINUTE; atMs < NOON; atMs += 1_000)
      clock = stepDeviceClock(clock, { deviceAtMs: atMs + offMs, receivedAtMs: atMs }).next
    const reads = walkOut(NOON).map((one) => {
      const step = stepDeviceClock(clock, { deviceAtMs: one.atMs + offMs, receivedAtMs: one.atMs })
      clock = step.next
      return { ...one, saidAtMs: one.atMs + offMs, atMs: step.correctedAtMs }
    })
    const { observations } = watchDoor(ticked(reads, NOON + 10_000))
    expect(observations).toMatchObject([{ direction: 'out', atMs: NOON + 600 }])
  })

  test('a clock that is set amid the day begins a new offset and says by how much', () => {
    let clock: DeviceClock | undefined
    const steps: number[] = []
    for (let second = 0; second < 300; second++) {
      const receivedAtMs = NOON + second * 1_000
      const deviceAtMs = receivedAtMs + (second < 100 ? 5 * MINUTE : 0)
      const step = stepDeviceClock(clock, { deviceAtMs, receivedAtMs })
      clock = step.next
      if (step.steppedByMs !== null) steps.push(step.steppedByMs)
    }
    expect(steps).toEqual([5 * MINUTE, -5 * MINUTE])
  })
})

describe('6: two tags with one serial', () => {
  const watchTag = (events: readonly IdentityEvent[]) => {
    let state: IdentityState | undefined
    const steps = events.map((event) => {
      const step = stepIdentity(state, EPC, event, identityDefaults)
      state = step.next
      return step
    })
    return { state, notes: steps.flatMap(({ notes }) => notes), last: steps.at(-1)! }
  }
  const chip = (tid: string | null, atMs: number, area = 'shop') =>
    ({ kind: 'read', tid, atMs, area }) as const

  test('a copy shows another chip: both are kept, and only the one we bound may move stock', () => {
    const { state, notes } = watchTag([
      { kind: 'commissioned', atMs: NOON, tid: 'E28011910001' },
      chip('E28011910001', NOON + MINUTE),
      chip('E28011919999', NOON + 2 * MINUTE),
    ])
    expect(notes).toEqual([
      {
        kind: 'two-chips',
        epc: EPC,
        tids: ['E28011910001', 'E28011919999'],
        atMs: NOON + 2 * MINUTE,
      },
    ])
    const mayMove = (tid: string) =>
      stepIdentity(state, EPC, chip(tid, NOON + 3 * MINUTE), identityDefaults).mayMove
    expect([mayMove('E28011910001'), mayMove('E28011919999')]).toEqual([true, false])
  })

  test('one serial at the dock and at the exit within a second is two tags', () => {
    const { notes, last } = watchTag([chip(null, NOON, 'dock'), chip(null, NOON + 700, 'exit')])
    expect(notes).toMatchObject([{ kind: 'two-places', areas: ['dock', 'exit'] }])
    expect(last.mayMove).toBe(false)
  })

  test('a person who finds out which one is ours ends the conflict', () => {
    const { last } = watchTag([
      chip('E28011910001', NOON),
      chip('E28011919999', NOON + MINUTE),
      { kind: 'settled', atMs: NOON + 5 * MINUTE, tid: 'E28011910001' },
      chip('E28011910001', NOON + 6 * MINUTE),
    ])
    expect(last.mayMove).toBe(true)
  })

  test('a serial that is printed again after its tag is gone begins anew', () => {
    const { notes, last } = watchTag([
      { kind: 'commissioned', atMs: NOON, tid: 'E28011910001' },
      chip('E28011910001', NOON + MINUTE),
      { kind: 'commissioned', atMs: NOON + 2 * MINUTE, tid: 'E28011910002' },
      chip('E28011910002', NOON + 3 * MINUTE),
    ])
    expect({ notes, mayMove: last.mayMove }).toEqual({ notes: [], mayMove: true })
  })
})

describe('7: a killed tag, a tag on the floor', () => {
  test('a killed tag that is read again is a note and moves nothing', () => {
    const killed = stepIdentity(undefined, EPC, { kind: 'killed', atMs: NOON }, identityDefaults)
    const again = { kind: 'read', tid: null, atMs: NOON + MINUTE, area: 'shop' } as const
    expect(stepIdentity(killed.next, EPC, again, identityDefaults)).toMatchObject({
      notes: [{ kind: 'killed-tag-read' }],
      mayMove: false,
    })
  })

  test('a tag that stays unseen departs once, is forgotten in the end, and never says more', () => {
    const forgetMs = placeDefaults.forgetAfterMs
    const { state, observations } = watchShelves([
      ...shelfReads(NOON, NOON + MINUTE, 'shelf-7', -5_200),
      shelfTick(NOON + 20 * MINUTE),
      shelfTick(NOON + 30 * MINUTE),
      shelfTick(NOON + MINUTE + forgetMs + 1),
    ])
    expect(observations.map(({ kind }) => kind)).toEqual(['tag-arrived', 'tag-departed'])
    expect(state).toBeUndefined()
  })
})

describe('8: a tag of goods the catalogue does not know', () => {
  test('is seen like any other: what it means can be decided when the catalogue knows it', () => {
    const unknown = encodeSgtin96({
      gtin14: '09521999999997',
      serial: '77',
      companyPrefixDigits: 7,
      filter: 1,
    })
    const step = (event: PortalEvent, state?: Parameters<typeof stepPortal>[0]) =>
      stepPortal(state, { portal: 'door', epc: unknown }, event, portalDefaults)
    let state: Parameters<typeof stepPortal>[0]
    for (const event of walkIn(NOON)) state = step(event, state).next
    const [passed] = step(tick(NOON + 10_000), state).observations
    expect(passed).toMatchObject({ kind: 'tag-passed', epc: unknown, direction: 'in' })
    expect(decodeEpc(passed!.epc)).toMatchObject({ gtin14: '09521999999997', serial: '77' })
  })
})

describe('9: a message comes again because its acknowledgement was lost', () => {
  test('amid the pass: known by the reader’s own stamp though our clock has moved on', () => {
    const reads = walkIn(NOON).map((one) => ({ ...one, saidAtMs: one.atMs - 7_000 }))
    const again = reads
      .slice(2, 5)
      .map((one) => ({ ...one, atMs: one.atMs + 40, receivedAtMs: one.atMs + 2_500 }))
    const { observations } = watchDoor([...reads, ...again, tick(NOON + 10_000)])
    expect(observations).toMatchObject([{ direction: 'in', evidence: { reads: 8 } }])
  })

  test('after the pass, in any piece and however often: no second movement', () => {
    const once = watchDoor([...walkIn(NOON), tick(NOON + 10_000)])
    let state = once.state
    for (let times = 1; times <= 5; times++) {
      const again = walkIn(NOON)
        .slice(times)
        .map((one) => ({ ...one, receivedAtMs: NOON + times * MINUTE }))
      const more = watchDoor([...again, tick(NOON + times * MINUTE + 10_000)], state)
      expect(more.observations).toEqual([])
      state = more.state
    }
  })
})

describe('10: reads were lost', () => {
  test('a hole in the event numbers is a loss; a late message fills it', () => {
    const say = (state: EventSequence | undefined, number: number, second: number) =>
      stepSequence(state, { number, deviceAtMs: NOON + second * 1_000 })
    const first = say(undefined, 100, 0)
    const gap = say(first.next, 104, 4)
    expect(gap).toMatchObject({ kind: 'gap', lost: 3, next: { missing: [[101, 103]] } })
    const late = say(gap.next, 102, 2)
    expect(late).toMatchObject({
      kind: 'late',
      next: {
        missing: [
          [101, 101],
          [103, 103],
        ],
      },
    })
    expect(say(late.next, 102, 2).kind).toBe('repeat')
  })

  test('a number that falls is a reboot only when the reader’s time went on', () => {
    const begun = stepSequence(undefined, { number: 5_000, deviceAtMs: NOON }).next
    const rebooted = stepSequence(begun, { number: 1, deviceAtMs: NOON + 90_000 })
    expect(rebooted).toMatchObject({ kind: 'reboot', next: { epoch: 1, highest: 1 } })
    expect(stepSequence(begun, { number: 4_000, deviceAtMs: NOON - 90_000 }).kind).toBe('repeat')
  })

  test('while the reader was blind nothing is absent, and a receiving session hears for how long', () => {
    const lost = { kind: 'blinded', atMs: NOON + MINUTE, cause: 'reads-lost' } as const
    const blinded = stepBlindness(undefined, lost, blindDefaults)
    expect(blindUntilMs(blinded, NOON + 20 * MINUTE)).toBe(NOON + 20 * MINUTE)
    const back = stepBlindness(blinded, { kind: 'heard', atMs: NOON + 20 * MINUTE }, blindDefaults)
    const seesAtMs = NOON + 20 * MINUTE + blindDefaults.inventoryMs
    expect(blindUntilMs(back, NOON + 60 * MINUTE)).toBe(seesAtMs)
    expect(blindWithinMs(back, NOON, NOON + 60 * MINUTE)).toBe(seesAtMs - NOON - MINUTE)
    const held = watchShelves(shelfReads(NOON, NOON + MINUTE, 'shelf-7', -5_200)).state
    const at = (minute: number) => {
      const atMs = NOON + minute * MINUTE
      return watchShelves([shelfTick(atMs, blindUntilMs(back, atMs))], held).observations
    }
    expect(at(30)).toEqual([])
    expect(at(32)).toMatchObject([{ kind: 'tag-departed' }])
  })
})

describe('11: foreign tags and what looks like tags', () => {
  test.each([
    ['a chip number in place of an EPC', 'E28011910000000000000000'],
    ['ASCII text of a library', '313630323030303120202020'],
    ['an unprogrammed tag', '000000000000000000000000'],
  ])('%s is never an item', (_, hex) => {
    const decoded = decodeEpc(hex)
    expect(decoded.ok && decoded.scheme.startsWith('sgtin')).toBe(false)
  })
})

describe('12: a pallet, its cases and their items are read together', () => {
  const items = (from: number) => Array.from({ length: 12 }, (_, nth) => `item-${from + nth}`)
  const pallet: Packing = {
    epc: 'pallet',
    items: [],
    packs: [
      { epc: 'case-1', packs: [], items: items(0) },
      { epc: 'case-2', packs: [], items: items(12) },
    ],
  }
  const isContainer = (epc: string) => !epc.startsWith('item')
  const unpacked = (read: readonly string[]) =>
    unpack([pallet], new Set(read), isContainer, packingDefaults)

  test('two items that were not read are expected and unconfirmed, not short', () => {
    const read = ['pallet', 'case-1', ...items(0), ...items(12).slice(2)]
    expect(unpacked(read)).toEqual({
      confirmed: [...items(0), ...items(12).slice(2)],
      unconfirmed: ['item-12', 'item-13'],
      missing: [],
      unannounced: [],
      standing: ['pallet', 'case-1', 'case-2'],
      doubtful: [],
    })
  })

  test('pallet, cases and items together are 24 items, never more', () => {
    const { confirmed, unconfirmed } = unpacked([
      'pallet',
      'case-1',
      'case-2',
      ...items(0),
      ...items(12),
    ])
    expect([confirmed.length, unconfirmed.length]).toEqual([24, 0])
  })

  test('a case whose items are nearly all unread is doubtful and stands for nothing', () => {
    const { confirmed, unconfirmed, missing, doubtful } = unpacked([
      'case-1',
      'case-2',
      ...items(0),
      'item-12',
    ])
    expect({ confirmed: confirmed.length, unconfirmed, missing: missing.length, doubtful }).toEqual(
      {
        confirmed: 13,
        unconfirmed: [],
        missing: 11,
        doubtful: ['case-2'],
      },
    )
  })

  test('items without any wrapping seen are what was read and no more', () => {
    const { confirmed, missing } = unpacked(items(0).slice(0, 5))
    expect([confirmed.length, missing.length]).toEqual([5, 19])
  })

  test('what nobody announced is named', () => {
    expect(unpacked([...items(0), 'item-99', 'other-pallet']).unannounced).toEqual(['item-99'])
  })
})

describe('13: the exit is told before the till, or long after', () => {
  test('an exit five minutes ago told now keeps its time, and says when it was told', () => {
    const late = walkOut(NOON).map((one) => ({ ...one, receivedAtMs: NOON + 5 * MINUTE }))
    const { observations } = watchDoor(ticked(late, NOON + 6 * MINUTE))
    expect(observations).toMatchObject([
      { direction: 'out', atMs: NOON + 600, toldAtMs: NOON + 5 * MINUTE },
    ])
  })
})

describe('14: cables and readers are swapped', () => {
  const before: ReadPointMap<string> = [
    { device: 'gate', antenna: 1, fromMs: 0, toMs: null, point: 'outer' },
    { device: 'gate', antenna: 3, fromMs: 0, toMs: null, point: 'inner' },
  ]
  const swapped = [
    { device: 'gate', antenna: 1, fromMs: NOON, point: 'inner' },
    { device: 'gate', antenna: 3, fromMs: NOON, point: 'outer' },
  ].reduce(withReadPoint, before)

  test('reads from before the swap keep the meaning their antenna had', () => {
    const at = (atMs: number) => readPointAt(swapped, { device: 'gate', antenna: 1, atMs })
    expect([at(NOON - 1), at(NOON), at(NOON + MINUTE)]).toEqual(['outer', 'inner', 'inner'])
  })

  test('an antenna nobody mapped sees nothing', () => {
    expect(readPointAt(swapped, { device: 'gate', antenna: 9, atMs: NOON })).toBeNull()
  })

  test('a door whose deliveries all go out has its cables swapped', () => {
    let sense: Parameters<typeof stepPortalSense>[0]
    const flags: boolean[] = []
    for (let pass = 0; pass < 25; pass++) {
      const step = stepPortalSense(sense, { seen: 'out', expected: 'in' })
      sense = step.next
      flags.push(step.isInverse)
    }
    expect(flags.indexOf(true)).toBe(19)
    const right = stepPortalSense(undefined, { seen: 'in', expected: 'in' })
    expect(right.isInverse).toBe(false)
  })

  test('another reader under an old name is noticed', () => {
    expect(hardwareChange('84:24:8D:AA', '84:24:8D:BB')).toEqual({
      from: '84:24:8D:AA',
      to: '84:24:8D:BB',
    })
    expect([hardwareChange(undefined, 'new'), hardwareChange('same', 'same')]).toEqual([null, null])
  })
})

describe('15: half a message could be read', () => {
  test('the reads that were good make the pass that the bad ones belonged to', () => {
    const good = walkIn(NOON).filter((_, index) => index % 4 !== 1)
    const { observations } = watchDoor([...good, tick(NOON + 10_000)])
    expect(observations).toMatchObject([{ direction: 'in', evidence: { reads: good.length } }])
  })
})

describe('16: a camera and a shelf reader see the same hand', () => {
  test('each tag that went says so with its own EPC and last sight, ready to be matched', () => {
    const { observations } = watchShelves([
      ...shelfReads(NOON, NOON + MINUTE, 'shelf-7', -5_200),
      shelfTick(NOON + 20 * MINUTE),
    ])
    expect(observations[1]).toMatchObject({
      kind: 'tag-departed',
      epc: EPC,
      atMs: NOON + 59_000,
      evidence: { lastAtMs: NOON + 59_000 },
    })
  })
})

describe('17: a shelf reader sees through the wall', () => {
  const settings = { ...placeDefaults, profile: garmentProfile }
  const stock = shelfReads(NOON, NOON + 10 * MINUTE, 'stock-room', -5_600)

  test('strong reads from the wrong side move nothing while the right side still sees the tag', () => {
    const through = shelfReads(NOON + MINUTE, NOON + 9 * MINUTE, 'shelf-7', -4_700)
    const { observations } = watchShelves(together(stock, through), undefined, settings)
    expect(observations).toMatchObject([{ kind: 'tag-arrived', location: 'stock-room' }])
  })

  test('a tag that is carried over moves when its old place has lost it, and says from where', () => {
    const events = together(
      shelfReads(NOON, NOON + 5 * MINUTE, 'stock-room', -5_600),
      shelfReads(NOON + 5 * MINUTE, NOON + 8 * MINUTE, 'shelf-7', -5_300),
    )
    const { observations } = watchShelves(events, undefined, settings)
    expect(observations).toMatchObject([
      { kind: 'tag-arrived', location: 'stock-room' },
      { kind: 'tag-arrived', location: 'shelf-7', from: 'stock-room' },
    ])
  })

  test('goods on the move through a dock change their place within seconds', () => {
    const moving = { ...placeDefaults, zones: { 'bay-1': dockProfile, 'bay-2': dockProfile } }
    const events = together(
      shelfReads(NOON, NOON + 10_000, 'bay-1', -5_200),
      shelfReads(NOON + 10_000, NOON + 16_000, 'bay-2', -5_000),
    )
    const { observations, state } = watchShelves(events, undefined, moving)
    expect(observations).toMatchObject([
      { location: 'bay-1' },
      { location: 'bay-2', from: 'bay-1' },
    ])
    const dueMs = placeDueAtMs(state!, moving)
    expect(watchShelves([shelfTick(dueMs - 1)], state, moving).observations).toEqual([])
    expect(watchShelves([shelfTick(dueMs)], state, moving).observations).toHaveLength(1)
  })

  test('an antenna that has learnt how strong the other side is takes no tag at that level', () => {
    let stray: Parameters<typeof stepStrayLevel>[0]
    for (let nth = 0; nth < 400; nth++)
      stray = stepStrayLevel(stray, -6_000 + ((nth * 37) % 100) * 5)
    const strayLevelCdbm = strayLevelOf(stray)
    expect(strayLevelCdbm).toBeGreaterThan(-5_700)
    expect(strayLevelCdbm).toBeLessThan(-5_400)
    const at = (level: number) =>
      watchShelves(shelfReads(NOON, NOON + MINUTE, 'shelf-7', level, { strayLevelCdbm }))
    expect(at(-5_500).observations).toEqual([])
    expect(at(-4_800).observations).toHaveLength(1)
  })

  test('a tag between two shelves stays where it was', () => {
    const swaying = (location: string, phase: number) =>
      Array.from({ length: 1_200 }, (_, second) =>
        shelfRead(
          NOON + second * 1_000 + phase,
          location,
          -5_500 + Math.round(350 * Math.sin((second + phase) / 40)),
        ),
      )
    const events = together(swaying('shelf-7', 0), swaying('shelf-8', 500))
    expect(watchShelves(events, undefined, settings).observations).toHaveLength(1)
  })
})

describe('18: the same pallet is received twice', () => {
  test('in, out and in again within a session is received once', () => {
    const passes = [
      { epc: 'item-1', direction: 'in' },
      { epc: 'item-2', direction: 'in' },
      { epc: 'item-1', direction: 'out' },
      { epc: 'item-2', direction: 'out' },
      { epc: 'item-1', direction: 'in' },
    ] as const
    const received = passes.reduce<Received>(receivedWith, {})
    expect([...receivedEpcs(received)]).toEqual(['item-1'])
    expect(receivedWith(received, { epc: 'item-1', direction: 'in' })).toBe(received)
  })
})

describe('19: the disk is full while reads flow', () => {
  test('a step that could not be stored is taken again later with the same result', () => {
    const reads = walkIn(NOON)
    const half = watchDoor(reads.slice(0, 4)).state
    const kept = JSON.stringify(half)
    watchDoor(reads.slice(4), half)
    expect(JSON.stringify(half)).toBe(kept)
    const again = reads.slice(4).map((one) => ({ ...one, receivedAtMs: NOON + 2 * MINUTE }))
    const { observations } = watchDoor([...again, tick(NOON + 3 * MINUTE)], half)
    expect(observations).toMatchObject([{ direction: 'in', evidence: { reads: 8 } }])
  })
})

describe('20: a hostile or broken device', () => {
  test('a flood of random serials of a real GTIN, each said once, is noise', () => {
    let ghosts = 0
    for (let serial = 1; serial <= 1_000; serial++) {
      const event = {
        kind: 'read',
        read: read(NOON + serial, 'outer'),
        isKnown: false,
        crc: null,
      } as const
      const { next, believed } = stepCandidate<Read>(undefined, event, candidateDefaults)
      expect(believed).toEqual([])
      const over = { kind: 'tick', atMs: NOON + MINUTE } as const
      ghosts += stepCandidate(next, over, candidateDefaults).ghosts.length
    }
    expect(ghosts).toBe(1_000)
  })

  test('a reader that shouts one tag a thousand times a second keeps its record small', () => {
    const shouted = Array.from({ length: 5_000 }, (_, ms) =>
      read(NOON + ms, ms < 2_500 ? 'outer' : 'inner', -4_500 - Math.abs(ms - 2_500) / 2),
    )
    const { state } = watchDoor(shouted)
    expect(JSON.stringify(state).length).toBeLessThan(16_384)
    expect(watchDoor([tick(NOON + MINUTE)], state).observations).toMatchObject([
      { direction: 'in', evidence: { reads: 5_000 } },
    ])
  })
})
