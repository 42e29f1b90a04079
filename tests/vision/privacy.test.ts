import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { armPictures } from '../../gateway/simulator/arm-pictures.ts'
import { blackOut, measurePeople, peopleOf } from '../../vision/index.ts'
import { parseManifest } from '../../vision/model-manifest.ts'
import { decodePicture } from '../../vision/picture.ts'
import { planBlanking } from '../../vision/privacy.ts'
import type { Detection } from '../../vision/shelf-sample.ts'
import { colourDetector, productDetector, shelfJpeg } from './shelf-pictures.ts'

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

describe('which share of people a model blacks out', () => {
  test('the detector that ships blackens the arms of a rendered set as far as its card says', async () => {
    const { privacy } = await manifestOf(productDetector)
    const measured = await measurePeople(productDetector, armPictures())
    expect(measured.pictures).toBe(18)
    expect(measured.personPixels).toBeGreaterThan(100_000)
    expect(measured.recall).toBeGreaterThanOrEqual(0.97)
    expect(privacy?.personPixelRecall).toBeLessThanOrEqual(measured.recall + 0.005)
  })

  test('in a labelled set the outline counts where one is drawn, the box elsewhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tallygate-people-'))
    await mkdir(join(folder, 'images'))
    const arm = await shelfJpeg({ milk: 'OOO', armAtX: 310 })
    await writeFile(join(folder, 'images', 'a.jpg'), arm)
    await writeFile(join(folder, 'images', 'b.jpg'), arm)
    const categories = [
      { id: 1, name: 'Hand' },
      { id: 2, name: 'product' },
    ]
    const images = ['a.jpg', 'b.jpg', 'c.jpg'].map((file_name, id) => ({ id, file_name }))
    const far = [600, 400, 700, 400, 700, 500, 600, 500]
    const annotations = [
      { image_id: 0, category_id: 1, bbox: [310, 0, 390, 500], segmentation: [far] },
      { image_id: 1, category_id: 1, bbox: [320, 10, 60, 200] },
      { image_id: 2, category_id: 2, bbox: [0, 0, 10, 10] },
    ]
    const set = join(folder, 'set.json')
    await writeFile(set, JSON.stringify({ images, annotations, categories }))
    const { pictures, each, recall } = await measurePeople(colourDetector, peopleOf(set))
    expect(pictures).toBe(2)
    expect(each).toEqual([
      { name: 'a.jpg', recall: 0 },
      { name: 'b.jpg', recall: 1 },
    ])
    expect(recall).toBeCloseTo((60 * 200) / (60 * 200 + 100 * 100), 2)
  })

  test('a set without people is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tallygate-people-'))
    const set = join(folder, 'set.json')
    await writeFile(set, JSON.stringify({ images: [], annotations: [], categories: [] }))
    await expect(measurePeople(colourDetector, peopleOf(set))).rejects.toThrow(
      /must hold pictures with the label person, hand or arm/,
    )
  })
})

async function manifestOf(folder: string) {
  return parseManifest(await readFile(join(folder, 'manifest.json'), 'utf8'))
}
