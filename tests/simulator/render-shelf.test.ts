import { describe, expect, test } from 'vitest'
import { renderShelf } from '../../gateway/simulator/render-shelf.ts'
import { PICTURE, SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'

const shelf = SHELVES[0]!
const everySlot = new Set(shelf.zones.flatMap(({ slots }) => slots.map(({ slot }) => slot)))
const scene = { shelf, filled: everySlot, arm: null, dark: false, frameSeed: 5 }

describe('the shelf picture', () => {
  test('is a JPEG of a camera-like size, the same for the same scene', async () => {
    const [picture, again, other] = await Promise.all([
      renderShelf(scene),
      renderShelf(scene),
      renderShelf({ ...scene, frameSeed: 6 }),
    ])
    expect([...picture.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
    expect(picture.length).toBeGreaterThan(50_000)
    expect(picture.length).toBeLessThan(160_000)
    expect(Buffer.from(again).equals(Buffer.from(picture))).toBe(true)
    expect(Buffer.from(other).equals(Buffer.from(picture))).toBe(false)
  })

  test('changes when a pack goes, an arm comes or the light is out', async () => {
    const first = shelf.zones[0]!.slots[0]!.slot
    const without = new Set([...everySlot].filter((slot) => slot !== first))
    const pictures = await Promise.all([
      renderShelf(scene),
      renderShelf({ ...scene, filled: without }),
      renderShelf({ ...scene, arm: { slot: first, from: 'below' } }),
      renderShelf({ ...scene, dark: true }),
    ])
    expect(new Set(pictures.map((picture) => Buffer.from(picture).toString('base64'))).size).toBe(4)
    expect(pictures[3]!.length).toBeLessThan(pictures[0]!.length / 2)
  })

  test.each(SHELVES)('$camera: slots lie inside the picture and do not touch', ({ zones }) => {
    const boxes = zones.flatMap(({ slots }) => slots.map(({ box }) => box))
    for (const [left, top, width, height] of boxes) {
      expect(left).toBeGreaterThanOrEqual(0)
      expect(top).toBeGreaterThanOrEqual(0)
      expect(left + width).toBeLessThanOrEqual(PICTURE.width)
      expect(top + height).toBeLessThanOrEqual(PICTURE.height)
    }
    const apart = boxes.every((a, index) =>
      boxes
        .slice(index + 1)
        .every(
          (b) =>
            a[0] + a[2] < b[0] || b[0] + b[2] < a[0] || a[1] + a[3] < b[1] || b[1] + b[3] < a[1],
        ),
    )
    expect(apart).toBe(true)
  })
})
