import {
  type Camera,
  type ShelfSample,
  type ShelfState,
  shelfDefaults,
  stepShelf,
} from '../../vision/index.ts'
import { interpretShelfChange, interpretShelfQuestion } from '../interpretation/index.ts'
import { COMMITTED, type StepParts, type StepVerdict } from './step-parts.ts'

export interface ShelfSteps {
  take(sample: ShelfSample, nowMs: number): StepVerdict
  planogramChanged(): void
}

/** Where the shelves' machines stand in the state table. */
export const SHELF = 'shelf'

/** Where it stands since when each camera shows its shelf, or shows nothing that can be used. */
export const SIGHT = 'camera-sight'

export interface Sight {
  readonly isSeeing: boolean
  readonly sinceMs: number
}

/** Shelf samples to confirmed changes to movements. The candidate is durable too. */
export function createShelfSteps(parts: StepParts): ShelfSteps {
  const { config, states, store } = parts
  let cameras = camerasOf(parts)
  return {
    take(sample, nowMs) {
      const camera = cameras.get(sample.camera)
      if (!camera) return { status: 'kept', code: 'no-camera', message: sample.camera }
      const isSeeing = sample.kind === 'usable'
      // Only this function makes records of this kind.
      const sight = states.get(SIGHT, camera.camera) as Sight | undefined
      if (sight ? sight.isSeeing !== isSeeing : !isSeeing)
        states.put(SIGHT, camera.camera, { isSeeing, sinceMs: nowMs })
      // Only stepShelf writes this record.
      const state = states.get(SHELF, camera.camera) as ShelfState | undefined
      const step = stepShelf(state, camera, sample, shelfDefaults)
      if (step.dirty) states.put(SHELF, camera.camera, step.next)
      else states.refresh(SHELF, camera.camera, step.next)
      for (const change of step.changes)
        parts.carryOut(interpretShelfChange(parts.factsAt(nowMs), change))
      for (const question of step.questions)
        parts.carryOut(interpretShelfQuestion(parts.factsAt(nowMs), question))
      return step.note === 'duplicate' ? { status: 'committed', code: 'duplicate' } : COMMITTED
    },
    planogramChanged() {
      cameras = camerasOf({ config, store })
    },
  }
}

/** Geometry from the configuration, SKU and location from the planogram. */
function camerasOf({ config, store }: Pick<StepParts, 'config' | 'store'>): Map<string, Camera> {
  const planogram = new Map(store.planogram().map((row) => [`${row.camera}/${row.zone}`, row]))
  return new Map(
    config.cameras.map(({ id, width, height, zones }) => {
      const planned = zones.flatMap(({ zone, depth, slots }) => {
        const row = planogram.get(`${id}/${zone}`)
        if (!row) return []
        const boxes = slots.map(({ slot, box: [x, y, w, h] }) => ({
          slot,
          box: { x, y, width: w, height: h },
        }))
        return [{ zone, sku: row.sku, location: row.location, depth, slots: boxes }]
      })
      return [id, { camera: id, width, height, zones: planned }]
    }),
  )
}
