/**
 * `node --expose-gc --import tsx gateway/bench/tags.entry.ts`: steps of the tags' machines per
 * second with a million tags known, and what one tag's record weighs in memory.
 */
import { placeDefaults, presenceDefaults, stepPlace, stepPresence } from '../../sensors/index.ts'

const TAGS = 1_000_000
const STEPS = 1_000_000
const say = (text: string) => process.stdout.write(`${text}\n`)
const heapBytes = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
const epcOf = (tag: number) => `3034257BF7194E${tag.toString(16).toUpperCase().padStart(10, '0')}`

measure('presence (one location)', (state, epc, atMs) => {
  const read = {
    kind: 'read',
    atMs,
    device: 'shelf',
    antenna: 1,
    rssiCdbm: -5_500,
    count: 1,
  } as const
  const tag = { location: 'shelf', epc }
  return stepPresence(state as Parameters<typeof stepPresence>[0], tag, read, presenceDefaults).next
})
measure('place (all zones, windowed RSSI)', (state, epc, atMs) => {
  const read = { kind: 'read', location: 'shelf', atMs, device: 'shelf', antenna: 1 } as const
  const event = { ...read, rssiCdbm: -5_500, count: 1 }
  return stepPlace(state as Parameters<typeof stepPlace>[0], { epc }, event, placeDefaults).next
})

function measure(name: string, step: (state: unknown, epc: string, atMs: number) => unknown): void {
  const epcs = Array.from({ length: TAGS }, (_, tag) => epcOf(tag))
  const before = heapBytes()
  const states = new Map<string, unknown>()
  for (let round = 0; round < 6; round++)
    for (const epc of epcs) states.set(epc, step(states.get(epc), epc, round * 1_000))
  const bytes = (heapBytes() - before) / TAGS
  const startedAt = performance.now()
  for (let done = 0; done < STEPS; done++) {
    // Tags in no order, as a reader meets them.
    const epc = epcs[(done * 7_919) % TAGS] ?? ''
    states.set(epc, step(states.get(epc), epc, 60_000 + done))
  }
  const perSecond = (STEPS * 1_000) / (performance.now() - startedAt)
  say(
    `${name}: ${Math.round(perSecond)} steps/s with ${TAGS} tags, ${Math.round(bytes)} bytes a tag`,
  )
}
