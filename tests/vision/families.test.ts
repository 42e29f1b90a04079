import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addModel, type ModelOffer } from '../../vision/add-model.ts'
import { parseManifest } from '../../vision/model-manifest.ts'
import { loadDetector } from '../../vision/onnx-detector.ts'
import { readPythonNames } from '../../vision/onnx-file.ts'
import { prepareInput, svgToJpeg } from '../../vision/picture.ts'
import * as families from './support/family-models.ts'
import { LABELS, SEEN, TRUTH } from './support/family-models.ts'
import { type ModelPlan, writeModel } from './support/onnx-writer.ts'

let root = ''
let picture = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tallygate-families-'))
  picture = join(root, 'shelf.jpg')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="#777"/></svg>`
  await writeFile(picture, await svgToJpeg(svg, { ...SEEN, quality: 80 }))
})
afterAll(() => rm(root, { recursive: true }))

let offers = 0

async function offerOf(plan: ModelPlan, changed: Partial<ModelOffer> = {}): Promise<ModelOffer> {
  offers++
  const file = join(root, `given-${offers}.onnx`)
  await writeFile(file, writeModel(plan))
  return {
    file,
    folder: join(root, `model-${offers}`),
    name: 'given',
    version: '1',
    picture,
    expect: TRUTH.map(({ label, box: [...box] }) => ({ label, box })),
    minIou: 0.95,
    scoreMin: 0.5,
    products: ['cola', 'tonic'],
    skus: {},
    ...changed,
    hints: { labels: LABELS, size: [320, 256], ...changed.hints },
  }
}

async function detectionsOf(folder: string) {
  const detector = await loadDetector(folder)
  const found = await detector.detect(
    await prepareInput(await readFile(picture), detector.inputShape),
  )
  await detector.close()
  return found
}

describe('models of other makers', () => {
  test.each([
    ['YOLOv5', families.yolov5, 'yolov5', ''],
    ['YOLOv8 and 11', families.yolov8, 'yolov8', ''],
    ['YOLOv10 and 26, end to end', families.yoloEndToEnd, 'yolo-end-to-end', ''],
    ['YOLOX, boxes left in grid cells', families.yoloxRaw, 'yolox', '--boxes raw'],
    ['YOLOX, boxes decoded', families.yoloxDecoded, 'yolox', '--boxes decoded'],
    ['YOLO-NAS flat', families.yoloNasFlat, 'yolo-nas-flat', ''],
    ['RT-DETR, D-FINE and DEIM', families.detrWithSizes, 'detr-with-sizes', ''],
    ['RF-DETR', families.rfDetr, 'rf-detr', '--background last'],
    ['DETR and YOLOS', families.detr, 'detr', '--activation softmax'],
    ['RT-DETR of transformers', families.detrSigmoid, 'detr', '--activation sigmoid'],
    ['SSD of TensorFlow', families.tfObjectDetection, 'tf-object-detection', ''],
    ['plain SSD', families.ssd, 'ssd', ''],
    ['NanoDet', families.nanodet, 'nanodet', ''],
    ['NanoDet-Plus', families.nanodetPlus, 'nanodet-plus', ''],
    ['PicoDet', families.picodet, 'picodet', ''],
    ['FastestDet', families.fastestDet, 'fastestdet', ''],
    ['mmdeploy', families.mmdeploy, 'mmdeploy', ''],
  ])(
    '%s is recognised and its boxes come back in original pixels',
    async (_, plan, family, how) => {
      const added = await addModel(await offerOf(plan()))
      expect(added).toMatchObject({ family, assumed: how, labels: LABELS })
      const found = await detectionsOf(added.folder)
      expect(found.map(({ label, role }) => [label, role])).toEqual([
        ['cola', 'product'],
        ['person', 'person'],
      ])
      for (const [index, { score, box }] of found.entries()) {
        const wanted = TRUTH[index]!
        expect(score).toBeCloseTo(wanted.score, 3)
        const corners = [box.x, box.y, box.width, box.height]
        // A pixel of the input is 2.5 of the picture; float32 leaves far less.
        for (const [side, value] of corners.entries())
          expect(Math.abs(value - wanted.box[side]!)).toBeLessThan(0.02)
      }
    },
  )

  test('an item that an end-to-end model says twice is one item', async () => {
    const { folder } = await addModel(await offerOf(families.yoloEndToEndTwice()))
    expect(await detectionsOf(folder)).toHaveLength(2)
  })

  test('an export that lost its batch axis is read all the same', async () => {
    const offer = await offerOf(families.detrSqueezed())
    await expect(addModel(offer)).resolves.toMatchObject({ family: 'detr-with-sizes' })
  })

  test('an export in half precision is fed half precision', async () => {
    const plan = families.yolov8()
    const inputs = plan.inputs.map((input) => ({ ...input, type: 'float16' as const }))
    const { folder } = await addModel(await offerOf({ ...plan, inputs }))
    const manifest = parseManifest(await readFile(join(folder, 'manifest.json'), 'utf8'))
    expect(manifest.input).toMatchObject({ type: 'float16', scale: 1 / 255 })
    expect(await detectionsOf(folder)).toHaveLength(2)
  })

  test('an older DETR that asks for a mask is given one', async () => {
    const plan = families.detr()
    const mask = { name: 'pixel_mask', type: 'int64' as const, dims: [1, 256, 320] }
    const { folder } = await addModel(await offerOf({ ...plan, inputs: [...plan.inputs, mask] }))
    expect(await detectionsOf(folder)).toHaveLength(2)
  })

  test('a model that names single products says which SKU it sees', async () => {
    const skus = { cola: 'COLA-330' }
    const { folder } = await addModel(await offerOf(families.yolov8(), { skus, products: [] }))
    const [cola, person] = await detectionsOf(folder)
    expect(cola).toMatchObject({ label: 'cola', role: 'product', sku: 'COLA-330' })
    expect(person).not.toHaveProperty('sku')
    const manifest = parseManifest(await readFile(join(folder, 'manifest.json'), 'utf8'))
    expect(manifest.nms).toBe('across-labels')
  })

  test('names that Ultralytics wrote into the file are taken from it', async () => {
    const offer = await offerOf(families.yolov8())
    const { labels: _, ...hints } = offer.hints
    await expect(addModel({ ...offer, hints })).resolves.toMatchObject({ labels: LABELS })
    expect(readPythonNames(`{0: 'it\\'s', 2: "two"}`)).toEqual(["it's", '', 'two'])
    expect(readPythonNames('None')).toBeNull()
  })
})

describe('what is refused', () => {
  test.each([
    [
      'boxes that do not lie where the person says',
      families.yolov8,
      {
        expect: [{ label: 'cola', box: [300, 100, 100, 100] as [number, number, number, number] }],
      },
      /the self-test must find 1 boxes in self-test-\w+\.jpg, missed 1/,
    ],
    [
      'labels in another order',
      families.yolov8,
      { hints: { labels: ['person', 'tonic', 'cola'] } },
      /must find 2 boxes .* missed 2/,
    ],
    [
      'fewer labels than the model has classes',
      families.yolov8,
      { hints: { labels: ['cola', 'person'] } },
      /has room for 3 class columns, got 2 labels/,
    ],
    [
      'YOLOX boxes called decoded that are raw',
      families.yoloxRaw,
      { hints: { boxes: 'decoded' as const } },
      /with --boxes decoded: the self-test must find 2 boxes/,
    ],
  ])('%s', async (_, plan, changed, message) => {
    const offer = await offerOf(plan(), changed as Partial<ModelOffer>)
    await expect(addModel(offer)).rejects.toThrow(message)
    await expect(readdir(offer.folder)).rejects.toThrow(/ENOENT/)
  })

  test('width and height handed over the wrong way round', async () => {
    const { folder } = await addModel(await offerOf(families.detrWithSizes()))
    const file = join(folder, 'manifest.json')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace('size-width-height', 'size-height-width'))
    await expect(loadDetector(folder)).rejects.toThrow(/must find 2 boxes/)
  })

  test('a file that does not name its classes, when nobody does', async () => {
    const offer = await offerOf(families.yolov5())
    const { labels: _, ...hints } = offer.hints
    await expect(addModel({ ...offer, hints })).rejects.toThrow(/say --labels/)
  })

  test('a model that takes any size, when nobody chooses one', async () => {
    const offer = await offerOf(families.tfObjectDetection())
    const { size: _, ...hints } = offer.hints
    await expect(addModel({ ...offer, hints })).rejects.toThrow(/say --size WxH/)
  })

  test('outputs that no family gives, or two', async () => {
    const image = { name: 'images', dims: [1, 3, 64, 64] }
    const one = (dims: number[]) => ({
      inputs: [image],
      outputs: [{ name: 'o', dims, values: new Float32Array(dims.reduce((a, b) => a * b)) }],
    })
    await expect(addModel(await offerOf(one([1, 7])))).rejects.toThrow(
      /must find|no known family|say --family/,
    )
    // 84 rows of 6 at 64 x 64 pixels: finished boxes, or YOLOX with one class.
    await expect(addModel(await offerOf(one([1, 84, 6])))).rejects.toThrow(
      'yolo-end-to-end and yolox both give the outputs o [1,84,6]: say --family NAME',
    )
  })

  test('numbers that are none', async () => {
    const plan = families.yoloEndToEnd()
    const [output] = plan.outputs
    const values = Float32Array.from(output!.values)
    values[4] = Number.NaN
    const offer = await offerOf({ ...plan, outputs: [{ ...output!, values }] })
    await expect(addModel(offer)).rejects.toThrow(/must hold finite corners and a score of 0..1/)
  })

  test.each([
    ['text', Buffer.from('this is no model'), /must be an ONNX model/],
    ['a file cut off', writeModel(families.yolov8()).subarray(0, 5_000), /must be an ONNX model/],
    [
      'an opset of the future',
      writeModel({ ...families.yolov8(), opset: 99 }),
      /at most IR version 13 and opset 26, got 8 and 99/,
    ],
  ])('%s', async (_, bytes, message) => {
    const offer = await offerOf(families.yolov8())
    await writeFile(offer.file, bytes)
    await expect(addModel(offer)).rejects.toThrow(message)
  })
})

describe('changing the model', () => {
  test('the old model stays until the new one has passed, and its files one change longer', async () => {
    const first = await offerOf(families.yolov8(), { version: '1' })
    await addModel(first)
    const before = await readdir(first.folder)
    const bad = await offerOf(families.yoloxRaw(), {
      folder: first.folder,
      hints: { boxes: 'decoded' },
    })
    await expect(addModel(bad)).rejects.toThrow(/self-test/)
    expect(await readdir(first.folder)).toEqual(before)
    expect(await detectionsOf(first.folder)).toHaveLength(2)

    await addModel(await offerOf(families.yolov5(), { folder: first.folder, version: '2' }))
    const manifest = parseManifest(await readFile(join(first.folder, 'manifest.json'), 'utf8'))
    expect(manifest).toMatchObject({ family: 'yolov5', version: '2' })
    expect(await readdir(first.folder)).toEqual(expect.arrayContaining(before))
    await addModel(await offerOf(families.nanodet(), { folder: first.folder, version: '3' }))
    const models = (await readdir(first.folder)).filter((name) => name.endsWith('.onnx'))
    expect(models).toHaveLength(2)
  })
})
