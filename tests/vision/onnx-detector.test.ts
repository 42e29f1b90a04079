import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boxIou } from '../../vision/detections.ts'
import { lookAt } from '../../vision/look.ts'
import { familyOf } from '../../vision/model-families.ts'
import { type ModelManifest, parseManifest } from '../../vision/model-manifest.ts'
import { type Detector, loadDetector } from '../../vision/onnx-detector.ts'
import { prepareInput } from '../../vision/picture.ts'
import { camera, colourDetector, productDetector, shelfJpeg } from './shelf-pictures.ts'

let manifest: ModelManifest
const folders: string[] = []

beforeAll(async () => {
  manifest = parseManifest(await readFile(join(colourDetector, 'manifest.json'), 'utf8'))
})

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

/** A copy of the small model's folder with another manifest. */
async function folderWith(changed: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tallygate-model-'))
  folders.push(folder)
  await cp(colourDetector, folder, { recursive: true })
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, ...changed }))
  return folder
}

describe('a frame, looked at by a real model', () => {
  let detector: Detector
  beforeAll(async () => {
    detector = await loadDetector(colourDetector)
  })
  afterAll(() => detector.close())

  test('items are found in their slots, in pixels of the original', async () => {
    const jpeg = await shelfJpeg({ milk: 'O.O', oats: '.O.' })
    const { sample } = await lookAt(detector, { camera, atMs: 7, jpeg })
    expect(sample).toMatchObject({
      kind: 'usable',
      camera: 'aisle-1',
      atMs: 7,
      zones: [
        {
          zone: 'milk',
          visible: true,
          slotScores: [expect.toSatisfy(isSure), 0, expect.toSatisfy(isSure)],
        },
        { zone: 'oats', visible: true, slotScores: [0, expect.toSatisfy(isSure), 0] },
      ],
    })
    const boxes = sample.kind === 'usable' ? sample.detections.map(({ box }) => box) : []
    expect(boxes).toHaveLength(3)
    expect(boxes.some((box) => boxIou(box, camera.zones[0]!.slots[2]!.box) > 0.95)).toBe(true)
  })

  test('a weak item keeps a score to be remembered by', async () => {
    const { sample } = await lookAt(detector, {
      camera,
      atMs: 7,
      jpeg: await shelfJpeg({ milk: 'o..' }),
    })
    const score = sample.kind === 'usable' ? sample.zones[0]!.slotScores[0]! : 0
    expect(score).toBeGreaterThan(300)
    expect(score).toBeLessThan(500)
  })

  test('an arm before a zone makes that zone unseen', async () => {
    const jpeg = await shelfJpeg({ milk: 'OOO', oats: 'OOO', armAtX: 310 })
    const { sample } = await lookAt(detector, { camera, atMs: 7, jpeg })
    expect(sample).toMatchObject({ zones: [{ visible: false }, { visible: true }] })
  })

  test.each([
    ['dark', { background: 'rgb(4,4,4)' }],
    ['overexposed', { background: 'rgb(255,255,255)' }],
    ['flat', { background: 'rgb(90,90,90)' }],
    ['wrong-size', { width: 640, height: 480 }],
  ])('a %s frame is not counted', async (reason, scene) => {
    const look = await lookAt(detector, { camera, atMs: 7, jpeg: await shelfJpeg(scene) })
    expect(look).toMatchObject({ sample: { kind: 'unusable', reason }, inferenceMs: null })
  })
})

describe('models that are refused', () => {
  test('a model that is not the one its manifest describes', async () => {
    const folder = await folderWith({ sha256: '0'.repeat(64) })
    await expect(loadDetector(folder)).rejects.toThrow(/model and manifest do not belong together/)
  })

  test('a model that does not find what its self-test shows', async () => {
    const expectWrong = [{ label: 'product', box: [300, 300, 100, 100] }]
    const folder = await folderWith({ selfTest: { ...manifest.selfTest, expect: expectWrong } })
    await expect(loadDetector(folder)).rejects.toThrow(
      'the self-test must find 1 boxes in self-test.png, missed 1, first {"label":"product","box":[300,300,100,100]}',
    )
  })

  test('a model whose labels stand in the wrong order', async () => {
    const folder = await folderWith({ labels: ['person', 'product'] })
    await expect(loadDetector(folder)).rejects.toThrow(/the self-test must find 3 boxes/)
  })

  test('a model whose input has another size than the manifest says', async () => {
    const folder = await folderWith({ input: { ...manifest.input, width: 320, height: 320 } })
    await expect(loadDetector(folder)).rejects.toThrow(/invalid dimensions/)
  })

  test('a model without the outputs its manifest names', async () => {
    const folder = await folderWith({ outputs: { boxes: 'output0', scores: 'scores' } })
    await expect(loadDetector(folder)).rejects.toThrow(
      'the model must have the output "output0", got "boxes", "scores"',
    )
  })

  test('a folder without a model', async () => {
    await expect(loadDetector('/nowhere')).rejects.toThrow(/must hold manifest.json/)
  })

  test('a family this build cannot read', () => {
    expect(() => parseManifest(JSON.stringify({ ...manifest, family: 'yolo9000' }))).toThrow(
      /family: Invalid option: expected one of "tallygate-dense"/,
    )
  })

  test('a manifest that does not name what its family gives', () => {
    expect(() => familyOf({ ...manifest, family: 'yolox' })).toThrow(
      'a manifest of family yolox must name the outputs predictions, misses predictions',
    )
  })

  test('a class that has no name', async () => {
    const folder = await folderWith({ labels: ['product'] })
    await expect(loadDetector(folder)).rejects.toThrow(/must have the shape 1 x 64 x 1/)
  })

  test('a manifest with a key nobody knows, or a path for a file name', () => {
    expect(() => parseManifest(JSON.stringify({ ...manifest, thresold: 1 }))).toThrow(
      'the model\'s manifest is not valid: Unrecognized key: "thresold"',
    )
    expect(() => parseManifest(JSON.stringify({ ...manifest, file: '../model.onnx' }))).toThrow(
      'file: must be the name of a file in the model folder',
    )
    expect(() => parseManifest('{')).toThrow(/is not JSON/)
  })

  test('outputs that are not numbers, or not in the promised shape', () => {
    const read = (score: number, columns = 2) =>
      familyOf(manifest).decode({
        output: (name) =>
          name === 'boxes'
            ? { name, dims: [1, 1, 4], data: Float32Array.of(0, 0, 9, 9) }
            : { name, dims: [1, 1, columns], data: Float32Array.of(score, 0) },
        outputs: () => [],
        width: 416,
        height: 416,
        classes: 2,
        scoreMin: 0.2,
        options: manifest.options,
      })
    expect(read(0.5)).toHaveLength(1)
    expect(() => read(Number.NaN)).toThrow(/must hold finite corners and a score/)
    expect(() => read(1.5)).toThrow(/must hold finite corners and a score/)
    expect(() => read(0.5, 3)).toThrow('must have the shape 1 x 1 x 2, got 1 x 1 x 3')
  })
})

test('the detector that ships finds the products of its self-test picture', async () => {
  const shipped = parseManifest(await readFile(join(productDetector, 'manifest.json'), 'utf8'))
  const detector = await loadDetector(productDetector)
  const picture = await readFile(join(productDetector, shipped.selfTest.picture))
  const found = await detector.detect(await prepareInput(picture, detector.inputShape))
  await detector.close()
  const sure = found.filter(({ score }) => score >= detector.scoreMin)
  expect(sure.length).toBeGreaterThanOrEqual(shipped.selfTest.expect.length)
  expect(sure.length).toBeLessThan(shipped.selfTest.expect.length * 3)
})

function isSure(score: unknown): boolean {
  return typeof score === 'number' && score > 800
}
