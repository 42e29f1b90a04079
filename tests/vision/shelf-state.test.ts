import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Camera,
  type ShelfChange,
  type ShelfSample,
  type ShelfState,
  shelfDefaults,
  stepShelf,
} from '../../vision/index.ts'

const milk: Camera = cameraOf('00012345600012')

function cameraOf(sku: string): Camera {
  const slots = ['a', 'b', 'c'].map((slot, index) => ({
    slot,
    box: { x: 100 * index, y: 0, width: 100, height: 100 },
  }))
  return {
    camera: 'aisle-1',
    width: 800,
    height: 600,
    zones: [{ zone: 'milk', sku, location: 'shelf-7', slots }],
  }
}

interface Frame {
  readonly atMs: number
  readonly scores: readonly number[]
  readonly visible: boolean
}

const FULL = [900, 900, 900]

/** 'full' 'gone' in words: one score per slot, from thousandths. */
function seen(atMs: number, scores: readonly number[]): Frame {
  return { atMs, scores, visible: true }
}

function hidden(atMs: number): Frame {
  return { atMs, scores: [0, 0, 0], visible: false }
}

/** The same picture every half second. */
function lasting(fromMs: number, toMs: number, scores: readonly number[]): Frame[] {
  const frames: Frame[] = []
  for (let atMs = fromMs; atMs <= toMs; atMs += 500) frames.push(seen(atMs, scores))
  return frames
}

function sampleOf({ atMs, scores, visible }: Frame): ShelfSample {
  const zones = [{ zone: 'milk', visible, slotScores: scores }]
  return {
    kind: 'usable',
    camera: 'aisle-1',
    atMs,
    frameSha256: `frame at ${atMs}`,
    detections: [],
    zones,
  }
}

function unusable(atMs: number): ShelfSample {
  const head = { camera: 'aisle-1', atMs, frameSha256: `dark at ${atMs}` }
  return { kind: 'unusable', ...head, reason: 'dark', detail: 'mean luma 3' }
}

interface Run {
  readonly state: ShelfState | undefined
  readonly changes: readonly ShelfChange[]
  readonly notes: readonly string[]
  readonly dirty: readonly boolean[]
}

function watch(samples: readonly ShelfSample[], from?: ShelfState, settings = shelfDefaults): Run {
  let state = from
  const changes: ShelfChange[] = []
  const notes: string[] = []
  const dirty: boolean[] = []
  for (const sample of samples) {
    const step = stepShelf(state, milk, sample, settings)
    state = step.next
    changes.push(...step.changes)
    notes.push(step.note)
    dirty.push(step.dirty)
  }
  return { state, changes, notes, dirty }
}

function watchFrames(frames: readonly Frame[]): Run {
  return watch(frames.map(sampleOf))
}

const opened = lasting(0, 1500, FULL)

describe('what stands at first', () => {
  test('the first settled count of a zone is a baseline, not a delivery', () => {
    const { changes, notes } = watchFrames(opened)
    expect(changes).toEqual([])
    expect(notes).toEqual(['settling', 'settling', 'baseline', 'steady'])
  })

  test('a zone never seen before is compared with the book count when there is one', () => {
    const settings = { ...shelfDefaults, expected: { milk: 5 } }
    const { changes } = watch(opened.map(sampleOf), undefined, settings)
    expect(changes).toMatchObject([{ countBefore: 5, countAfter: 3, gap: true, transition: 1 }])
  })

  test('a zone that is planned for another SKU begins anew and its numbering goes on', () => {
    const first = watchFrames([...opened, ...lasting(2000, 3000, [900, 0, 900])]).state
    const cocoa = cameraOf('00012345600029')
    const later = lasting(4000, 5000, [900, 0, 0]).map(sampleOf)
    const step = later.reduce(
      (state, sample) => stepShelf(state, cocoa, sample, shelfDefaults).next,
      first,
    )
    expect(step?.zones['milk']).toMatchObject({ sku: '00012345600029', transition: 1 })
    expect(step?.zones['milk']?.confirmed).toMatchObject({ count: 1 })
  })
})

describe('what is taken and put', () => {
  test('an item taken is one change, from the last old sight to the first new one', () => {
    const { changes } = watchFrames([...opened, ...lasting(2000, 3000, [900, 0, 900])])
    expect(changes).toEqual([
      {
        camera: 'aisle-1',
        zone: 'milk',
        sku: '00012345600012',
        location: 'shelf-7',
        transition: 1,
        countBefore: 3,
        countAfter: 2,
        observedFromMs: 1500,
        observedAtMs: 2000,
        gap: false,
        confidence: 1000,
        frames: 3,
        frameSha256: 'frame at 2000',
      },
    ])
  })

  test('two items taken in one move are one change of two', () => {
    const taking = [seen(2000, [0, 900, 900]), ...lasting(2500, 4000, [0, 0, 900])]
    const { changes } = watchFrames([...opened, ...taking])
    expect(changes).toMatchObject([{ countBefore: 3, countAfter: 1, observedAtMs: 2500 }])
  })

  test('an item lifted, read and put back is no change', () => {
    const lifted = [seen(2000, [900, 0, 900]), seen(2500, [900, 0, 900])]
    const { changes } = watchFrames([...opened, ...lifted, ...lasting(3000, 6000, FULL)])
    expect(changes).toEqual([])
  })

  test('an item put back into another slot of its zone is no change', () => {
    const before = lasting(0, 1500, [900, 900, 0])
    const { changes } = watchFrames([...before, ...lasting(2000, 6000, [900, 0, 900])])
    expect(changes).toEqual([])
  })

  test('transition numbers rise by one with every change', () => {
    const day = [
      ...opened,
      ...lasting(2000, 3000, [900, 900, 0]),
      ...lasting(3500, 4500, [900, 0, 0]),
      ...lasting(5000, 6000, FULL),
    ]
    expect(watchFrames(day).changes.map((change) => change.transition)).toEqual([1, 2, 3])
  })

  test('three equal counts within less than a second are not believed yet', () => {
    const burst = [2000, 2100, 2200, 2300].map((atMs) => seen(atMs, [900, 900, 0]))
    expect(watchFrames([...opened, ...burst]).changes).toEqual([])
  })

  test('two equal counts are not believed however long they last', () => {
    const rare = [seen(10_000, [900, 900, 0]), seen(20_000, [900, 900, 0])]
    expect(watchFrames([...opened, ...rare]).changes).toEqual([])
  })
})

describe('what must not look like a pick', () => {
  test('an arm before the shelf changes nothing, and nothing when it is gone', () => {
    const arm = [2000, 2500, 3000, 40_000].map(hidden)
    const { changes, notes } = watchFrames([...opened, ...arm, ...lasting(40_500, 43_000, FULL)])
    expect(changes).toEqual([])
    expect(notes.slice(4, 8)).toEqual(['hidden', 'hidden', 'hidden', 'hidden'])
  })

  test('a hand seen while a count settles makes it settle again', () => {
    const gone = [900, 900, 0]
    const frames = [...lasting(2000, 2500, gone), hidden(3000), ...lasting(3500, 4000, gone)]
    expect(watchFrames([...opened, ...frames]).changes).toEqual([])
    const settled = [...opened, ...frames, seen(4500, gone)]
    expect(watchFrames(settled).changes).toMatchObject([{ observedAtMs: 3500, countAfter: 2 }])
  })

  test('dark frames change nothing, even among frames that settle', () => {
    const gone = lasting(2000, 3000, [900, 900, 0]).map(sampleOf)
    const samples = [...opened.map(sampleOf), ...gone.flatMap((s) => [s, unusable(s.atMs + 100)])]
    const { changes, notes, dirty } = watch(samples)
    expect(changes).toHaveLength(1)
    expect(notes.filter((note) => note === 'unusable')).toHaveLength(3)
    expect(dirty.at(-1)).toBe(false)
  })

  test('a score that wavers between 300 and 500 keeps its item', () => {
    const weak = lasting(2000, 6000, [900, 900, 310])
    expect(watchFrames([...opened, ...weak]).changes).toEqual([])
  })

  test('a score that wavers between 300 and 500 makes no item', () => {
    const before = lasting(0, 1500, [900, 900, 0])
    expect(watchFrames([...before, ...lasting(2000, 6000, [900, 900, 490])]).changes).toEqual([])
  })

  test('the same frame again is a duplicate and changes nothing', () => {
    const once = watchFrames([...opened, seen(2000, [900, 900, 0])])
    const again = watch([sampleOf(seen(2000, [900, 900, 0])), sampleOf(opened[1]!)], once.state)
    expect(again.notes).toEqual(['duplicate', 'duplicate'])
    expect(again.state).toEqual(once.state)
    expect(again.dirty).toEqual([false, false])
  })
})

describe('how sure a change is', () => {
  test('an item that fades to just below the band is asked, not booked', () => {
    const { changes } = watchFrames([...opened, ...lasting(2000, 3000, [900, 900, 260])])
    expect(changes).toMatchObject([{ countAfter: 2, confidence: 200 }])
  })

  test('an item that only just appears is asked, not booked', () => {
    const before = lasting(0, 1500, [900, 900, 0])
    const { changes } = watchFrames([...before, ...lasting(2000, 3000, [900, 900, 520])])
    expect(changes).toMatchObject([{ countAfter: 3, confidence: 100 }])
  })

  test('a weak neighbour that did not change takes nothing from a clear change', () => {
    const before = [...lasting(0, 1500, FULL), ...lasting(2000, 2500, [900, 900, 320])]
    const { changes } = watchFrames([...before, ...lasting(3000, 4000, [0, 900, 320])])
    expect(changes).toMatchObject([{ countAfter: 2, confidence: 1000 }])
  })

  test('a change found after nobody watched for long is marked as a gap and less sure', () => {
    const later = 17 * 60_000
    const frames = [...opened, ...lasting(later, later + 1000, [900, 0, 0])]
    const { changes } = watchFrames(frames)
    expect(changes).toMatchObject([{ gap: true, confidence: 700, observedFromMs: 1500 }])
  })

  test('a long occlusion is a gap too', () => {
    const frames: Frame[] = [...opened]
    for (let minute = 1; minute <= 20; minute++) frames.push(hidden(minute * 60_000))
    frames.push(...lasting(20 * 60_000 + 500, 20 * 60_000 + 1500, [900, 0, 0]))
    expect(watchFrames(frames).changes).toMatchObject([{ gap: true, countAfter: 1 }])
  })

  test('a count that began to settle before a long absence settles anew after it', () => {
    const before = [...opened, ...lasting(2000, 2500, [900, 0, 0])]
    const later = 3_600_000
    const frames = [...before, seen(later, [900, 0, 0])]
    expect(watchFrames(frames).changes).toEqual([])
    const settled = [...before, ...lasting(later, later + 1000, [900, 0, 0])]
    expect(watchFrames(settled).changes).toMatchObject([{ gap: true, observedAtMs: later }])
  })
})

describe('what survives a restart', () => {
  test('steady frames need not be written; everything that settles must be', () => {
    const { dirty } = watchFrames([...opened, ...lasting(2000, 3500, [900, 900, 0])])
    expect(dirty).toEqual([true, true, true, false, true, true, true, false])
  })

  test('a restart in the middle of settling continues where it stopped', () => {
    const frames = [...opened, ...lasting(2000, 3500, [900, 900, 0])].map(sampleOf)
    for (let cut = 1; cut < frames.length; cut++) {
      const before = watch(frames.slice(0, cut))
      const kept: ShelfState = JSON.parse(JSON.stringify(before.state))
      const after = watch(frames.slice(cut), kept)
      expect([...before.changes, ...after.changes]).toEqual(watch(frames).changes)
    }
  })

  test('any repeated or late delivery, and any restart, gives the same changes', () => {
    fc.assert(
      fc.property(day(), fc.infiniteStream(fc.nat()), (samples, noise) => {
        const expected = watch(samples).changes
        const rolls = noise[Symbol.iterator]()
        const roll = (sides: number) => (rolls.next().value ?? 0) % sides
        let state: ShelfState | undefined
        const changes: ShelfChange[] = []
        samples.forEach((sample, index) => {
          const late = samples[roll(index + 1)]!
          for (const delivered of roll(2) ? [sample, sample, late] : [sample]) {
            const step = stepShelf(state, milk, delivered, shelfDefaults)
            state = roll(2) ? JSON.parse(JSON.stringify(step.next)) : step.next
            changes.push(...step.changes)
          }
        })
        expect(changes).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })

  test('a crash that loses every step not marked dirty confirms the same counts', () => {
    fc.assert(
      fc.property(day(), fc.nat(), (samples, crashAt) => {
        let kept: ShelfState | undefined
        let state: ShelfState | undefined
        const counts: unknown[] = []
        samples.forEach((sample, index) => {
          if (index === crashAt % samples.length) state = kept
          const step = stepShelf(state, milk, sample, shelfDefaults)
          state = step.next
          if (step.dirty) kept = step.next
          counts.push(...step.changes.map((c) => [c.transition, c.countBefore, c.countAfter]))
        })
        const whole = watch(samples).changes
        expect(counts).toEqual(whole.map((c) => [c.transition, c.countBefore, c.countAfter]))
      }),
      { numRuns: 300 },
    )
  })

  test('the changes of a zone always add up to what is confirmed', () => {
    fc.assert(
      fc.property(day(), (samples) => {
        const { changes, state } = watch(samples)
        changes.forEach((change, index) => {
          const before = changes[index - 1]
          if (before) expect(change.countBefore).toBe(before.countAfter)
          expect(change.countAfter).not.toBe(change.countBefore)
          expect(change.confidence).toBeGreaterThanOrEqual(0)
          expect(change.confidence).toBeLessThanOrEqual(1000)
          expect(change.observedFromMs).toBeLessThan(change.observedAtMs)
        })
        const last = changes.at(-1)
        const confirmed = state?.zones['milk']?.confirmed
        if (last) expect(confirmed?.count).toBe(last.countAfter)
      }),
    )
  })
})

/** A day before one zone: stretches of a picture, with hands, darkness and absences. */
function day(): fc.Arbitrary<ShelfSample[]> {
  const score = fc.constantFrom(0, 250, 310, 480, 520, 900)
  const stretch = fc.record({
    scores: fc.tuple(score, score, score),
    frames: fc.integer({ min: 1, max: 5 }),
    everyMs: fc.constantFrom(200, 500, 1000, 1_200_000),
    kind: fc.constantFrom('seen', 'seen', 'seen', 'hidden', 'dark'),
  })
  return fc.array(stretch, { minLength: 2, maxLength: 12 }).map((stretches) => {
    let atMs = 0
    return stretches.flatMap(({ scores, frames, everyMs, kind }) =>
      Array.from({ length: frames }, () => {
        atMs += everyMs
        if (kind === 'dark') return unusable(atMs)
        return sampleOf(kind === 'hidden' ? hidden(atMs) : seen(atMs, scores))
      }),
    )
  })
}
