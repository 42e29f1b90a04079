import type { ShelfScene } from '../render-shelf.ts'

export const CLOCK_TOPIC = 'tallygate/v1/sim/clock'

/** What one device publishes. Pictures are drawn only when they are sent. */
export interface Message {
  readonly device: string
  readonly topic: string
  readonly body:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'frame'; readonly scene: ShelfScene; readonly atMs: number }
}

/** Everything that is published at one moment, each device's messages in their order. */
export interface Instant {
  readonly atMs: number
  readonly messages: readonly Message[]
  /** The manager looks at the open reviews now. */
  readonly manager: boolean
}

export interface Outbox {
  send(atMs: number, message: Message): void
  text(atMs: number, device: string, topic: string, text: string): void
  readonly sent: readonly Sent[]
}

export interface Sent {
  readonly atMs: number
  readonly message: Message
}

export function createOutbox(): Outbox {
  const sent: Sent[] = []
  const send = (atMs: number, message: Message) => {
    sent.push({ atMs: Math.ceil(atMs / 1_000) * 1_000, message })
  }
  return {
    send,
    text: (atMs, device, topic, text) =>
      send(atMs, { device, topic, body: { kind: 'text', text } }),
    sent,
  }
}

export interface Frame {
  readonly startMs: number
  readonly endMs: number
  readonly managerAtMs: number
  /** The clock ticks closely after these moments, as it does all day in a real gateway. */
  readonly closelyMs: readonly number[]
}

/** A tick in a quiet store, in a busy one, and after a burst so that a pass is closed. */
const QUIET_MS = 300_000
const BUSY_MS = 30_000
const BURST_MS = 4_000
/** The store counts as busy this long after a message. */
const BUSY_FOR_MS = 120_000

/** Second after second first, then until somebody would have asked. */
const CLOSELY_MS = [...Array.from({ length: 12 }, (_, second) => second), 60, 65, 70, 75].map(
  (second) => second * 1_000,
)

/** Messages by moment, with the ticks of the clock in between. */
export function instantsOf(sent: readonly Sent[], frame: Frame): Instant[] {
  const byMoment = new Map<number, Message[]>()
  const momentOf = (atMs: number) => {
    const known = byMoment.get(atMs)
    if (known) return known
    const messages: Message[] = []
    byMoment.set(atMs, messages)
    return messages
  }
  for (const { atMs, message } of sent) momentOf(atMs).push(message)
  const busy = [...byMoment.keys()].sort((a, b) => a - b)
  for (const atMs of ticksOf(busy, frame.startMs, frame.endMs)) momentOf(atMs)
  for (const atMs of frame.closelyMs)
    for (const afterMs of CLOSELY_MS) momentOf(Math.ceil((atMs + afterMs) / 1_000) * 1_000)
  momentOf(frame.managerAtMs)
  return [...byMoment]
    .sort(([a], [b]) => a - b)
    .map(([atMs, messages]) => ({ atMs, messages, manager: atMs === frame.managerAtMs }))
}

function ticksOf(busy: readonly number[], startMs: number, endMs: number): number[] {
  const ticks: number[] = [startMs]
  let lastMs = startMs
  for (const [index, atMs] of [...busy, endMs].entries()) {
    const calmMs = index === 0 ? startMs : Math.min(lastMs + BUSY_FOR_MS, atMs)
    if (index > 0 && lastMs + BURST_MS < atMs) ticks.push(lastMs + BURST_MS)
    for (let tick = lastMs + BUSY_MS; tick < calmMs; tick += BUSY_MS) ticks.push(tick)
    for (let tick = calmMs; tick < atMs; tick += QUIET_MS) ticks.push(tick)
    lastMs = atMs
  }
  ticks.push(endMs)
  return ticks
}
