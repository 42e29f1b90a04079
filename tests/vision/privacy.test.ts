import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { renderShelf } from '../../gateway/simulator/render-shelf.ts'
import { SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'
import { blackOut } from '../../vision/index.ts'
import { type Detector, loadDetector } from '../../vision/onnx-detector.ts'
import { decodePicture, prepareInput } from '../../vision/picture.ts'
import { planBlanking } from '../../vision/privacy.ts'
import type { Box, Detection } from '../../vision/shelf-sample.ts'
import { productDetector, shelfJpeg } from './shelf-pictures.ts'

// Rendering is slow on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const person = (score: number): Detection => ({
  label: 'person',
  role: 'person',
  score,
  box: { x: 300, y: 100, width: 100, height: 200 },
})
const thresholds = { score: 0.5, nmsIou: 0.5 }
const measured = { personPixelRecall: 0.97, set: 'a set', pictures: 18 }

describe('which parts of a picture stay in memory', () => {
  test('people are black with a margin, weak ones too, products are not', () => {
    const product: Detection = { ...person(0.9), label: 'product', role: 'product' }
    const traces = [person(0.9), person(0.2), person(0.19), product]
    const wide = { x: 256, y: 36, width: 188, height: 328 }
    expect(planBlanking(traces, { privacy: measured, thresholds })).toEqual({
      kind: 'blank',
      boxes: [wide, wide],
    })
  })

  test.each([
    [undefined, /never measured on people and hands/],
    [
      { ...measured, personPixelRecall: 0.9 },
      /must find 0.95 of person pixels on a set, found 0.9/,
    ],
  ])('a model that misses people, or was never measured, shows nothing', (privacy, reason) => {
    const plan = planBlanking([], { privacy, thresholds })
    expect(plan).toEqual({ kind: 'withhold', reason: expect.stringMatching(reason) })
  })

  test('nothing of a blackened person is left, and the rest is as it was', async () => {
    const jpeg = await shelfJpeg({ milk: 'OOO', armAtX: 310 })
    const { rgb } = await decodePicture(
      await blackOut(jpeg, [{ x: 300, y: 0, width: 120, height: 310 }], 95),
    )
    const levels = (x: number, y: number) => [
      ...rgb.subarray((y * 800 + x) * 3, (y * 800 + x) * 3 + 3),
    ]
    for (const y of [20, 150, 290]) expect(Math.max(...levels(360, y))).toBeLessThan(12)
    expect(Math.abs(levels(150, 150)[1]! - 200)).toBeLessThan(12)
  })
})

describe('the detector that ships', () => {
  let detector: Detector
  beforeAll(async () => {
    detector = await loadDetector(productDetector)
  })
  afterAll(() => detector.close())

  test('blackens the arms of a rendered set as far as its card says', async () => {
    let [arms, hidden] = [0, 0]
    for (const [index, scene] of armScenes().entries()) {
      const jpeg = await renderShelf(scene)
      const bare = await decodePicture(await renderShelf({ ...scene, arm: null }))
      const shown = await decodePicture(jpeg)
      const plan = detector.blanking(
        await detector.detect(await prepareInput(jpeg, detector.inputShape)),
      )
      expect(plan.kind, `picture ${index}`).toBe('blank')
      const boxes = plan.kind === 'blank' ? plan.boxes : []
      for (const { x, y } of armPixels(shown, bare)) {
        arms++
        if (boxes.some((box) => lies(x, y, box))) hidden++
      }
    }
    expect(arms).toBeGreaterThan(100_000)
    expect(hidden / arms).toBeGreaterThanOrEqual(0.97)
  })
})

function armScenes() {
  const froms = ['left', 'right', 'below'] as const
  const scenes = SHELVES.flatMap((shelf) => {
    const slots = shelf.zones.flatMap((zone) => zone.slots.map(({ slot }) => slot))
    return slots.filter((_, index) => index % 2 === 0).map((slot) => ({ shelf, slots, slot }))
  })
  return scenes.map(({ shelf, slots, slot }, index) => ({
    shelf,
    filled: new Set(slots.filter((_, place) => place % 4 !== index % 4)),
    arm: { slot, from: froms[index % 3]! },
    dark: false,
    frameSeed: 9000 + index,
  }))
}

interface Picture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** Every second pixel that the arm changed by more than noise and JPEG do. */
function* armPixels(shown: Picture, bare: Picture) {
  const { width, height } = shown
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const at = (y * width + x) * 3
      const change = [0, 1, 2].map((c) => Math.abs(shown.rgb[at + c]! - bare.rgb[at + c]!))
      if (change.reduce((sum, value) => sum + value) >= 60) yield { x, y }
    }
}

function lies(x: number, y: number, box: Box): boolean {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height
}
