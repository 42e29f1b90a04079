import type { ModelInputShape } from './model-manifest.ts'

/** Pixels as a model wants them: RGB bytes, row by row. */
export interface RgbInput {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

export interface PackedTensor {
  readonly type: 'uint8' | 'float32' | 'float16'
  /** Float16 as its bits. */
  readonly data: Uint8Array | Float32Array | Uint16Array
  readonly dims: readonly number[]
}

type Packing = Pick<ModelInputShape, 'layout' | 'type' | 'color' | 'scale' | 'mean' | 'std'>

/** (pixel x scale - mean) / std, in the model's own layout, colour order and number type. */
export function packTensor(input: RgbInput, packing: Packing): PackedTensor {
  const { width, height } = input
  const isPlanar = packing.layout === 'nchw'
  const dims = isPlanar ? [1, 3, height, width] : [1, height, width, 3]
  if (packing.type === 'uint8') return { type: 'uint8', data: bytesOf(input, packing), dims }
  const floats = floatsOf(input, packing)
  if (packing.type === 'float32') return { type: 'float32', data: floats, dims }
  return { type: 'float16', data: Uint16Array.from(floats, halfBits), dims }
}

/** Where channel `channel` of pixel `index` comes from and goes to. */
function plan({ width, height }: RgbInput, { layout, color }: Packing) {
  const area = width * height
  return [0, 1, 2].map((channel) => ({
    from: color === 'rgb' ? channel : 2 - channel,
    first: layout === 'nchw' ? channel * area : channel,
    step: layout === 'nchw' ? 1 : 3,
  }))
}

function bytesOf(input: RgbInput, packing: Packing): Uint8Array {
  if (packing.layout === 'nhwc' && packing.color === 'rgb') return input.pixels
  const data = new Uint8Array(input.pixels.length)
  for (const { from, first, step } of plan(input, packing))
    for (let at = from, to = first; at < data.length; at += 3, to += step)
      data[to] = input.pixels[at] ?? 0
  return data
}

function floatsOf(input: RgbInput, packing: Packing): Float32Array {
  const data = new Float32Array(input.pixels.length)
  for (const [channel, { from, first, step }] of plan(input, packing).entries()) {
    const table = levels(packing, channel)
    for (let at = from, to = first; at < data.length; at += 3, to += step)
      data[to] = table[input.pixels[at] ?? 0] ?? 0
  }
  return data
}

/** A byte has 256 values, so each is worked out once. */
function levels({ scale, mean, std }: Packing, channel: number): Float32Array {
  const [shift = 0, spread = 1] = [mean[channel], std[channel]]
  return Float32Array.from({ length: 256 }, (_, level) => (level * scale - shift) / spread)
}

const scratch = new Float32Array(1)
const scratchBits = new Uint32Array(scratch.buffer)

/** IEEE 754 binary16, rounded to nearest even; too large becomes infinity. */
export function halfBits(value: number): number {
  scratch[0] = value
  const bits = scratchBits[0] ?? 0
  const sign = (bits >>> 16) & 0x8000
  const exponent = ((bits >>> 23) & 0xff) - 112
  const mantissa = bits & 0x7fffff
  if (exponent >= 31) return sign | 0x7c00 | (Number.isNaN(value) ? 0x200 : 0)
  if (exponent < -10) return sign
  if (exponent <= 0) return sign | roundedShift(mantissa | 0x800000, 14 - exponent)
  return sign | (((exponent << 10) | 0) + roundedShift(mantissa, 13))
}

function roundedShift(value: number, by: number): number {
  const kept = value >>> by
  const rest = value & ((1 << by) - 1)
  const half = 1 << (by - 1)
  const goesUp = rest > half || (rest === half && (kept & 1) === 1)
  return goesUp ? kept + 1 : kept
}

export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const mantissa = bits & 1023
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY
  if (exponent === 0) return sign * mantissa * 2 ** -24
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15)
}
