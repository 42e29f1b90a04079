import { placeDefaults, presenceDefaults, stepPlace, stepPresence } from '../../sensors/index.ts'
import type { Figure, Progress } from './ratio.ts'

const STEPS = 1_000_000
/** Seen this often before the measurement: every window is full, as it is after some minutes. */
const READS_BEFORE = 24
const NOW_MS = Date.UTC(2026, 2, 2)
const TAG = { location: 'shelf', epc: '3034257BF7194E4000000065' }

/**
 * Steps of the tags' machines per second with this many tags known, and what one tag's record
 * weighs in memory. A second is one of processor time, the collector's included: neighbours on
 * the machine do not count.
 */
export async function benchTags(tags: number, progress: Progress): Promise<Figure[]> {
  progress(`presence of ${tags} tags`)
  const presence = measure<Parameters<typeof stepPresence>[0]>(
    'presence (one location)',
    tags,
    (state, nth, atMs) => stepPresence(state, TAG, seenAt(atMs, nth), presenceDefaults).next,
  )
  progress(`places of ${tags} tags`)
  const place = measure<Parameters<typeof stepPlace>[0]>(
    'place (all zones, windowed RSSI)',
    tags,
    (state, nth, atMs) => stepPlace(state, TAG, seenAt(atMs, nth), placeDefaults).next,
  )
  return [...presence, ...place]
}

function measure<State>(
  name: string,
  tags: number,
  step: (state: State, nth: number, atMs: number) => State,
): Figure[] {
  const before = heapBytes()
  const states = new Array<State>(tags)
  for (let nth = 0; nth < tags; nth++)
    for (let read = 0; read < READS_BEFORE; read++)
      states[nth] = step(states[nth] as State, nth + read, NOW_MS + read * 1_000)
  const bytes = (heapBytes() - before) / tags
  const started = process.cpuUsage()
  for (let done = 0; done < STEPS; done++) {
    // Tags in no order, as a reader meets them.
    const nth = (done * 7_919) % tags
    states[nth] = step(states[nth] as State, done, NOW_MS + 60_000 + done)
  }
  const { user, system } = process.cpuUsage(started)
  const method = [`${tags} tags known, each read ${READS_BEFORE} times before`]
  const plain = { method, spread: null, hold: null }
  return [
    {
      ...plain,
      name: `${name}: steps`,
      value: (STEPS * 1_000_000) / (user + system),
      unit: 'per CPU second',
    },
    { ...plain, name: `${name}: memory`, value: bytes, unit: 'bytes a tag' },
  ]
}

const seenAt = (atMs: number, nth: number) => {
  const rssiCdbm = -5_500 - ((nth * 37) % 300)
  const seen = { atMs, device: 'shelf', antenna: 1, rssiCdbm, count: 1 }
  return { kind: 'read', location: 'shelf', ...seen } as const
}

const heapBytes = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
