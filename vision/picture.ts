import type { Sharp, default as SharpModule } from 'sharp'
import type { Placement } from './detections.ts'
import { type Glance, glanceAt } from './glance.ts'
import { jpegSize } from './jpeg-size.ts'
import type { ModelInputShape } from './model-manifest.ts'
import type { Box } from './shelf-sample.ts'

/** A picture larger than this is refused before it is decoded. */
const PIXELS_MAX = 40_000_000

/** The picture cannot be used; `code` says why, the message what was expected and what came. */
export class PictureRefused extends Error {
  readonly code: 'unreadable' | 'too-large'

  constructor(code: 'unreadable' | 'too-large', message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** RGB, three bytes a pixel, row by row, upright. */
export interface RgbPicture {
  readonly width: number
  readonly height: number
  readonly rgb: Uint8Array
}

/** A picture as a model wants it. */
export interface ModelInput {
  /** Of the input, pixels. */
  readonly width: number
  readonly height: number
  /** RGB, the picture in its place, the rest padding. */
  readonly pixels: Uint8Array
  readonly placement: Placement
  readonly glance: Glance
}

export type InputShape = Pick<
  ModelInputShape,
  'width' | 'height' | 'resize' | 'shortest' | 'rounding' | 'pad'
>

/** The upright size, from the header alone. Throws `PictureRefused`. */
export async function measurePicture(
  picture: Uint8Array,
): Promise<{ readonly width: number; readonly height: number }> {
  assertJpegOrPng(picture)
  const { width, height } = jpegSize(picture) ?? (await askSize(picture))
  if (width * height > PIXELS_MAX)
    throw new PictureRefused(
      'too-large',
      `picture must have at most ${PIXELS_MAX} pixels, got ${width} x ${height}`,
    )
  return { width, height }
}

async function askSize(picture: Uint8Array): Promise<Size> {
  const sharp = await loadSharp()
  return (await sharp(picture, OPEN).metadata().catch(refuse)).autoOrient
}

/** Decodes at full size. Throws `PictureRefused`. */
export async function decodePicture(picture: Uint8Array): Promise<RgbPicture> {
  const { width, height } = await measurePicture(picture)
  const rgb = await rawRgb(await open(picture), width, height)
  return { width, height, rgb }
}

/** Decodes straight to the model's input size, which is cheaper. Throws `PictureRefused`. */
export async function prepareInput(picture: Uint8Array, shape: InputShape): Promise<ModelInput> {
  const { width, height } = await measurePicture(picture)
  const { inner, outer, left, top } = placeInside({ width, height }, shape)
  const opened = await open(picture)
  const resized = opened.resize(inner.width, inner.height, { fit: 'fill', kernel: 'linear' })
  const rgb = await rawRgb(resized, inner.width, inner.height)
  const glance = glanceAt({ ...inner, rgb }, { width, height })
  const placement = {
    scaleX: inner.width / width,
    scaleY: inner.height / height,
    offsetX: left,
    offsetY: top,
    width,
    height,
  }
  if (rgb.length === outer.width * outer.height * 3)
    return { ...outer, pixels: rgb, placement, glance }
  const pixels = new Uint8Array(outer.width * outer.height * 3).fill(shape.pad)
  const rowBytes = inner.width * 3
  for (let row = 0; row < inner.height; row++)
    pixels.set(
      rgb.subarray(row * rowBytes, (row + 1) * rowBytes),
      ((top + row) * outer.width + left) * 3,
    )
  return { ...outer, pixels, placement, glance }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** The picture's size and place inside the model's input, in whole pixels. */
function placeInside(picture: Size, shape: InputShape) {
  const outer = { width: shape.width, height: shape.height }
  if (shape.resize === 'stretch') return { inner: outer, outer, left: 0, top: 0 }
  const fits = Math.min(outer.width / picture.width, outer.height / picture.height)
  const wanted = shape.shortest ? shape.shortest / Math.min(picture.width, picture.height) : fits
  const scale = shape.resize === 'keep-aspect' ? Math.min(fits, wanted) : fits
  const whole = shape.rounding === 'round' ? Math.round : Math.trunc
  const inner = {
    width: Math.max(1, whole(picture.width * scale)),
    height: Math.max(1, whole(picture.height * scale)),
  }
  if (shape.resize === 'keep-aspect') return { inner, outer: inner, left: 0, top: 0 }
  if (shape.resize === 'letterbox-top-left') return { inner, outer, left: 0, top: 0 }
  return {
    inner,
    outer,
    left: halfOf(outer.width - inner.width),
    top: halfOf(outer.height - inner.height),
  }
}

/** YOLOv5's `round(half - 0.1)`: of an odd rest the smaller half lies to the left and above. */
function halfOf(rest: number): number {
  return Math.floor(rest / 2)
}

export interface JpegOptions {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** 1..100. */
  readonly quality: number
}

/** Draws an SVG into a JPEG of exactly this size, on white. Throws on faulty SVG. */
export async function svgToJpeg(svg: string, options: JpegOptions): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const { width, height, quality } = options
  return await sharp(Buffer.from(svg))
    .resize(width, height, { fit: 'fill' })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality })
    .toBuffer()
}

/** Draws an SVG into red, green, blue and opacity, four bytes a pixel. Throws on faulty SVG. */
export async function svgToPixels(
  svg: string,
  { width, height }: Pick<JpegOptions, 'width' | 'height'>,
): Promise<Uint8Array> {
  const sharp = await loadSharp()
  const drawn = sharp(Buffer.from(svg)).resize(width, height, { fit: 'fill' })
  return await drawn.ensureAlpha().raw().toBuffer()
}

export async function rgbToJpeg(
  rgb: Uint8Array,
  { width, height, quality }: JpegOptions,
): Promise<Uint8Array> {
  const sharp = await loadSharp()
  return await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
}

/** The same picture, upright, with these boxes black. Nothing of what stood there is left in it. */
export async function blackOut(
  picture: Uint8Array,
  boxes: readonly Box[],
  quality = 80,
): Promise<Uint8Array> {
  const { width, height } = await measurePicture(picture)
  const black = boxes.map(
    ({ x, y, width, height }) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#000"/>`,
  )
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" shape-rendering="crispEdges">${black.join('')}</svg>`
  const opened = await open(picture)
  return await opened
    .composite([{ input: Buffer.from(overlay) }])
    .jpeg({ quality })
    .toBuffer()
    .catch(refuse)
}

/** A part of a picture, upright, as far as it lies inside. Throws `PictureRefused`. */
export async function cropJpeg(picture: Uint8Array, box: Box, quality = 80): Promise<Uint8Array> {
  const { width, height } = await measurePicture(picture)
  const left = Math.min(width - 1, Math.max(0, Math.floor(box.x)))
  const top = Math.min(height - 1, Math.max(0, Math.floor(box.y)))
  const inside = {
    left,
    top,
    width: Math.max(1, Math.min(width, Math.ceil(box.x + box.width)) - left),
    height: Math.max(1, Math.min(height, Math.ceil(box.y + box.height)) - top),
  }
  const opened = await open(picture)
  return await opened.extract(inside).jpeg({ quality }).toBuffer().catch(refuse)
}

export interface DrawnBox {
  /** Pixels of the upright picture. */
  readonly box: Box
  /** CSS colour; green when left out. */
  readonly color?: string
  readonly label?: string
}

/** The same picture, upright, with boxes drawn on it. Throws `PictureRefused`. */
export async function drawBoxes(
  picture: Uint8Array,
  boxes: readonly DrawnBox[],
  quality = 80,
): Promise<Uint8Array> {
  const { width, height } = await measurePicture(picture)
  const line = Math.max(2, Math.round(Math.max(width, height) / 400))
  const marks = boxes.map((drawn) => boxSvg(drawn, line)).join('')
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${marks}</svg>`
  const opened = await open(picture)
  return await opened
    .composite([{ input: Buffer.from(overlay) }])
    .jpeg({ quality })
    .toBuffer()
    .catch(refuse)
}

function boxSvg({ box, color = '#00c853', label = '' }: DrawnBox, line: number): string {
  const stroke = escapeXml(color)
  const rect = `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="${stroke}" stroke-width="${line}"/>`
  if (label === '') return rect
  const size = line * 7
  const y = Math.max(size, box.y - line)
  return `${rect}<text x="${box.x}" y="${y}" font-family="sans-serif" font-size="${size}" fill="${stroke}">${escapeXml(label)}</text>`
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** `failOn: 'none'` would return half-grey pictures without complaint, which look like picks. */
const OPEN = { failOn: 'error', limitInputPixels: PIXELS_MAX, sequentialRead: true } as const

async function open(picture: Uint8Array): Promise<Sharp> {
  const sharp = await loadSharp()
  return sharp(picture, OPEN).autoOrient().toColourspace('srgb').removeAlpha()
}

async function rawRgb(opened: Sharp, width: number, height: number): Promise<Uint8Array> {
  const { data, info } = await opened.raw().toBuffer({ resolveWithObject: true }).catch(refuse)
  if (info.channels !== 3 || info.width !== width || info.height !== height)
    throw new PictureRefused(
      'unreadable',
      `decoding must give ${width} x ${height} RGB, got ${info.width} x ${info.height} with ${info.channels} channels`,
    )
  return data
}

/** SVG, GIF and the rest would be decoded too, and each is one more way in. */
function assertJpegOrPng(picture: Uint8Array): void {
  const isJpeg = picture[0] === 0xff && picture[1] === 0xd8 && picture[2] === 0xff
  const isPng = [0x89, 0x50, 0x4e, 0x47].every((byte, index) => picture[index] === byte)
  if (!isJpeg && !isPng)
    throw new PictureRefused(
      'unreadable',
      `picture must be JPEG or PNG, got ${picture.byteLength} bytes that begin with "${Buffer.from(picture.subarray(0, 4)).toString('hex')}"`,
    )
}

function refuse(cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = /pixel limit/i.test(message) ? 'too-large' : 'unreadable'
  throw new PictureRefused(code, `picture cannot be decoded: ${message.trim().split('\n', 1)[0]}`, {
    cause,
  })
}

let loaded: Promise<typeof SharpModule> | null = null

/** On first need only, so that the door costs a process that decodes nothing nothing. */
function loadSharp(): Promise<typeof SharpModule> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false)
    sharp.concurrency(1)
    return sharp
  })
  return loaded
}
