import { describe, expect, test } from 'vitest'
import { voteOnBoxes } from '../../vision/box-votes.ts'
import { movedTo, suppress, toOriginal } from '../../vision/detections.ts'
import type { Camera, Detection } from '../../vision/index.ts'
import { judgePicture } from '../../vision/quality.ts'
import { sampleZones } from '../../vision/zones.ts'

const settings = { scoreMin: 0.5 }
const camera: Camera = {
  camera: 'aisle-1',
  width: 800,
  height: 600,
  zones: [
    { zone: 'milk', sku: 'm', location: 's', slots: [slot('m1', 0), slot('m2', 100)] },
    { zone: 'oats', sku: 'o', location: 's', slots: [slot('o1', 200)] },
  ],
}

function slot(name: string, x: number) {
  return { slot: name, box: { x, y: 0, width: 100, height: 100 } }
}

function product(x: number, score: number, width = 100): Detection {
  return { label: 'product', role: 'product', score, box: { x, y: 0, width, height: 100 } }
}

function person(x: number, score: number, width = 100): Detection {
  return { label: 'person', role: 'person', score, box: { x, y: 0, width, height: 300 } }
}

const scoresOf = (detections: Detection[]) =>
  sampleZones(detections, camera, settings).map((zone) => zone.slotScores)
const visibleOf = (detections: Detection[]) =>
  sampleZones(detections, camera, settings).map((zone) => zone.visible)

describe('slots', () => {
  test('each slot gets its best product, in thousandths and in the order of the zone', () => {
    expect(scoresOf([product(2, 0.71), product(4, 0.9), product(205, 0.456)])).toEqual([
      [900, 0],
      [456],
    ])
  })

  test('one item between two slots counts once', () => {
    expect(scoresOf([product(45, 0.8)])).toEqual([[800, 0], [0]])
  })

  test('a second item that leans into a taken slot serves the free one beside it', () => {
    expect(scoresOf([product(5, 0.9), product(48, 0.7)])).toEqual([[900, 700], [0]])
  })

  test('a trace of an item is kept for the shelf to remember by, noise is not', () => {
    expect(scoresOf([product(0, 0.21), product(100, 0.19)])).toEqual([[210, 0], [0]])
  })

  test('a model that speaks softly is believed from its own threshold on', () => {
    const soft = (score: number) =>
      sampleZones([product(0, score)], camera, { scoreMin: 0.4 })[0]?.slotScores[0]
    expect([0.2, 0.4, 0.7, 1].map(soft)).toEqual([250, 500, 750, 1000])
  })

  test('a person is never an item', () => {
    expect(scoresOf([person(0, 0.9)])).toEqual([[0, 0], [0]])
  })
})

describe('what does not belong there', () => {
  const foreignOf = (detections: Detection[]) =>
    sampleZones(detections, camera, settings).map(({ visible, foreign = [], slotScores }) => ({
      visible,
      foreign,
      slotScores,
    }))

  test('a bag before a slot is foreign, and nobody can say what stands behind it', () => {
    const bag: Detection = { ...product(0, 0.9), label: 'handbag', role: 'other' }
    expect(foreignOf([bag, product(100, 0.9)])[0]).toEqual({
      visible: false,
      foreign: [{ label: 'handbag', sku: null }],
      slotScores: [0, 900],
    })
  })

  test('another SKU in a slot is foreign and does not count as the planned one', () => {
    const own = { ...product(0, 0.9), sku: camera.zones[0]!.sku }
    const other = { ...product(100, 0.8), label: 'tonic', sku: 'TONIC-330' }
    expect(foreignOf([own, other])[0]).toEqual({
      visible: true,
      foreign: [{ label: 'tonic', sku: 'TONIC-330' }],
      slotScores: [900, 0],
    })
  })
})

describe('visibility', () => {
  test('an arm over one slot hides its whole zone and no other', () => {
    expect(visibleOf([person(150, 0.8, 40)])).toEqual([false, true])
  })

  test('an arm that touches a slot by a hair hides nothing', () => {
    expect(visibleOf([person(196, 0.8, 4)])).toEqual([true, true])
  })

  test('what may be a person hides its zone, for waiting costs less than a wrong change', () => {
    expect(visibleOf([person(0, 0.26, 50)])).toEqual([false, true])
  })

  test('what is hardly a person hides nothing', () => {
    expect(visibleOf([person(0, 0.24)])).toEqual([true, true])
  })
})

describe('boxes', () => {
  const topLeft = { scaleX: 0.5, scaleY: 0.5, offsetX: 0, offsetY: 0 }
  const raw = (x1: number, score: number, label: 'product' | 'person' = 'product') => ({
    label,
    role: label,
    score,
    x1,
    y1: 0,
    x2: x1 + 100,
    y2: 100,
  })

  test('of two boxes on one item the surer stays, neighbours and other classes stay too', () => {
    const found = [raw(10, 0.6), raw(0, 0.9), raw(90, 0.5), raw(0, 0.4, 'person')]
    expect(suppress(found, 0.5).map(({ score }) => score)).toEqual([0.9, 0.5, 0.4])
  })

  test('one item that a model calls two products is one item, and a hand before it stays', () => {
    const named = (label: string, score: number) => ({ ...raw(0, score), label })
    const found = [named('cola', 0.6), named('cola light', 0.7), raw(0, 0.9, 'person')]
    const kept = suppress(found, 0.5, 'across-labels')
    expect(kept.map(({ label }) => label)).toEqual(['person', 'cola light'])
  })

  test('what a smaller look saw lies where the first look would have seen it', () => {
    const first = { ...topLeft, offsetY: 20, width: 180, height: 600 }
    const smaller = { scaleX: 0.25, scaleY: 0.25, offsetX: 0, offsetY: 0, width: 180, height: 600 }
    const moved = movedTo(raw(10, 0.9), smaller, first)
    expect(moved).toEqual({ ...raw(10, 0.9), x1: 20, y1: 20, x2: 220, y2: 220 })
    expect(toOriginal([moved], first)).toEqual(toOriginal([raw(10, 0.9)], smaller))
  })

  test('a large item ends where all that cover it say, the surest most', () => {
    const found = [raw(0, 0.8), raw(10, 0.4), raw(45, 0.7), raw(0, 0.4, 'person')]
    const votes = { iouMin: 0.6, longSideMin: 80 }
    const [voted] = voteOnBoxes([raw(0, 0.8)], found, votes)
    expect(voted).toEqual({ ...raw(0, 0.8), x1: 2, x2: 102 })
  })

  test('small items and people keep the box they have', () => {
    const found = [raw(0, 0.8), raw(10, 0.4), raw(0, 0.8, 'person'), raw(10, 0.4, 'person')]
    const kept = [raw(0, 0.8), raw(0, 0.8, 'person')]
    const people = voteOnBoxes(kept.slice(1), found, { iouMin: 0.6, longSideMin: 80 })
    expect(people).toEqual(kept.slice(1))
    expect(voteOnBoxes(kept, found, { iouMin: 0.6, longSideMin: 101 })).toEqual(kept)
  })

  test('boxes come back in pixels of the original, cut at its edge', () => {
    const placement = { ...topLeft, width: 180, height: 600 }
    expect(toOriginal([raw(10, 0.9)], placement)).toEqual([
      {
        label: 'product',
        role: 'product',
        score: 0.9,
        box: { x: 20, y: 0, width: 160, height: 200 },
      },
    ])
  })

  test('a box in the padding is not on the picture', () => {
    expect(toOriginal([raw(300, 0.9)], { ...topLeft, width: 400, height: 600 })).toEqual([])
  })
})

describe('picture quality', () => {
  const judge = (mean: number, deviation: number, width = 800) =>
    judgePicture({ width, height: 600, luma: { mean, deviation } }, camera)

  test('a dim picture with contrast is good, one without light is dark', () => {
    expect(judge(19, 10)).toBeNull()
    expect(judge(11.9, 10)).toMatchObject({ reason: 'dark' })
  })

  test('a picture bleached by the sun is overexposed', () => {
    expect(judge(249, 12)).toMatchObject({ reason: 'overexposed' })
  })

  test('a covered lens shows a flat picture', () => {
    expect(judge(96, 2)).toMatchObject({ reason: 'flat' })
  })

  test('a camera that changed its resolution is not the calibrated one', () => {
    expect(judge(96, 50, 640)).toEqual({
      reason: 'wrong-size',
      detail: 'expected 800 x 600 as calibrated, got 640 x 600',
    })
  })
})
