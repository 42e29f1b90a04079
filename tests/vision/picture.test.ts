import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { drawBoxes, svgToJpeg } from '../../vision/index.ts'
import { jpegSize } from '../../vision/jpeg-size.ts'
import { decodePicture, type InputShape, prepareInput } from '../../vision/picture.ts'
import { shelfJpeg } from './shelf-pictures.ts'

const shape: InputShape = {
  width: 416,
  height: 416,
  resize: 'letterbox-top-left',
  rounding: 'round',
  pad: 114,
}

function svg(body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100">${body}</svg>`
}

const leftRed = svg(
  '<rect width="200" height="100" fill="#0000ff"/><rect width="100" height="100" fill="#ff0000"/>',
)

async function pixelAt(jpeg: Uint8Array, x: number, y: number) {
  const { rgb, width } = await decodePicture(jpeg)
  return [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]
}

const close = (actual: number[], expected: number[]) =>
  actual.every((value, index) => Math.abs(value - expected[index]!) < 12)

describe('decoding', () => {
  test('a camera hung on its side is turned upright once', async () => {
    const plain = await svgToJpeg(leftRed, { width: 200, height: 100, quality: 95 })
    const turned = await sharp(plain).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const { width, height } = await decodePicture(turned)
    expect({ width, height }).toEqual({ width: 100, height: 200 })
    expect(close(await pixelAt(turned, 50, 20), [254, 0, 0])).toBe(true)
    expect(close(await pixelAt(turned, 50, 180), [0, 0, 254])).toBe(true)
  })

  test('the size stands in the header, unless the picture may lie on its side', async () => {
    const plain = await svgToJpeg(leftRed, { width: 200, height: 100, quality: 95 })
    const progressive = await sharp(plain).jpeg({ progressive: true }).toBuffer()
    const turned = await sharp(plain).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const png = await sharp(plain).png().toBuffer()
    const size = { width: 200, height: 100 }
    expect([plain, progressive].map(jpegSize)).toEqual([size, size])
    expect([turned, png, plain.subarray(0, 40)].map(jpegSize)).toEqual([null, null, null])
  })

  test('a letterboxed picture lies at the top left, the rest is grey', async () => {
    const jpeg = await svgToJpeg(leftRed, { width: 800, height: 600, quality: 95 })
    const { pixels, placement } = await prepareInput(jpeg, shape)
    const at = (x: number, y: number) => [
      ...pixels.subarray((y * 416 + x) * 3, (y * 416 + x) * 3 + 3),
    ]
    expect(placement).toEqual({
      scaleX: 0.52,
      scaleY: 0.52,
      offsetX: 0,
      offsetY: 0,
      width: 800,
      height: 600,
    })
    expect(close(at(10, 10), [254, 0, 0])).toBe(true)
    expect(close(at(400, 300), [0, 0, 254])).toBe(true)
    expect(at(10, 312)).toEqual([114, 114, 114])
  })

  test.each([
    ['letterbox-center', { width: 416, height: 416 }, { offsetX: 0, offsetY: 52 }],
    ['stretch', { width: 416, height: 416 }, { offsetX: 0, offsetY: 0 }],
    ['keep-aspect', { width: 416, height: 312 }, { offsetX: 0, offsetY: 0 }],
  ] as const)('%s puts a corner of the picture where it says', async (resize, size, offset) => {
    const jpeg = await svgToJpeg(leftRed, { width: 800, height: 600, quality: 95 })
    const input = await prepareInput(jpeg, { ...shape, resize })
    expect({ width: input.width, height: input.height }).toEqual(size)
    expect(input.placement).toMatchObject({ ...offset, width: 800, height: 600 })
    const { scaleX, scaleY, offsetX, offsetY } = input.placement
    const edge = Math.round(400 * scaleX + offsetX)
    const y = Math.round(300 * scaleY + offsetY)
    const at = (x: number) => [...input.pixels.subarray((y * input.width + x) * 3).subarray(0, 3)]
    expect(close(at(edge - 3), [254, 0, 0])).toBe(true)
    expect(close(at(edge + 3), [0, 0, 254])).toBe(true)
  })

  test('of an odd rest the smaller half lies above, and truncating loses a row', async () => {
    const jpeg = await svgToJpeg(leftRed, { width: 800, height: 601, quality: 95 })
    const centered = await prepareInput(jpeg, { ...shape, resize: 'letterbox-center' })
    expect(centered.placement).toMatchObject({ offsetY: 51, scaleY: 313 / 601 })
    const truncated = await prepareInput(jpeg, { ...shape, rounding: 'truncate' })
    expect(truncated.placement.scaleY).toBe(312 / 601)
  })

  test('the shorter side becomes 800 unless the longer would pass 1333', async () => {
    const detr = {
      ...shape,
      resize: 'keep-aspect',
      width: 1333,
      height: 1333,
      shortest: 800,
    } as const
    const wide = await svgToJpeg(leftRed, { width: 800, height: 200, quality: 90 })
    const plain = await svgToJpeg(leftRed, { width: 400, height: 300, quality: 90 })
    expect(await prepareInput(wide, detr)).toMatchObject({ width: 1333, height: 333 })
    expect(await prepareInput(plain, detr)).toMatchObject({ width: 1067, height: 800 })
  })

  test('padding has no part in the brightness of a picture', async () => {
    const white = svg('<rect width="200" height="100" fill="#ffffff"/>')
    const { glance } = await prepareInput(
      await svgToJpeg(white, { width: 800, height: 200, quality: 90 }),
      shape,
    )
    expect(glance.luma.mean).toBeGreaterThan(250)
    expect(glance.luma.deviation).toBeLessThan(1)
  })

  test.each([
    ['grey', () => sharp(Buffer.from(leftRed)).greyscale().jpeg().toBuffer()],
    ['CMYK', () => sharp(Buffer.from(leftRed)).toColourspace('cmyk').jpeg().toBuffer()],
    [
      'PNG with transparency',
      () =>
        sharp(Buffer.from(svg('')))
          .png()
          .toBuffer(),
    ],
  ])('a %s picture gives three channels', async (_, make) => {
    const { rgb } = await decodePicture(await make())
    expect(rgb.byteLength).toBe(200 * 100 * 3)
  })
})

describe('refusals', () => {
  test('a picture cut off on its way is unreadable, not half grey', async () => {
    const jpeg = await shelfJpeg({ milk: 'OOO' })
    const cut = jpeg.subarray(0, Math.floor(jpeg.byteLength * 0.6))
    await expect(prepareInput(cut, shape)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('premature end of JPEG'),
    })
  })

  test('nothing but JPEG and PNG is decoded', async () => {
    await expect(decodePicture(Buffer.from(leftRed))).rejects.toMatchObject({
      code: 'unreadable',
      message: `picture must be JPEG or PNG, got ${leftRed.length} bytes that begin with "3c737667"`,
    })
    await expect(decodePicture(new Uint8Array(0))).rejects.toMatchObject({ code: 'unreadable' })
  })

  test('a picture with more pixels than any shelf camera is refused before it is decoded', async () => {
    const create = { width: 8000, height: 6000, channels: 3, background: '#888888' } as const
    const bomb = await sharp({ create, limitInputPixels: false }).png().toBuffer()
    await expect(decodePicture(bomb)).rejects.toMatchObject({ code: 'too-large' })
  })
})

describe('drawing', () => {
  test('boxes are drawn where they lie and the picture keeps its size', async () => {
    const jpeg = await shelfJpeg({})
    const box = { x: 200, y: 200, width: 100, height: 50 }
    const drawn = await drawBoxes(jpeg, [{ box, color: '#ff00ff', label: 'milk <1>' }], 95)
    expect(close(await pixelAt(drawn, 250, 200), [120, 120, 120])).toBe(false)
    expect(close(await pixelAt(drawn, 250, 225), [120, 120, 120])).toBe(true)
    expect(await decodePicture(drawn)).toMatchObject({ width: 800, height: 600 })
  })
})
