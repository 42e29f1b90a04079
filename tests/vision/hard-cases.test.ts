import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  type Camera,
  type ShelfChange,
  type ShelfQuestion,
  type ShelfSample,
  type ShelfState,
  shelfDefaults,
  stepShelf,
} from '../../vision/index.ts'
import { type CameraMemory, lookAt } from '../../vision/look.ts'
import { type Detector, loadDetector } from '../../vision/onnx-detector.ts'
import {
  type EventState,
  lastEvents,
  noEvents,
  type ShelfEvent,
  stepEvents,
} from '../../vision/shelf-events.ts'
import { camera, colourDetector, type Scene, shelfJpeg } from './shelf-pictures.ts'

// Rendering is slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

// Each case is played with rendered frames through gate, model, zones and shelf state.

let detector: Detector
beforeAll(async () => {
  detector = await loadDetector(colourDetector)
})
afterAll(() => detector.close())

const full: Scene = { milk: 'OOO', oats: 'OOO', furniture: true }
const arm: Scene = { ...full, armAtX: 310 }

/** Scenes, or pictures as they are, each for so long. */
type Stretch = readonly [scene: Scene | Uint8Array, forMs: number]

interface Told {
  readonly changes: readonly ShelfChange[]
  readonly questions: readonly ShelfQuestion[]
  readonly samples: readonly ShelfSample[]
  readonly events: readonly ShelfEvent[]
  readonly state: ShelfState | undefined
}

interface Wish {
  readonly everyMs?: number
  readonly fromMs?: number
  readonly before?: ShelfState | undefined
  readonly watched?: Camera
  /** The sensor gives the very same picture. */
  readonly isStill?: boolean
  readonly memory?: CameraMemory
}

async function play(stretches: readonly Stretch[], wish: Wish = {}): Promise<Told> {
  const { everyMs = 500, fromMs = 0, watched = camera, memory = new Map() } = wish
  let state = wish.before
  let named: EventState = noEvents
  const [changes, questions]: [ShelfChange[], ShelfQuestion[]] = [[], []]
  const [samples, events]: [ShelfSample[], ShelfEvent[]] = [[], []]
  let atMs = fromMs
  let grain = 0
  for (const [scene, forMs] of stretches)
    for (const untilMs = atMs + forMs; atMs < untilMs; atMs += everyMs) {
      grain += wish.isStill ? 0 : 1
      const jpeg = scene instanceof Uint8Array ? scene : await shelfJpeg({ grain, ...scene })
      const { sample } = await lookAt(detector, { camera: watched, atMs, jpeg }, memory)
      const step = stepShelf(state, watched, sample, shelfDefaults)
      const told = stepEvents(named, watched, sample, step)
      state = step.next
      named = told.next
      samples.push(sample)
      changes.push(...step.changes)
      questions.push(...step.questions)
      events.push(...told.events)
    }
  return { changes, questions, samples, state, events: [...events, ...lastEvents(named, watched)] }
}

const reasons = ({ samples }: Told) =>
  samples.map((sample) => (sample.kind === 'usable' ? 'usable' : sample.reason))

describe('hands and shoppers', () => {
  test('1: a shopper stands before the shelf for 40 s and nothing is told', async () => {
    const told = await play(
      [
        [full, 2000],
        [arm, 40_000],
        [full, 3000],
      ],
      { everyMs: 1000 },
    )
    expect(told.changes).toEqual([])
    expect(told.events).toEqual([])
    expect(told.state?.zones['milk']?.confirmed?.count).toBe(3)
  })

  test('2: two items taken in one move are one change of two', async () => {
    const { changes, events } = await play([
      [full, 2000],
      [arm, 1500],
      [{ ...full, milk: '..O' }, 2000],
    ])
    expect(changes).toMatchObject([{ zone: 'milk', countBefore: 3, countAfter: 1, gap: false }])
    expect(events).toMatchObject([{ kind: 'pick', zone: 'milk', quantity: 2 }])
  })

  test('3: an item lifted, read and put back 8 pixels away is no change', async () => {
    const back = { ...full, milk: 'O.O', airborne: [308, 100] as const }
    const { changes } = await play([
      [full, 2000],
      [arm, 2000],
      [{ ...full, milk: 'O.O' }, 500],
      [arm, 500],
      [back, 3000],
    ])
    expect(changes).toEqual([])
  })

  test('4: an item taken here and put there is one move, and misplaced', async () => {
    const { changes, events } = await play([
      [{ ...full, oats: 'OO.' }, 2000],
      [{ ...arm, oats: 'OO.' }, 1000],
      [{ ...full, milk: 'O.O', oats: 'OO.' }, 2000],
      [{ ...full, milk: 'O.O', oats: 'OOO' }, 12_000],
    ])
    expect(changes.map(({ zone, countAfter }) => [zone, countAfter])).toEqual([
      ['milk', 2],
      ['oats', 3],
    ])
    expect(events).toEqual([
      {
        kind: 'move',
        atMs: expect.any(Number),
        fromZone: 'milk',
        toZone: 'oats',
        quantity: 1,
        isMisplaced: true,
      },
    ])
  })

  test('5: an item held in the air before the shelf and carried away is no put', async () => {
    const shelf = { ...full, milk: 'O.O' }
    const { changes } = await play([
      [shelf, 2000],
      [{ ...shelf, airborne: [300, 220] }, 3000],
      [shelf, 2000],
    ])
    expect(changes).toEqual([])
  })

  test('15: where items stand one behind another, a hand leaves a question and no guess', async () => {
    const zones = camera.zones.map((zone) => ({ ...zone, depth: zone.zone === 'milk' ? 4 : 1 }))
    const told = await play(
      [
        [full, 2000],
        [arm, 1000],
        [full, 3000],
      ],
      {
        watched: { ...camera, zones },
      },
    )
    expect(told.changes).toEqual([])
    expect(told.questions).toMatchObject([
      { kind: 'possible-pick', zone: 'milk', fromMs: 2000, toMs: 3000 },
    ])
    const flat = await play([
      [full, 2000],
      [arm, 1000],
      [full, 3000],
    ])
    expect(flat.questions).toEqual([])
  })

  test('17: a clerk fills the shelf for five minutes: one put, marked as not watched', async () => {
    const { changes, events } = await play(
      [
        [{ ...full, milk: '...' }, 15_000],
        [{ ...arm, milk: '...' }, 150_000],
        [arm, 150_000],
        [full, 15_000],
      ],
      { everyMs: 5000 },
    )
    expect(changes).toMatchObject([
      { zone: 'milk', countBefore: 0, countAfter: 3, gap: true, confidence: 700 },
    ])
    expect(events).toMatchObject([{ kind: 'put', quantity: 3 }])
  })
})

describe('light and lenses', () => {
  test('6: lights that go out and on again are no stock-out', async () => {
    const told = await play([
      [full, 2000],
      [{ ...full, shade: 0.5 }, 500],
      [{ ...full, shade: 0.95 }, 5000],
      [full, 3000],
    ])
    expect(told.changes).toEqual([])
    expect(reasons(told)).toContain('dark')
  })

  test('6: nothing settles over a change of light', async () => {
    const gone = { ...full, milk: 'OO.' }
    const { changes } = await play([
      [full, 2000],
      [gone, 1000],
      [{ ...gone, shade: 0.5 }, 1000],
      [gone, 500],
    ])
    expect(changes).toEqual([])
  })

  test('7: over-exposure is refused, and a sun patch that eats two items is asked, not booked', async () => {
    const flash = await play([
      [full, 2000],
      [{ ...full, glare: { x: 0, width: 800 } }, 3000],
      [full, 2000],
    ])
    expect(flash.changes).toEqual([])
    expect(reasons(flash)).toContain('overexposed')
    const sun = await play([
      [full, 2000],
      [{ ...full, glare: { x: 290, width: 330 } }, 3000],
    ])
    for (const change of sun.changes) expect(change.confidence).toBeLessThanOrEqual(400)
    expect(sun.changes.length).toBeGreaterThan(0)
  })

  test('10: torn and black frames among good ones change nothing', async () => {
    const torn = (await shelfJpeg(full)).subarray(0, 4000)
    const black = { ...full, background: 'rgb(0,0,0)', shade: 1 }
    const gone = { ...full, milk: 'OO.' }
    const told = await play([
      [full, 2000],
      [arm, 500],
      [gone, 500],
      [torn, 500],
      [gone, 500],
      [black, 500],
      [gone, 500],
    ])
    expect(told.changes).toMatchObject([{ zone: 'milk', countAfter: 2, frames: 3 }])
    expect(reasons(told).slice(-5)).toEqual(['usable', 'unreadable', 'usable', 'dark', 'usable'])
  })

  test('a defocused picture that hides things is blurred, one that hides nothing is good', async () => {
    const memory: CameraMemory = new Map()
    await play([[full, 4000]], { memory })
    const sharpJpeg = await shelfJpeg({ ...full, grain: 90 })
    const hidden = await sharp(await shelfJpeg({ ...full, milk: '...', grain: 91 }))
      .blur(9)
      .jpeg()
      .toBuffer()
    const soft = await sharp(sharpJpeg).blur(2).jpeg().toBuffer()
    const look = (jpeg: Uint8Array, atMs: number) =>
      lookAt(detector, { camera, atMs, jpeg }, memory)
    expect((await look(hidden, 5000)).sample).toMatchObject({ reason: 'blurred' })
    expect((await look(soft, 5500)).sample).toMatchObject({ kind: 'usable' })
  })
})

describe('cameras', () => {
  test('8: a camera knocked by 40 pixels suspends its shelf, then finds it again', async () => {
    const knocked = { ...full, shift: [40, 24] as const }
    const told = await play(
      [
        [full, 5000],
        [knocked, 62_000],
        [{ ...knocked, milk: 'OO.' }, 5000],
      ],
      { everyMs: 1000 },
    )
    expect(reasons(told).filter((reason) => reason === 'moved')).toHaveLength(60)
    expect(told.changes).toMatchObject([{ zone: 'milk', countBefore: 3, countAfter: 2, gap: true }])
    expect(told.changes).toHaveLength(1)
  })

  test('8: a camera that looks elsewhere says so', async () => {
    const elsewhere = await sharp(await shelfJpeg(full))
      .rotate(90)
      .resize(800, 600, { fit: 'fill' })
      .flip()
      .jpeg()
      .toBuffer()
    const told = await play([
      [full, 3000],
      [elsewhere, 2000],
    ])
    expect(reasons(told).slice(-4)).toEqual(['moved', 'moved', 'moved', 'moved'])
    expect(told.changes).toEqual([])
  })

  test('a shelf that is emptied does not look like a camera that moved', async () => {
    const told = await play([
      [full, 3000],
      [{ ...full, milk: '...', oats: '...' }, 3000],
    ])
    expect(reasons(told)).not.toContain('moved')
  })

  test('9: the same picture with new times is frozen after a minute, not quiet', async () => {
    const told = await play([[full, 70_000]], { everyMs: 2000, isStill: true })
    expect(reasons(told).slice(0, 30)).not.toContain('frozen')
    expect(reasons(told).slice(-4)).toEqual(['frozen', 'frozen', 'frozen', 'frozen'])
  })

  test('19: a clock put back by an hour goes on from there', async () => {
    const hour = 3_600_000
    const first = await play([[full, 2000]], { fromMs: 2 * hour })
    const later = await play(
      [
        [full, 3000],
        [arm, 500],
        [{ ...full, milk: 'OO.' }, 2000],
      ],
      {
        fromMs: hour,
        before: first.state,
      },
    )
    expect(later.changes).toMatchObject([{ zone: 'milk', countBefore: 3, countAfter: 2 }])
    const [change] = later.changes
    expect(change!.observedFromMs).toBeLessThan(change!.observedAtMs)
  })
})

describe('things and deliveries', () => {
  test('11: a frame delivered again or late changes nothing', async () => {
    const once = await play([
      [full, 2000],
      [{ ...full, milk: 'OO.' }, 2000],
    ])
    for (const sample of once.samples.toReversed()) {
      const again = stepShelf(once.state, camera, sample, shelfDefaults)
      expect(again).toMatchObject({ note: 'duplicate', changes: [], next: once.state })
    }
  })

  test('16: one item told twice is one item', async () => {
    const { sample } = await lookAt(detector, { camera, atMs: 0, jpeg: await shelfJpeg(full) })
    expect(sample).toMatchObject({ zones: [{ slotScores: { length: 3 } }, {}] })
    const { changes } = await play([
      [{ ...full, milk: 'O..' }, 2000],
      [{ ...full, milk: 'O..', airborne: [112, 104] }, 3000],
    ])
    expect(changes).toEqual([])
  })

  test('18: a restart in the middle of a pick neither loses nor doubles it', async () => {
    const story: Stretch[] = [
      [full, 2000],
      [arm, 1000],
      [{ ...full, milk: 'OO.' }, 3000],
    ]
    const whole = await play(story)
    for (const cutMs of [1000, 2500, 3500, 4500]) {
      let spentMs = 0
      const before: Stretch[] = []
      const after: Stretch[] = []
      for (const [scene, forMs] of story) {
        const first = Math.min(Math.max(0, cutMs - spentMs), forMs)
        if (first > 0) before.push([scene, first])
        if (first < forMs) after.push([scene, forMs - first])
        spentMs += forMs
      }
      const stopped = await play(before)
      const kept = JSON.parse(JSON.stringify(stopped.state))
      const resumed = await play(after, { fromMs: cutMs, before: kept })
      const both = [...stopped.changes, ...resumed.changes]
      expect(both.map(({ transition, countAfter }) => [transition, countAfter])).toEqual(
        whole.changes.map(({ transition, countAfter }) => [transition, countAfter]),
      )
    }
  })

  test('a zone that runs low, and then out, says so once each', async () => {
    const zones = camera.zones.map((zone) => ({ ...zone, lowBelow: 2 }))
    const { events } = await play(
      [
        [full, 2000],
        [arm, 1000],
        [{ ...full, milk: 'O..' }, 12_000],
        [arm, 1000],
        [{ ...full, milk: '...' }, 12_000],
      ],
      { watched: { ...camera, zones } },
    )
    expect(events.map(({ kind }) => kind)).toEqual(['low', 'pick', 'stock-out', 'pick'])
  })

  test.each([
    ['SVG', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    [
      'GIF',
      async () =>
        await sharp(await shelfJpeg({}))
          .gif()
          .toBuffer(),
    ],
    [
      'PNG of a hundred million pixels',
      async () => {
        const create = { width: 20_000, height: 5_000, channels: 3, background: '#888' } as const
        return await sharp({ create, limitInputPixels: false }).png().toBuffer()
      },
    ],
  ])('22: a %s is refused before it is decoded', async (_, make) => {
    const jpeg = await make()
    const startedMs = performance.now()
    const { sample } = await lookAt(detector, { camera, atMs: 0, jpeg })
    expect(sample.kind).toBe('unusable')
    expect(performance.now() - startedMs).toBeLessThan(500)
  })

  test('a PNG frame is as good as a JPEG', async () => {
    const png = await sharp(await shelfJpeg(full))
      .png()
      .toBuffer()
    const { sample } = await lookAt(detector, { camera, atMs: 0, jpeg: png })
    expect(sample).toMatchObject({ kind: 'usable', detections: { length: 6 } })
  })
})
