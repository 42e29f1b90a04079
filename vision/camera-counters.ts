import type { ShelfSample } from './shelf-sample.ts'

/** How one camera sees, as of its newest frame. */
export interface CameraSight {
  readonly camera: string
  /** `online`, or why its newest frame shows nothing. */
  readonly status: string
  /** Of its zones, 0..1. */
  readonly zonesVisible: number
  /** Added up over its zones: time in which nobody could say what stands there. */
  readonly blindSeconds: number
}

/** Between frames that lie farther apart nobody watched at all; that is told as a gap. */
const FRAME_APART_MAX_MS = 60_000

export class CameraCounters {
  readonly #cameras = new Map<string, CameraSight & { readonly atMs: number }>()
  readonly #zones = new Map<string, number>()

  settled(sample: ShelfSample): void {
    const { camera, atMs } = sample
    const before = this.#cameras.get(camera)
    const isUsable = sample.kind === 'usable'
    if (isUsable) this.#zones.set(camera, sample.zones.length)
    const zones = this.#zones.get(camera) ?? 0
    const visible = isUsable ? sample.zones.filter((zone) => zone.visible).length : 0
    const apartMs = Math.min(FRAME_APART_MAX_MS, Math.max(0, atMs - (before?.atMs ?? atMs)))
    const blindSeconds = (before?.blindSeconds ?? 0) + ((zones - visible) * apartMs) / 1_000
    const zonesVisible = zones === 0 ? 0 : visible / zones
    const status = isUsable ? 'online' : sample.reason
    this.#cameras.set(camera, { camera, status, zonesVisible, blindSeconds, atMs })
  }

  read(): CameraSight[] {
    return [...this.#cameras.values()].map(({ atMs: _, ...sight }) => sight)
  }
}
