import { describe, expect, test } from 'vitest'
import { halfBits, halfValue, packTensor } from '../../vision/tensor.ts'

/** Two pixels: (10, 20, 30) and (40, 50, 255). */
const input = { width: 2, height: 1, pixels: Uint8Array.of(10, 20, 30, 40, 50, 255) }
const plain = { layout: 'nchw', type: 'float32', color: 'rgb', scale: 1 } as const
const none = { mean: [0, 0, 0], std: [1, 1, 1] } satisfies object as {
  mean: [number, number, number]
  std: [number, number, number]
}

describe('what a model is fed', () => {
  test('planes of red, green and blue, as the bytes are', () => {
    const { data, dims, type } = packTensor(input, { ...plain, ...none })
    expect([...data]).toEqual([10, 40, 20, 50, 30, 255])
    expect({ dims, type }).toEqual({ dims: [1, 3, 1, 2], type: 'float32' })
  })

  test('blue first, and rows of pixels instead of planes', () => {
    const bgr = packTensor(input, { ...plain, ...none, color: 'bgr', layout: 'nhwc' })
    expect([...bgr.data]).toEqual([30, 20, 10, 255, 50, 40])
    expect(bgr.dims).toEqual([1, 1, 2, 3])
    const bytes = packTensor(input, { ...plain, ...none, type: 'uint8', color: 'bgr' })
    expect([...bytes.data]).toEqual([30, 255, 20, 50, 10, 40])
  })

  test('mean and spread stand in the order of the model, not of the picture', () => {
    const { data } = packTensor(input, {
      ...plain,
      color: 'bgr',
      scale: 1,
      mean: [30, 20, 10],
      std: [1, 2, 5],
    })
    expect([...data]).toEqual([0, 225, 0, 15, 0, 6])
  })

  test('half precision is rounded to the nearest even, and comes back', () => {
    const values = [0, 1, -2, 0.5, 65504, 2 ** -24, 1 / 255, 0.1]
    const back = values.map((value) => halfValue(halfBits(value)))
    expect(back.slice(0, 6)).toEqual(values.slice(0, 6))
    expect(back[6]).toBeCloseTo(1 / 255, 5)
    expect(halfBits(0.1)).toBe(0x2e66)
    expect(halfBits(1 + 2 ** -11)).toBe(0x3c00)
    expect(halfBits(1 + 3 * 2 ** -11)).toBe(0x3c02)
    expect(halfValue(halfBits(1e6))).toBe(Number.POSITIVE_INFINITY)
    expect(halfValue(halfBits(Number.NaN))).toBeNaN()
    const packed = packTensor(input, { ...plain, ...none, type: 'float16' })
    expect(Array.from(packed.data, halfValue)).toEqual([10, 40, 20, 50, 30, 255])
  })
})
