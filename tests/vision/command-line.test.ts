import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importFiles } from '../../gateway/cli/import.ts'
import { models } from '../../gateway/cli/models.ts'
import { vision } from '../../gateway/cli/vision.ts'
import { enrol } from '../../vision/index.ts'
import { camera, colourDetector, shelfJpeg } from './shelf-pictures.ts'
import { writeColourEmbedder } from './support/colour-embedder.ts'
import { runCommand } from './support/command-line.ts'
import * as families from './support/family-models.ts'
import { writeModel } from './support/onnx-writer.ts'

let root = ''
let shelf = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tallygate-cli-'))
  shelf = join(root, 'shelf.jpg')
  await writeFile(shelf, await shelfJpeg({ milk: 'O.O' }))
})
afterAll(() => rm(root, { recursive: true }))

/** A pack before the grey of the shelf, as its crop shows it. */
async function packPicture(fill: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="124" height="124"><rect width="124" height="124" fill="rgb(120,120,120)"/><rect x="12" y="12" width="100" height="100" fill="${fill}"/></svg>`
  return await sharp(Buffer.from(svg)).png().toBuffer()
}

const detect = (...args: string[]) =>
  runCommand(vision, 'detect', '--model', colourDetector, ...args)

describe('tallygate vision detect', () => {
  test('prints what stands on a picture, in pixels of the upright picture', async () => {
    const { code, out } = await detect(shelf, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual([
      {
        image: shelf,
        width: 800,
        height: 600,
        detections: [100, 500].map((x) => ({
          label: 'product',
          score: expect.closeTo(1, 1),
          box: [x, 100, 100, 100],
        })),
      },
    ])
  })

  test('a picture that lies on its side is told upright', async () => {
    const turned = join(root, 'turned.jpg')
    // Orientation 8: the camera was turned, so what is stored must be turned back by 270 degrees.
    await writeFile(
      turned,
      await sharp(await shelfJpeg({ milk: 'O..' }))
        .rotate(90)
        .withMetadata({ orientation: 8 })
        .toBuffer(),
    )
    const [picture] = JSON.parse((await detect(turned, '--json')).out)
    expect(picture).toMatchObject({ width: 800, height: 600 })
    for (const [side, value] of [100, 100, 100, 100].entries())
      expect(Math.abs(picture.detections[0].box[side] - value)).toBeLessThan(1)
  })

  test('a higher threshold leaves less, and a line is said for each', async () => {
    const weak = join(root, 'weak.jpg')
    await writeFile(weak, await shelfJpeg({ milk: 'Oo.' }))
    expect((await detect(weak)).out).toMatch(
      /800 x 600, 1 found\n {2}product 1\.000 {2}100 100 100 100/,
    )
    expect((await detect(weak, '--min-score', '0.3')).out).toMatch(/2 found/)
    const faint = join(root, 'faint.jpg')
    await writeFile(faint, await shelfJpeg({ background: 'rgb(100,120,100)' }))
    expect((await detect(faint)).out).toMatch(/0 found/)
    expect((await detect(faint, '--min-score', '0.1')).out).toMatch(/product 0\.1/)
  })

  test('boxes are drawn into a folder', async () => {
    const drawn = join(root, 'drawn')
    await detect(shelf, '--draw', drawn)
    expect(await readdir(drawn)).toEqual(['shelf.jpg'])
  })

  test('a picture that cannot be read is named, the others are told, and the exit says so', async () => {
    const bad = join(root, 'bad.jpg')
    await writeFile(bad, 'no picture')
    const { code, out, err } = await detect(bad, shelf, join(root, 'none.jpg'), '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toHaveLength(1)
    expect(err).toMatch(/bad\.jpg: picture must be JPEG or PNG/)
    expect(err).toMatch(/none\.jpg: ENOENT/)
  })

  test('used wrongly it says how', async () => {
    expect(await detect()).toMatchObject({ code: 2, err: expect.stringContaining('see --help') })
    expect(await detect(shelf, '--min-score', 'high')).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected a number of 0 to 1, got "high"'),
    })
    expect(await runCommand(vision, '--help')).toMatchObject({ code: 0 })
    expect(await detect(shelf, '--model', '/nowhere')).toMatchObject({ code: 1 })
  })
})

describe('tallygate vision count', () => {
  const config = () => join(root, 'config.yaml')
  beforeAll(async () => {
    const zones = camera.zones.map(({ zone, slots }) => ({
      zone,
      slots: slots.map(({ slot, box: { x, y, width, height } }) => ({
        slot,
        box: [x, y, width, height],
      })),
    }))
    const cameras = [{ id: 'aisle-1', width: 800, height: 600, zones }]
    // JSON is YAML.
    await writeFile(
      config(),
      JSON.stringify({
        site: { id: 'shop-1', name: 'Shop' },
        devices: [{ id: 'aisle-1', profile: 'camera', topics: ['cameras/aisle-1'] }],
        cameras,
      }),
    )
  })

  async function framesFolder(
    name: string,
    scenes: readonly object[],
    named: (i: number) => string,
  ) {
    const folder = join(root, name)
    await mkdir(folder)
    for (const [index, scene] of scenes.entries())
      await writeFile(join(folder, named(index)), await shelfJpeg(scene))
    return folder
  }
  const full = { milk: 'OOO', oats: 'OOO' }
  const reach = { milk: 'OOO', oats: 'OOO', armAtX: 310 }
  const taken = { milk: 'O.O', oats: 'OOO' }
  const story = [full, full, full, full, reach, reach, taken, taken, taken, taken]

  const count = (...args: string[]) =>
    runCommand(
      vision,
      'count',
      '--camera',
      'aisle-1',
      '--config',
      config(),
      '--model',
      colourDetector,
      ...args,
    )

  test('says what was taken and when, once, though a hand hid it', async () => {
    const folder = await framesFolder('numbered', story, (index) => `${index}.jpg`)
    const { code, out } = await count('--fps', '2', folder)
    expect(code).toBe(0)
    const lines = out.trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(/^3\.00 s {2}pick 1 {2}milk: 3 -> 2 {2}confidence 1000\/1000$/)
    expect(lines[1]).toBe('10 frames; 1 changes; at the end: milk 2, oats 3')
  })

  test('an item that was taken here and put there is told as a move', async () => {
    const before = { milk: 'OOO', oats: 'OO.' }
    const after = { milk: 'OO.', oats: 'OOO' }
    const moved = [...Array(4).fill(before), { ...before, armAtX: 310 }, ...Array(4).fill(after)]
    const folder = await framesFolder('moved', moved, (index) => `${index}.jpg`)
    const { out } = await count('--fps', '2', folder)
    expect(out).toMatch(/move 1 {2}milk -> oats\n9 frames; 2 changes/)
  })

  describe('where books and enrolled products are', () => {
    const recognition = () => ({
      modelFolder: join(root, 'embedder'),
      gallery: join(root, 'books', 'gallery.json'),
    })
    const named = () => join(root, 'named.yaml')
    beforeAll(async () => {
      const data = join(root, 'books')
      await mkdir(data)
      const planned = JSON.parse(await readFile(config(), 'utf8'))
      await writeFile(named(), JSON.stringify({ ...planned, dataFolder: data }))
      const masters = join(root, 'masters.json')
      const row = (zone: string) => ({ camera: 'aisle-1', zone, sku: `sku-${zone}`, location: 'a' })
      await writeFile(join(root, 'places.csv'), 'location,name\na,Shelf\n')
      await writeFile(
        join(root, 'skus.csv'),
        'sku,name,category,gtins,quantityScale,method,home,price\nsku-milk,Milk,dairy,,,fifo,a,1.00\nsku-oats,Oats,cereal,,,fifo,a,1.00\n',
      )
      await writeFile(masters, JSON.stringify({ planogram: [row('milk'), row('oats')] }))
      const files = [join(root, 'skus.csv'), join(root, 'places.csv'), masters]
      expect(
        await runCommand(importFiles, '--create', '--config', named(), ...files),
      ).toMatchObject({
        err: '',
        code: 0,
      })
      await writeColourEmbedder(recognition().modelFolder, {
        thresholds: { similarity: 0.995, margin: 0.003 },
      })
      for (const [sku, fill] of [
        ['sku-milk', 'rgb(20,200,20)'],
        ['sku-lime', 'rgb(90,220,20)'],
      ] as const)
        await enrol({ ...recognition(), sku, pictures: [await packPicture(fill)] })
    })
    const stranger = [...Array(4).fill({ milk: 'OO.' }), ...Array(6).fill({ milk: 'OOL' })].map(
      (scene, index) => ({ furniture: true, oats: 'OOO', grain: index, ...scene }),
    )
    const countNamed = (...args: string[]) =>
      count('--config', named(), '--embedder', recognition().modelFolder, '--fps', '1', ...args)

    test('another SKU in a gap is no unit of the planned one', async () => {
      const folder = await framesFolder('stranger', stranger, (index) => `${index}.jpg`)
      const { out } = await countNamed(folder)
      expect(out).toMatch(/10 frames; 0 changes; at the end: milk 2, oats 3/)
      const nameless = await count('--fps', '1', folder)
      expect(nameless.out).toMatch(/put 1 {2}milk: 2 -> 3/)
    })

    test('a gallery that cannot be used is said, and counting goes on without names', async () => {
      const gallery = join(root, 'broken.json')
      await writeFile(gallery, '{}')
      const { code, out, err } = await countNamed('--gallery', gallery, join(root, 'stranger'))
      expect(code).toBe(0)
      expect(err).toMatch(/must be a gallery.*; counting without names/)
      expect(out).toMatch(/put 1 {2}milk: 2 -> 3/)
    })
  })

  test('names that are times are times', async () => {
    const folder = await framesFolder(
      'timed',
      story,
      (index) => `${1_700_000_000_000 + index * 500}.jpg`,
    )
    const report = JSON.parse((await count('--json', folder)).out)
    expect(report).toMatchObject({
      camera: 'aisle-1',
      frames: 10,
      counts: { milk: 2, oats: 3 },
      changes: [{ kind: 'pick', quantity: 1, zone: 'milk', observedAtMs: 1_700_000_003_000 }],
    })
  })

  test.each([
    [['--fps', '2'], /expected a folder of frames/],
    [['--fps', '2', '/nowhere'], /must hold JPEG or PNG frames/],
    [
      ['--camera', 'aisle-9', '--fps', '2', '/nowhere'],
      /camera must be one of aisle-1, got "aisle-9"/,
    ],
  ])('used wrongly it says how: %j', async (args, message) => {
    const { code, err } = await count(...args)
    expect(code).toBe(2)
    expect(err).toMatch(message)
  })
})

describe('tallygate models', () => {
  const modelsFolder = () => join(root, 'models')
  const expected = families.TRUTH.flatMap(({ label, box }) => [
    '--expect',
    `${label} ${box.join(' ')}`,
  ])
  const add = (name: string, ...args: string[]) =>
    runCommand(
      models,
      'add',
      join(root, 'given.onnx'),
      '--name',
      name,
      '--folder',
      modelsFolder(),
      '--picture',
      shelf,
      ...expected,
      ...args,
    )

  beforeAll(async () => {
    await writeFile(join(root, 'given.onnx'), writeModel(families.yolov8()))
    await writeFile(join(root, 'names.txt'), 'cola\ntonic\nperson\n')
  })

  test('a model is added, listed and verified', async () => {
    const added = await add('yolo', '--products', 'cola,tonic', '--skus', 'tonic=TONIC-330')
    expect(added).toMatchObject({ code: 0, err: '' })
    expect(added.out).toMatch(/models\/yolo: yolo 1, family yolov8, 3 labels; passed its self-test/)
    const listed = await runCommand(models, 'list', '--folder', modelsFolder(), '--json')
    expect(JSON.parse(listed.out)).toMatchObject([{ name: 'yolo', family: 'yolov8', fault: null }])
    const verified = await runCommand(models, 'verify', join(modelsFolder(), 'yolo'))
    expect(verified).toMatchObject({
      code: 0,
      out: expect.stringContaining('passed its self-test'),
    })
  })

  test('names come from a file with one a line', async () => {
    await writeFile(join(root, 'given.onnx'), writeModel({ ...families.yolov8(), metadata: {} }))
    expect(await add('nameless')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/say --labels/),
    })
    expect(await add('named', '--labels', join(root, 'names.txt'))).toMatchObject({ code: 0 })
  })

  test('what it cannot prove it refuses, and says what would help', async () => {
    const wrong = await add(
      'wrong',
      '--labels',
      'cola,tonic,person',
      '--expect',
      'cola 300 300 50 50',
    )
    expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/missed 1/) })
    expect(await runCommand(models, 'verify', '/nowhere')).toMatchObject({ code: 1 })
    const bare = await runCommand(models, 'add', 'x.onnx')
    expect(bare).toMatchObject({
      code: 2,
      err: expect.stringMatching(/expected a FILE, --picture/),
    })
    expect(await add('yolo', '--family', 'yolo99')).toMatchObject({ code: 2 })
    expect(await add('yolo', '--size', 'big')).toMatchObject({ code: 2 })
    expect(await runCommand(models, 'burn')).toMatchObject({ code: 2 })
  })
})

describe('tallygate models evaluate', () => {
  /** Two pictures; the second has an item that the set does not name. */
  const scenes = [{ milk: 'O.O' }, { milk: 'OO.', oats: 'O..' }]
  const truth = [
    [
      [100, 100],
      [500, 100],
    ],
    [
      [100, 100],
      [300, 100],
    ],
  ]
  const judge = async (dataset: string) => {
    const said = await runCommand(models, 'evaluate', colourDetector, dataset, '--json')
    expect(said.err).toBe('')
    return JSON.parse(said.out)
  }
  const pictures = async (folder: string) => {
    await mkdir(folder, { recursive: true })
    for (const [index, scene] of scenes.entries())
      await writeFile(join(folder, `${index}.jpg`), await shelfJpeg(scene))
  }
  const wanted = { pictures: 2, boxes: 4, recall: 1, precision: 0.8, countError: 0.5, meanCount: 2 }

  test('a YOLO folder with its names above', async () => {
    const folder = join(root, 'yolo', 'val')
    await pictures(join(folder, 'images'))
    await mkdir(join(folder, 'labels'))
    await writeFile(join(root, 'yolo', 'data.yaml'), 'nc: 2\nnames: [person, "product"]\n')
    for (const [index, boxes] of truth.entries()) {
      const lines = boxes.map(([x, y]) => `1 ${(x! + 50) / 800} ${(y! + 50) / 600} 0.125 ${1 / 6}`)
      await writeFile(join(folder, 'labels', `${index}.txt`), lines.join('\n'))
    }
    const report = await judge(folder)
    expect(report).toMatchObject({ ...wanted, labels: ['product'] })
    expect(report.ap50).toBeGreaterThan(0.8)
    expect(report.ap75).toBe(report.ap50)
    expect(report.detectMs).toBeGreaterThan(0)
  })

  test('a COCO file', async () => {
    const folder = join(root, 'coco')
    await pictures(join(folder, 'images'))
    const annotations = truth.flatMap((boxes, image) =>
      boxes.map(([x, y]) => ({ image_id: image, category_id: 7, bbox: [x, y, 100, 100] })),
    )
    const images = truth.map((_, id) => ({ id, file_name: `${id}.jpg` }))
    const categories = [{ id: 7, name: 'product' }]
    await writeFile(join(folder, 'all.json'), JSON.stringify({ images, annotations, categories }))
    expect(await judge(folder)).toMatchObject(wanted)
  })

  test('a VOC folder, whose pixels count from one', async () => {
    const folder = join(root, 'voc')
    await pictures(join(folder, 'JPEGImages'))
    await mkdir(join(folder, 'Annotations'))
    for (const [index, boxes] of truth.entries()) {
      const objects = boxes.map(
        ([x, y]) =>
          `<object><name>product</name><bndbox><xmin>${x! + 1}</xmin><ymin>${y! + 1}</ymin><xmax>${x! + 101}</xmax><ymax>${y! + 101}</ymax></bndbox></object>`,
      )
      const xml = `<annotation><filename>${index}.jpg</filename>${objects.join('')}</annotation>`
      await writeFile(join(folder, 'Annotations', `${index}.xml`), xml)
    }
    expect(await judge(folder)).toMatchObject(wanted)
  })

  test('a folder that is no data set is refused with what was expected', async () => {
    const { code, err } = await runCommand(models, 'evaluate', colourDetector, colourDetector)
    expect(code).toBe(1)
    expect(err).toMatch(/must be COCO with images, annotations and categories/)
    const plain = await runCommand(models, 'evaluate', colourDetector, root)
    expect(plain.err).toMatch(/must hold labels\/ \(YOLO\), Annotations\/ \(VOC\) or one .json/)
  })
})
