import { cpuOf, type IngestSides, type Sent, waitsOf, withIngestSides } from './ingest-sides.ts'
import { type Figure, interleave, type Progress, ratioOf } from './ratio.ts'

interface Shape {
  readonly name: string
  readonly readers: number
  readonly readsPerMessage: number
  readonly rate: number
  /** Store time of one round. */
  readonly seconds: number
  /** In flight per device; a batch of a thousand reads is 200,000 bytes. */
  readonly window: number
}

const MANY = 50
const BATCH = 1_000
/** In this order: a reader's own event numbers only ever rise. */
const SHAPES: readonly Shape[] = [
  { name: 'tag events', readers: 1, readsPerMessage: 1, rate: 1, seconds: 60, window: 64 },
  { name: 'tag events', readers: MANY, readsPerMessage: 1, rate: 1, seconds: 2, window: 8 },
  { name: 'batches', readers: 1, readsPerMessage: BATCH, rate: 5, seconds: 20, window: 2 },
  { name: 'batches', readers: MANY, readsPerMessage: BATCH, rate: 5, seconds: 1, window: 1 },
]

/** The same beside the bare broker with one device and with fifty, read by read and in batches. */
export function benchPublishers(rounds: number, progress: Progress): Promise<Figure[]> {
  return withIngestSides(MANY, async (sides) => {
    const figures: Figure[] = []
    let startSecond = 0
    for (const shape of SHAPES) {
      figures.push(await figureOf(shape, startSecond, { sides, rounds, progress }))
      startSecond += shape.seconds * (rounds + 1)
    }
    const { refused } = await sides.figures()
    if (refused > 0) throw new Error(`${refused} of the bench's own messages were refused`)
    return figures
  })
}

async function figureOf(
  shape: Shape,
  startSecond: number,
  about: {
    readonly sides: IngestSides
    readonly rounds: number
    readonly progress: Progress
  },
): Promise<Figure> {
  const { sides, rounds, progress } = about
  const { readers, readsPerMessage, window, seconds } = shape
  const name = `${shape.name}, ${readers} ${readers === 1 ? 'publisher' : 'publishers'}`
  const sent = { ours: [] as Sent[], floor: [] as Sent[] }
  let prepared = await sides.prepare({ ...shape, startSecond })
  // The first stretch settles the shelves' tags and compiles both sides.
  await sides.send('ours', window)
  await sides.send('floor', window)
  let preparedRound = -1
  const side = (which: 'ours' | 'floor') => async (round: number) => {
    if (round !== preparedRound)
      prepared = await sides.prepare({ ...shape, startSecond: startSecond + seconds * (round + 1) })
    preparedRound = round
    const one = await sides.send(which, window)
    sent[which].push(one)
    return one.perSecond
  }
  const ratio = await interleave(rounds, side('ours'), side('floor'), (text) =>
    progress(`${name}: ${text}`),
  )
  return ratioOf(ratio, {
    name: `QoS 1, ${name}`,
    method: [
      `floor: bare Aedes; ${window} in flight each, ${readsPerMessage} reads a message, ${prepared.meanBytes.toFixed(0)} bytes, ${(prepared.passShare * 100).toFixed(0)} % of the reads belong to portal passes`,
      cpuOf(sent),
      waitsOf(sent),
    ],
    unit: 'messages/s',
    hold: null,
  })
}
