import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createRandom, type Random } from '../../gateway/simulator/random.ts'
import { renderShelf } from '../../gateway/simulator/render-shelf.ts'
import { SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'
import {
  type Camera,
  type ShelfChange,
  type ShelfState,
  shelfDefaults,
  stepShelf,
} from '../../vision/index.ts'
import { lookAt } from '../../vision/look.ts'
import { type Detector, loadDetector } from '../../vision/onnx-detector.ts'
import { productDetector } from './shelf-pictures.ts'

/**
 * The detector that ships before a rendered shelf one item deep, whose truth is known. A few
 * handlings here; HANDLINGS=200 FPS=2 measures for the card.
 */
const HANDLINGS = Number(process.env['HANDLINGS'] ?? 4)
const FPS = Number(process.env['FPS'] ?? 2)
const SEED = 20_261

vi.setConfig({ testTimeout: 3_600_000, hookTimeout: 60_000 })

let detector: Detector
beforeAll(async () => {
  detector = await loadDetector(productDetector)
})
afterAll(() => detector.close())

test('hands that take, return and only touch leave the true counts behind', async () => {
  const told = { units: 0, right: 0, invented: 0, missed: 0, frames: 0, unusable: 0 }
  for (const [index, shelf] of SHELVES.entries()) {
    const watched = cameraOf(shelf)
    const random = createRandom(SEED, `handlings/${shelf.camera}`)
    const filled = new Set(watched.zones.flatMap(({ slots }) => slots.map(({ slot }) => slot)))
    let state: ShelfState | undefined
    let atMs = 0
    const memory = new Map()
    const show = async (forMs: number, arm: string | null): Promise<ShelfChange[]> => {
      const changes: ShelfChange[] = []
      for (const untilMs = atMs + forMs; atMs < untilMs; atMs += 1000 / FPS) {
        told.frames++
        const jpeg = await renderShelf({
          shelf,
          filled,
          arm: arm === null ? null : { slot: arm, from: random.pick(['left', 'right', 'below']) },
          dark: false,
          frameSeed: SEED + told.frames,
        })
        const { sample } = await lookAt(detector, { camera: watched, atMs, jpeg }, memory)
        if (sample.kind === 'unusable') told.unusable++
        const step = stepShelf(state, watched, sample, shelfDefaults)
        state = step.next
        changes.push(...step.changes)
      }
      return changes
    }
    expect(await show(3000, null)).toEqual([])
    for (let turn = 0; turn < HANDLINGS / SHELVES.length; turn++) {
      const { slot, delta, zone } = handle(random, watched, filled)
      const changes = [...(await show(500, null)), ...(await show(1500, slot))]
      if (delta < 0) filled.delete(slot)
      if (delta > 0) filled.add(slot)
      changes.push(...(await show(500, slot)), ...(await show(4000, null)))
      score(told, changes, zone, delta)
    }
    expect(index).toBeLessThan(SHELVES.length)
  }
  process.stdout.write(`rendered handlings at ${FPS} fps: ${JSON.stringify(told)}\n`)
  expect(told.invented).toBe(0)
  expect(told.right).toBeGreaterThanOrEqual(0.9 * told.units)
})

function score(
  told: { units: number; right: number; invented: number; missed: number },
  changes: readonly ShelfChange[],
  zone: string,
  delta: number,
): void {
  const own = changes.filter((change) => change.zone === zone)
  const sum = own.reduce((total, change) => total + change.countAfter - change.countBefore, 0)
  told.units += Math.abs(delta)
  if (sum === delta) told.right += Math.abs(delta)
  else told.missed += Math.abs(delta)
  told.invented += changes.length - own.length
  if (delta === 0 || own.length > 1) told.invented += own.length - (delta === 0 ? 0 : 1)
}

/** A third each: takes, returns where something is missing, touches. */
function handle(random: Random, watched: Camera, filled: ReadonlySet<string>) {
  const slots = watched.zones.flatMap(({ zone, slots }) =>
    slots.map(({ slot }) => ({ zone, slot })),
  )
  const empty = slots.filter(({ slot }) => !filled.has(slot))
  const wish = random.pick(['take', 'return', 'touch'] as const)
  if (wish === 'return' && empty.length > 0) return { ...random.pick(empty), delta: 1 }
  const standing = random.pick(slots.filter(({ slot }) => filled.has(slot)))
  return { ...standing, delta: wish === 'touch' ? 0 : -1 }
}

function cameraOf({ camera, location, zones }: (typeof SHELVES)[number]): Camera {
  return {
    camera,
    width: 960,
    height: 720,
    zones: zones.map(({ zone, sku, slots }) => ({
      zone,
      sku,
      location,
      slots: slots.map(({ slot, box: [x, y, width, height] }) => ({
        slot,
        box: { x, y, width, height },
      })),
    })),
  }
}
