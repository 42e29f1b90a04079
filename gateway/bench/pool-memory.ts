import { readFileSync } from 'node:fs'
import { type Camera, startVisionPool, type VisionPool } from '../../vision/index.ts'
import { createLog } from '../log.ts'
import { renderShelf } from '../simulator/render-shelf.ts'
import { cameraOf } from '../simulator/shelf/shelf-camera.ts'
import { PICTURE, SHELVES } from '../simulator/shelf/shelf-layout.ts'
import { type Figure, median, type Progress } from './ratio.ts'

/** Small pictures: what is looked for is what each frame leaves behind, not what it costs. */
const SHRUNK = 3
const PICTURES = 8
/** One point of the curve; as many frames first until every buffer has found its size. */
const EVERY_FRAMES = 5_000
/** Over all frames; a leak of one small picture each would be gigabytes. */
const GROWTH_MAX_MIB = 16

interface Memory {
  readonly frames: number
  /** Resident memory of the inference process, of ours, and our heap after a collection; MiB. */
  readonly child: number
  readonly parent: number
  readonly heap: number
}

/** Frame after frame through the pool: what the two processes keep of them. */
export async function benchPoolMemory(
  frames: number,
  modelFolder: string,
  progress: Progress,
): Promise<Figure[]> {
  progress('rendering pictures')
  const shots = await Promise.all(Array.from({ length: PICTURES }, (_, seed) => shotOf(seed)))
  const vision = startVisionPool({ modelFolder, log: createLog('warn', 'bench') })
  const curve: Memory[] = []
  try {
    for (let sent = 0; sent <= frames + EVERY_FRAMES; sent += EVERY_FRAMES) {
      if (sent > 0) await send(vision, shots, EVERY_FRAMES, sent)
      if (sent === 0) continue
      curve.push(memoryOf(vision, sent))
      progress(told(curve.at(-1)))
    }
    if (vision.status().restarts > 0) throw new Error('the inference process died on the way')
  } finally {
    await vision.stop()
  }
  const method = [
    `${frames} pictures of ${PICTURE.width / SHRUNK} x ${PICTURE.height / SHRUNK} one after another after ${EVERY_FRAMES} to warm up, model ${vision.status().model?.name}`,
    ...curve.map(told),
  ]
  return [
    growthOf('memory the inference process has gained', curve, ({ child }) => child, method),
    growthOf('heap the gateway has gained by it', curve, ({ heap }) => heap, []),
  ]
}

/** The last quarter beside the first: a single reading catches a collection or misses it. */
function growthOf(
  name: string,
  curve: readonly Memory[],
  of: (memory: Memory) => number,
  method: readonly string[],
): Figure {
  const values = curve.map(of)
  const quarter = Math.max(1, Math.floor(values.length / 4))
  return {
    name,
    method,
    value: median(values.slice(-quarter)) - median(values.slice(0, quarter)),
    unit: 'MiB',
    spread: null,
    hold: { better: 'less', limit: GROWTH_MAX_MIB },
  }
}

const told = (memory: Memory | undefined) =>
  memory
    ? `${memory.frames} frames: inference process ${memory.child.toFixed(1)} MiB resident, this one ${memory.parent.toFixed(1)} with a heap of ${memory.heap.toFixed(1)}`
    : ''

async function send(vision: VisionPool, shots: readonly Shot[], count: number, from: number) {
  for (let index = 0; index < count; index++) {
    const shot = shots[index % shots.length]
    if (!shot) return
    const sample = await vision.submit({ ...shot, atMs: (from + index) * 200 })
    if (sample.kind !== 'usable') throw new Error(`a picture of the bench was ${sample.kind}`)
  }
}

function memoryOf(vision: VisionPool, frames: number): Memory {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  return { frames, child: residentMib(vision.status().pid), parent: mib(rss), heap: mib(heapUsed) }
}

const mib = (bytes: number) => bytes / 2 ** 20

/** As Linux tells it; elsewhere nobody can ask about another process so cheaply. */
function residentMib(pid: number | null): number {
  const told = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(told?.[1]) / 1024
}

interface Shot {
  readonly camera: Camera
  readonly jpeg: Uint8Array
}

async function shotOf(seed: number): Promise<Shot> {
  const shelf = SHELVES[0]
  if (!shelf) throw new RangeError('expected a shelf to photograph, got none')
  const size = { width: PICTURE.width / SHRUNK, height: PICTURE.height / SHRUNK }
  const slots = shelf.zones.flatMap((zone) => zone.slots.map(({ slot }) => slot))
  const filled = new Set(slots.filter((_, index) => (index + seed) % 3 !== 0))
  const jpeg = await renderShelf({ shelf, filled, arm: null, dark: false, frameSeed: seed }, size)
  return { camera: cameraOf(shelf, 1 / SHRUNK), jpeg }
}
