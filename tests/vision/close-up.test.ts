import { describe, expect, test } from 'vitest'
import { closeUpScale, shrinkInput } from '../../vision/close-up.ts'
import type { ModelInput } from '../../vision/picture.ts'
import type { Detection } from '../../vision/shelf-sample.ts'

const manifest = {
  closeUps: { longSideMax: 140, longSideAim: 90 },
  thresholds: { score: 0.4, nmsIou: 0.5 },
}
const glance = {
  luma: { mean: 100, deviation: 40 },
  sharpness: 100,
  width: 1,
  height: 1,
  grey: new Uint8Array(1),
  pixelsX: 1,
  pixelsY: 1,
}

/** 800 x 400 in an input of 400 x 400, its left half red, its right half blue. */
function input(): ModelInput {
  const pixels = new Uint8Array(400 * 400 * 3).fill(114)
  for (let y = 0; y < 200; y++)
    for (let x = 0; x < 400; x++) pixels.set(x < 200 ? [250, 0, 0] : [0, 0, 250], (y * 400 + x) * 3)
  const placement = { scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 0, width: 800, height: 400 }
  return { width: 400, height: 400, pixels, placement, glance }
}

const item = (height: number, changed: Partial<Detection> = {}): Detection => ({
  label: 'product',
  role: 'product',
  score: 0.9,
  box: { x: 0, y: 0, width: 50, height },
  ...changed,
})

describe('a second look at close-ups', () => {
  test('things of shelf size need none', () => {
    expect(closeUpScale([item(200), item(280)], input(), manifest)).toBeNull()
    expect(closeUpScale([], input(), manifest)).toBeNull()
  })

  test('what fills the frame is shrunk until it has the length aimed at', () => {
    // 360 pixels of the picture are 180 of the input.
    expect(closeUpScale([item(360)], input(), manifest)).toBe(0.5)
    expect(closeUpScale([item(800)], input(), manifest)).toBe(0.25)
  })

  test('people and doubtful things do not count, and a model may not want it', () => {
    const others = [item(360, { role: 'person' }), item(360, { score: 0.3 }), item(100)]
    expect(closeUpScale(others, input(), manifest)).toBeNull()
    expect(closeUpScale([item(360)], input(), { thresholds: manifest.thresholds })).toBeNull()
  })

  test('the smaller picture lies at the top left, its edge where it was, the rest is padding', () => {
    const small = shrinkInput(input(), 0.5, 114)
    expect(small.placement).toMatchObject({ scaleX: 0.25, scaleY: 0.25, width: 800, height: 400 })
    const at = (x: number, y: number) => [
      ...small.pixels.subarray((y * 400 + x) * 3).subarray(0, 3),
    ]
    expect(at(99, 50)).toEqual([250, 0, 0])
    expect(at(100, 50)).toEqual([0, 0, 250])
    expect(at(199, 99)).toEqual([0, 0, 250])
    expect(at(200, 50)).toEqual([114, 114, 114])
    expect(at(50, 100)).toEqual([114, 114, 114])
  })
})
