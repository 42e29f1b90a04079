import { type Camera, startVisionPool, type VisionPool } from '../../vision/index.ts'
import { createLog } from '../log.ts'
import { shippedModelFolder } from '../models.ts'
import { renderShelf } from '../simulator/render-shelf.ts'
import { cameraOf } from '../simulator/shelf/shelf-camera.ts'
import { PICTURE, SHELVES } from '../simulator/shelf/shelf-layout.ts'
import { type Helper, startHelper } from './child.ts'
import type { FloorAnswer, FloorQuestion } from './frames-floor.entry.ts'
import { type Figure, interleave, median, type Progress, ratioOf } from './ratio.ts'

const FRAMES = 16
const WARM_UP_FRAMES = 4

interface Shot {
  readonly camera: Camera
  readonly jpeg: Uint8Array
}

/** A JPEG in, its shelf sample out, beside decoding and the model alone. */
export async function benchFrames(rounds: number, progress: Progress): Promise<Figure[]> {
  progress('rendering pictures')
  const shots: Shot[] = []
  for (let seed = 1; seed <= FRAMES; seed++) shots.push(await shotOf(seed))
  const vision = startVisionPool({
    modelFolder: shippedModelFolder,
    log: createLog('warn', 'bench'),
  })
  const floor: Helper<FloorQuestion, FloorAnswer> = startHelper('frames-floor.entry', {
    env: { ...process.env, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '2' },
  })
  const bare: FloorAnswer[] = []
  const byFloor = async (chosen: readonly Shot[]) => {
    const frames = chosen.map(({ jpeg }) => jpeg)
    const answer = await floor.ask({ modelFolder: shippedModelFolder, frames })
    bare.push(answer)
    return answer.tookMs / frames.length
  }
  try {
    progress('warming up')
    await byPool(vision, shots.slice(0, WARM_UP_FRAMES))
    await byFloor(shots.slice(0, WARM_UP_FRAMES))
    bare.length = 0
    const sides = await interleave(
      rounds,
      () => byPool(vision, shots),
      () => byFloor(shots),
      progress,
    )
    const per = (of: (answer: FloorAnswer) => number) => (median(bare.map(of)) / FRAMES).toFixed(1)
    return [
      ratioOf(sides, {
        name: 'a frame, JPEG in to shelf sample',
        method: [
          `floor: bare decode to the model's input (${per(({ decodeMs }) => decodeMs)} ms) and session.run (${per(({ runMs }) => runMs)} ms) in a process of its own, same threads, arenas and priority`,
          `load: ${FRAMES} pictures of ${PICTURE.width} x ${PICTURE.height} one after another, ${rounds} rounds; ours goes through the supervised process and back`,
        ],
        unit: 'ms/frame',
        hold: { better: 'less', limit: 1.15 },
      }),
    ]
  } finally {
    await Promise.all([vision.stop(), floor.end()])
  }
}

/** Milliseconds a frame. */
async function byPool(vision: VisionPool, shots: readonly Shot[]): Promise<number> {
  const startedAt = performance.now()
  for (const { camera, jpeg } of shots) {
    const sample = await vision.submit({ camera, atMs: 1, jpeg })
    if (sample.kind !== 'usable') throw new Error(`a picture of the bench was ${sample.kind}`)
  }
  return (performance.now() - startedAt) / shots.length
}

/** Every third pack is missing, another one in each picture. */
async function shotOf(seed: number): Promise<Shot> {
  const shelf = SHELVES[seed % SHELVES.length]
  if (!shelf) throw new RangeError('expected a shelf to photograph, got none')
  const slots = shelf.zones.flatMap((zone) => zone.slots.map(({ slot }) => slot))
  const filled = new Set(slots.filter((_, index) => (index + seed) % 3 !== 0))
  const jpeg = await renderShelf({ shelf, filled, arm: null, dark: false, frameSeed: seed })
  return { camera: cameraOf(shelf), jpeg }
}
