/**
 * `node --expose-gc --import tsx gateway/bench/tags.entry.ts`: steps of the tags' machines per
 * second with a million tags known, and what one tag's record weighs in memory. A second is one
 * of processor time, the collector's included: neighbours on the machine do not count.
 */
import { placeDefaults, presenceDefaults, stepPlace, stepPresence } from '../../sensors/index.ts'

const TAGS = 1_000_000
const STEPS = 1_000_000
/** Seen this often before the measurement: every window is full, as it is after some minutes. */
const ROUNDS = 24
const NOW_MS = Date.UTC(2026, 2, 2)
const say = (text: string) => process.stdout.write(`${text}\n`)
const heapBytes = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
const tag = { location: 'shelf', epc: '3034257BF7194E4000000065' }
const seenAt = (atMs: number, nth: number) => {
  const rssiCdbm = -5_500 - ((nth * 37) % 300)
  const seen = { atMs, device: 'shelf', antenna: 1, rssiCdbm, count: 1 }
  return { kind: 'read', location: 'shelf', ...seen } as const
}

measure<Parameters<typeof stepPresence>[0]>(
  'presence (one location)',
  (state, nth, atMs) => stepPresence(state, tag, seenAt(atMs, nth), presenceDefaults).next,
)
measure<Parameters<typeof stepPlace>[0]>(
  'place (all zones, windowed RSSI)',
  (state, nth, atMs) => stepPlace(state, tag, seenAt(atMs, nth), placeDefaults).next,
)

function measure<State>(name: string, step: (state: State, nth: number, atMs: number) => State) {
  const before = heapBytes()
  const states = new Array<State>(TAGS)
  for (let nth = 0; nth < TAGS; nth++)
    for (let round = 0; round < ROUNDS; round++)
      states[nth] = step(states[nth] as State, nth + round, NOW_MS + round * 1_000)
  const bytes = (heapBytes() - before) / TAGS
  const started = process.cpuUsage()
  for (let done = 0; done < STEPS; done++) {
    // Tags in no order, as a reader meets them.
    const nth = (done * 7_919) % TAGS
    states[nth] = step(states[nth] as State, done, NOW_MS + 60_000 + done)
  }
  const { user, system } = process.cpuUsage(started)
  const perSecond = (STEPS * 1_000_000) / (user + system)
  say(
    `${name}: ${Math.round(perSecond)} steps/s with ${TAGS} tags, ${Math.round(bytes)} bytes a tag`,
  )
}
