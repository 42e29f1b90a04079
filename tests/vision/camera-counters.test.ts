import { expect, test } from 'vitest'
import { CameraCounters } from '../../vision/camera-counters.ts'

const head = (atMs: number) => ({ camera: 'aisle-1', atMs, frameSha256: 'f' })
const seen = (atMs: number, ...visible: boolean[]) => ({
  kind: 'usable' as const,
  ...head(atMs),
  detections: [],
  zones: visible.map((visible, index) => ({ zone: `z${index}`, visible, slotScores: [] })),
})
const knocked = (atMs: number) => ({
  kind: 'unusable' as const,
  ...head(atMs),
  reason: 'moved' as const,
  detail: '',
})

test('a camera tells how much of its shelf it sees, and for how long it did not', () => {
  const counters = new CameraCounters()
  counters.settled(seen(0, true, true))
  expect(counters.read()).toEqual([
    { camera: 'aisle-1', status: 'online', zonesVisible: 1, blindSeconds: 0 },
  ])
  counters.settled(seen(2_000, true, false))
  expect(counters.read()).toMatchObject([{ zonesVisible: 0.5, blindSeconds: 2 }])
  counters.settled(knocked(5_000))
  expect(counters.read()).toMatchObject([{ status: 'moved', zonesVisible: 0, blindSeconds: 8 }])
  counters.settled(seen(6_000, true, true))
  expect(counters.read()).toMatchObject([{ status: 'online', zonesVisible: 1, blindSeconds: 8 }])
})

test('hours without a picture are a gap and not an hour of blindness', () => {
  const counters = new CameraCounters()
  counters.settled(seen(0, true))
  counters.settled(knocked(3_600_000))
  expect(counters.read()).toMatchObject([{ blindSeconds: 60 }])
})
