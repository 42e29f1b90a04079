import {
  type OpenModel,
  type ShelfState,
  type ShelfStep,
  shelfDefaults,
  stepShelf,
} from '../../../vision/index.ts'
import { createFilm, FILM_SCALE } from './film.ts'
import { cameraOf } from './shelf-camera.ts'
import { FRAME_MS, type HourOptions, shelfHour, type TrueChange } from './shelf-hour.ts'

/** What one rate of frames made of the hour. */
export interface Watched {
  readonly framesPerSecond: number
  frames: number
  unusable: number
  /** Shelves one item deep: facings that came or went, and how many of them were told right. */
  units: number
  right: number
  /** Told and untrue, anywhere. */
  invented: number
  /** Deeper shelves: visits of a hand; facings; and questions asked instead of a guess. */
  readonly deep: { visits: number; units: number; right: number; questions: number }
  /** When and where something was told that did not happen, or was not told that did. */
  readonly faults: string[]
}

/**
 * Shows the hour to one model and counts it at several rates side by side: a frame that several of
 * them see is drawn once, and the model runs on it once.
 */
export async function watchHour(
  model: OpenModel,
  options: HourOptions,
  rates: readonly number[],
  onSecond: (seconds: number) => void = () => {},
): Promise<Watched[]> {
  const film = createFilm(options.seed)
  const watchers = rates.map((rate) => new Watcher(rate, options))
  for (const frame of shelfHour(options)) {
    for (const watcher of watchers) watcher.happened(frame.changes, frame.handled)
    const looking = watchers.filter((watcher) => watcher.isDue(frame.atMs))
    if (frame.atMs % 1_000 === 0) onSecond(frame.atMs / 1_000)
    if (looking.length === 0) continue
    const jpeg = await film(frame.shot)
    for (const watcher of looking) await watcher.look(model, frame.atMs, jpeg)
  }
  return watchers.map((watcher) => watcher.end())
}

class Watcher {
  readonly #everyMs: number
  readonly #camera: ReturnType<typeof cameraOf>
  readonly #depthOf: HourOptions['depthOf']
  readonly #watched: Watched
  /** By zone: facings that have come (+) and gone (-) and were not told yet. */
  readonly #untold = new Map<string, { came: number; went: number }>()
  #shelf: ShelfState | undefined

  constructor(framesPerSecond: number, { shelf, depthOf }: HourOptions) {
    this.#everyMs = 1_000 / framesPerSecond
    const camera = cameraOf(shelf, FILM_SCALE, depthOf)
    // The model remembers each camera's pictures: each rate is a camera of its own.
    this.#camera = { ...camera, camera: `${camera.camera} at ${framesPerSecond}` }
    this.#depthOf = depthOf
    this.#watched = {
      framesPerSecond,
      ...{ frames: 0, unusable: 0, units: 0, right: 0, invented: 0 },
      deep: { visits: 0, units: 0, right: 0, questions: 0 },
      faults: [],
    }
  }

  isDue(atMs: number): boolean {
    return atMs % this.#everyMs < FRAME_MS
  }

  happened(changes: readonly TrueChange[], handled: string | null): void {
    if (handled !== null && this.#depthOf(handled) > 1) this.#watched.deep.visits++
    for (const { zone, delta } of changes) {
      this.#talliesOf(zone).units += Math.abs(delta)
      const untold = this.#untoldOf(zone)
      if (delta > 0) untold.came += delta
      else untold.went -= delta
    }
  }

  async look(model: OpenModel, atMs: number, jpeg: Uint8Array): Promise<void> {
    const sample = await model.lookAt(this.#camera, atMs, jpeg)
    this.#watched.frames++
    if (sample.kind === 'unusable') this.#watched.unusable++
    const step = stepShelf(this.#shelf, this.#camera, sample, shelfDefaults)
    this.#shelf = step.next
    this.#told(step)
  }

  end(): Watched {
    for (const [zone, { came, went }] of this.#untold)
      if (came + went > 0) this.#watched.faults.push(`${zone}: ${came} came, ${went} went untold`)
    return this.#watched
  }

  #told({ changes, questions }: ShelfStep): void {
    this.#watched.deep.questions += questions.length
    for (const { zone, countBefore, countAfter, observedAtMs } of changes) {
      const delta = countAfter - countBefore
      const untold = this.#untoldOf(zone)
      const side = delta > 0 ? 'came' : 'went'
      const right = Math.min(Math.abs(delta), untold[side])
      untold[side] -= right
      this.#talliesOf(zone).right += right
      const invented = Math.abs(delta) - right
      this.#watched.invented += invented
      if (invented > 0)
        this.#watched.faults.push(`${zone} at ${observedAtMs} ms: ${invented} ${side} untrue`)
    }
  }

  #talliesOf(zone: string): { units: number; right: number } {
    return this.#depthOf(zone) > 1 ? this.#watched.deep : this.#watched
  }

  #untoldOf(zone: string): { came: number; went: number } {
    const known = this.#untold.get(zone) ?? { came: 0, went: 0 }
    this.#untold.set(zone, known)
    return known
  }
}
