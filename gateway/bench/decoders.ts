import { decodeReads } from '../../sensors/index.ts'
import { type Message, messages } from './decoder-messages.ts'
import { type Figure, interleave, type Progress, ratioOf } from './ratio.ts'

/** Reads per second of each reader family beside JSON.parse, which is the least a decoder does. */
export async function benchDecoders(rounds: number, progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const message of messages) {
    progress(message.name)
    figures.push(await benchMessage(message, rounds))
  }
  return figures
}

const MESSAGES = 2_000

async function benchMessage(message: Message, rounds: number): Promise<Figure> {
  const { name, profile, payload, reads, options, floorText, floorName } = message
  const ours = () =>
    rate(reads, () => {
      const decoded = decodeReads(profile, 'bench', payload, options)
      return decoded.reads.length || decoded.events.length
    })
  const floor = () => rate(reads, () => countOf(JSON.parse(floorText)))
  ours()
  floor()
  return ratioOf(await interleave(rounds, ours, floor), {
    name: `decode ${name}`,
    method: [
      `${payload.length} bytes with ${reads} reads, ${MESSAGES} times`,
      `floor: ${floorName}`,
    ],
    unit: 'reads/s',
    hold: WORST,
  })
}

/** No decoder may cost more than twenty times its parse: then it would do something twice. */
const WORST = { better: 'more', limit: 0.05 } as const

function rate(reads: number, decode: () => number): number {
  const startedAt = performance.now()
  let seen = 0
  for (let round = 0; round < MESSAGES; round++) seen += decode()
  const seconds = (performance.now() - startedAt) / 1_000
  if (seen !== MESSAGES * reads) throw new Error(`expected ${MESSAGES * reads} reads, got ${seen}`)
  return seen / seconds
}

const countOf = (value: unknown) => (Array.isArray(value) ? value.length : 1)
