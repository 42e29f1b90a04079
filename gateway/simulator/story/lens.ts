import type { StoreDay } from '../calendar.ts'
import type { ShelfScene } from '../render-shelf.ts'
import type { ShelfLayout } from '../shelf/shelf-layout.ts'
import type { World } from '../world.ts'
import type { Outbox } from './messages.ts'

/** Takes a camera's pictures, with what is wrong with it. */
export interface Lens {
  shoot(shelf: ShelfLayout, atMs: number, extra: Partial<ShelfScene>): void
  /** It sends its last picture again and again meanwhile. */
  freeze(shelf: ShelfLayout, spell: Stretch): void
  /** Whether a change on the shelf at this moment shows in no picture of its own. */
  isBlind(shelf: ShelfLayout, atMs: number): boolean
}

export interface Stretch {
  readonly fromMs: number
  readonly untilMs: number
}

export interface LensOptions {
  readonly world: World
  readonly outbox: Outbox
  readonly day: StoreDay
  /** False: the shelves have no cameras; hands come and go unseen. */
  readonly watched: boolean
}

/** A hand that is there when a camera stops or comes back is seen only when it has gone. */
const HAND_MS = 10_000

export function createLens({ world, outbox, day, watched }: LensOptions): Lens {
  const frozen: (Stretch & { readonly camera: string })[] = []
  const last = new Map<string, ShelfScene>()
  const isFrozen = (camera: string, atMs: number, aroundMs = 0) =>
    frozen.some(
      (one) =>
        one.camera === camera && one.fromMs - aroundMs <= atMs && atMs < one.untilMs + aroundMs,
    )
  return {
    shoot(shelf, atMs, extra) {
      if (!watched) return
      const { camera, location } = shelf
      const sequence = world.next(`frame/${camera}`)
      const topic = `tallygate/v1/${camera}/frame/d${day.index + 1}/${sequence}/${atMs}`
      const shift = world.cameraShift(camera)
      const seen = {
        shelf,
        filled: world.filledSlots(location),
        arm: null,
        dark: false,
        ...(shift ? { shift } : {}),
        frameSeed: sequence,
        ...extra,
      }
      const scene = isFrozen(camera, atMs) ? (last.get(camera) ?? seen) : seen
      last.set(camera, scene)
      outbox.send(atMs, { device: camera, topic, body: { kind: 'frame', scene, atMs } })
    },
    freeze: ({ camera }, spell) => void frozen.push({ camera, ...spell }),
    isBlind: ({ camera }, atMs) => !watched || isFrozen(camera, atMs, HAND_MS),
  }
}
