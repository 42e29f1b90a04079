import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enroll } from '../../gateway/cli/enroll.ts'
import { models } from '../../gateway/cli/models.ts'
import { vision } from '../../gateway/cli/vision.ts'
import { renderShelf } from '../../gateway/simulator/render-shelf.ts'
import { SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'
import { decodePicture } from '../../vision/picture.ts'
import { cropSquare } from '../../vision/recognition/crop.ts'
import { loadEmbedder } from '../../vision/recognition/embedder.ts'
import { createGallery, type GalleryEntry } from '../../vision/recognition/gallery.ts'
import { colourDetector, shelfJpeg } from './shelf-pictures.ts'
import { writeColourEmbedder } from './support/colour-embedder.ts'
import { runCommand } from './support/command-line.ts'

const settings = { similarityMin: 0.8, marginMin: 0.05 }
const entry = (sku: string, ...vector: number[]): GalleryEntry => ({
  sku,
  picture: `${sku} ${vector}`,
  vector: unit(vector),
})

function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector)
  return Float32Array.from(vector, (value) => value / length)
}

describe('which product it is', () => {
  const gallery = createGallery([
    entry('COLA', 1, 0, 0),
    entry('COLA', 0.9, 0.3, 0),
    entry('COLA-LIGHT', 0.98, 0, 0.1),
    entry('OATS', 0, 1, 0),
  ])
  const recognise = (vector: number[], allowed?: ReadonlySet<string>) =>
    gallery.recognise(unit(vector), settings, allowed)

  test('the pictures of a SKU speak for it, the likest of them most', () => {
    expect(recognise([0.85, 0.4, 0])).toMatchObject({ kind: 'known', sku: 'COLA' })
    expect(recognise([0.1, 1, 0])).toMatchObject({ kind: 'known', sku: 'OATS' })
  })

  test('one unlucky picture does not win against what all pictures of a SKU say', () => {
    const shelf = createGallery([
      entry('TEA', 1, 0.1, 0),
      entry('TEA', 1, 0, 0.1),
      entry('COFFEE', 1, 0, 0),
      entry('COFFEE', 0, 0, 1),
      entry('COFFEE', 0, 1, 1),
    ])
    const [likest, other] = shelf.nearest(unit([1, 0.02, 0.02]))
    expect(likest).toEqual({ sku: 'TEA', similarity: expect.closeTo(0.9979, 4) })
    expect(other).toEqual({ sku: 'COFFEE', similarity: expect.closeTo(0.749, 3) })
  })

  test('13: of two that look alike none is named', () => {
    const doubt = recognise([1, 0, 0.05])
    expect(doubt).toMatchObject({ kind: 'ambiguous' })
    const names = doubt.kind === 'ambiguous' ? doubt.nearest.map(({ sku }) => sku) : []
    expect(names.slice(0, 2).toSorted()).toEqual(['COLA', 'COLA-LIGHT'])
  })

  test('13: where only one of them belongs, that one is named', () => {
    const here = new Set(['COLA', 'OATS'])
    expect(recognise([1, 0, 0.05], here)).toMatchObject({ kind: 'known', sku: 'COLA' })
  })

  test('what resembles nothing is unknown, and what comes nearest is told', () => {
    expect(recognise([0, 0, 1])).toMatchObject({
      kind: 'unknown',
      nearest: [{ sku: 'COLA-LIGHT' }, {}, {}],
    })
    expect(createGallery([]).recognise(unit([1, 0]), settings)).toEqual({
      kind: 'unknown',
      nearest: [],
    })
  })

  test('vectors of another model are a defect, not an answer', () => {
    expect(() => gallery.recognise(unit([1, 0]), settings)).toThrow(
      'vectors of one gallery must have 3 numbers, got 2',
    )
  })

  test('each of 500 SKUs with five pictures is found again by any of its pictures', () => {
    const numbers = (seed: number) =>
      Array.from({ length: 128 }, (_, index) => {
        const noise = Math.sin(seed * 128.7 + index * 3.1) * 43_758.5
        return noise - Math.floor(noise) - 0.5
      })
    const entries = Array.from({ length: 2500 }, (_, index) =>
      entry(`SKU-${index % 500}`, ...numbers(index)),
    )
    const large = createGallery(entries)
    // Five pictures that have nothing in common: their middle is like none of them.
    const random = { ...settings, similarityMin: 0.6 }
    for (let run = 0; run < 60; run++)
      expect(large.recognise(entries[run * 40]!.vector, random)).toMatchObject({
        sku: `SKU-${(run * 40) % 500}`,
      })
  })
})

describe('crops', () => {
  /** Left half black, right half white. */
  const rgb = new Uint8Array(100 * 50 * 3)
  for (let y = 0; y < 50; y++) rgb.fill(255, (y * 100 + 50) * 3, (y + 1) * 300)
  const picture = { width: 100, height: 50, rgb }
  const reds = (pixels: Uint8Array) => [...pixels.subarray(0, 8 * 3)].filter((_, i) => i % 3 === 0)

  test('a box comes with a margin, stretched to a square', () => {
    // 40 wide with an eighth of room: 35.2 to 84.8, so the edge lies at 0.3 of the square.
    const box = { x: 40, y: 10, width: 40, height: 20 }
    expect(reds(cropSquare(picture, box, 8))).toEqual([0, 0, 128, 255, 255, 255, 255, 255])
  })

  test('a box at the edge is cut there', () => {
    const box = { x: -10, y: -10, width: 30, height: 30 }
    expect(reds(cropSquare(picture, box, 8))).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })
})

describe('the embedder that ships', () => {
  test('knows the packs of a rendered shelf from one facing each', async () => {
    const embedder = await loadEmbedder(join(import.meta.dirname, '../../models/product-embedder'))
    const entries: GalleryEntry[] = []
    const queries: { sku: string; vector: Float32Array }[] = []
    for (const shelf of SHELVES) {
      const filled = new Set(shelf.zones.flatMap(({ slots }) => slots.map(({ slot }) => slot)))
      const shoot = async (frameSeed: number) =>
        await decodePicture(await renderShelf({ shelf, filled, arm: null, dark: false, frameSeed }))
      const [first, second] = [await shoot(1), await shoot(2)]
      for (const { sku, slots } of shelf.zones) {
        const boxes = slots.map(({ box: [x, y, width, height] }) => ({ x, y, width, height }))
        const [reference] = await embedder.embed(first, boxes.slice(0, 1))
        entries.push({ sku, picture: sku, vector: reference! })
        const seen = await embedder.embed(second, boxes.slice(1))
        queries.push(...seen.map((vector) => ({ sku, vector })))
      }
    }
    await embedder.close()
    const gallery = createGallery(entries)
    expect(gallery.skus).toHaveLength(12)
    const named = queries.map(({ sku, vector }) => ({
      sku,
      said: gallery.recognise(vector, embedder.settings),
    }))
    const known = named.filter(({ said }) => said.kind === 'known')
    const right = known.filter(({ sku, said }) => said.kind === 'known' && said.sku === sku)
    expect(right.length).toBe(known.length)
    expect(right.length).toBeGreaterThanOrEqual(0.8 * queries.length)
  }, 60_000)
})

describe('enrolling at the keyboard', () => {
  let root = ''
  const at = (name: string) => join(root, name)
  const colour = async (name: string, background: string) => {
    const create = { width: 60, height: 80, channels: 3, background } as const
    await writeFile(at(name), await sharp({ create }).png().toBuffer())
    return at(name)
  }
  const enrol = (...args: string[]) =>
    runCommand(enroll, ...args, '--embedder', at('embedder'), '--gallery', at('gallery.json'))

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tallygate-enroll-'))
    await writeColourEmbedder(at('embedder'))
    await writeFile(at('shelf.jpg'), await shelfJpeg({ milk: 'O..' }))
  })
  afterAll(() => rm(root, { recursive: true }))

  test('a picture names a product from then on, and the same picture counts once', async () => {
    const green = await colour('green.png', 'rgb(25,190,25)')
    const blue = await colour('blue.png', 'rgb(10,20,200)')
    expect(await enrol('COCOA', blue)).toMatchObject({ code: 0, err: '' })
    const { out } = await enrol('MILK', green, green, '--json')
    expect(JSON.parse(out)).toMatchObject({
      sku: 'MILK',
      pictures: 1,
      added: 1,
      nearestOther: { sku: 'COCOA' },
    })
    const seen = await runCommand(
      vision,
      'detect',
      at('shelf.jpg'),
      '--model',
      colourDetector,
      '--embedder',
      at('embedder'),
      '--gallery',
      at('gallery.json'),
      '--json',
    )
    expect(JSON.parse(seen.out)[0].detections).toMatchObject([{ label: 'product', sku: 'MILK' }])
  })

  test('a second embedder does not read the vectors of the first', async () => {
    await writeColourEmbedder(at('other'), { thresholds: { similarity: 0.5, margin: 0 } })
    const file = at('gallery.json')
    await writeFile(file, JSON.stringify({ version: 1, model: 'f'.repeat(64), entries: [] }))
    const picture = await colour('red.png', 'rgb(200,20,20)')
    const refused = await runCommand(
      enroll,
      'MILK',
      picture,
      '--embedder',
      at('other'),
      '--gallery',
      file,
    )
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/enrol the pictures again/),
    })
  })

  test('used wrongly, or with what is no picture, it says so', async () => {
    expect(await enrol('MILK')).toMatchObject({ code: 2 })
    expect(await runCommand(enroll, 'MILK', at('green.png'))).toMatchObject({ code: 2 })
    await writeFile(at('text.png'), 'no picture')
    await rm(at('gallery.json'))
    expect(await enrol('MILK', at('text.png'))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/must be JPEG or PNG/),
    })
    expect(await enrol('MILK', at('none.png'))).toMatchObject({ code: 1 })
  })

  test('an embedder that says something else than its manifest is refused', async () => {
    const selfTest = [{ picture: 'self-test.png', embedding: [0.8, 0.6, 0] }]
    await writeColourEmbedder(at('liar'), { selfTest })
    await expect(loadEmbedder(at('liar'))).rejects.toThrow(
      'the embedder must say of self-test.png what its manifest says, got a cosine of 0.960',
    )
    const told = await runCommand(models, 'verify', at('liar'), at('embedder'))
    expect(told).toMatchObject({ code: 1, out: expect.stringMatching(/embedder: passed/) })
    const listed = await runCommand(models, 'list', '--folder', root, '--json')
    expect(JSON.parse(listed.out)).toContainEqual(
      expect.objectContaining({ name: 'colour-embedder', family: 'tallygate-embedder' }),
    )
  })
})
