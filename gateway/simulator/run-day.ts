import { setTimeout as sleep } from 'node:timers/promises'
import type { Day } from './day.ts'
import type { DeviceNet, Packet } from './devices.ts'
import type { FrameReports } from './frame-reports.ts'
import type { ShelfScene } from './render-shelf.ts'
import { createFilm, type Shot } from './shelf/film.ts'
import type { Instant, Message } from './story/messages.ts'

export interface ConductorOptions {
  readonly net: DeviceNet
  readonly frames: FrameReports
  /** What the manager does when the story says so. */
  readonly manager: (atMs: number) => Promise<void>
  /** Waits, in real time, before an instant: nothing in a fast run. */
  readonly pace: (atMs: number) => Promise<void>
  /** Before an instant; a test may kill the gateway here and start it again. */
  readonly onInstant?: (index: number, instant: Instant) => Promise<void>
  /** While an instant's messages are under way; awaited before the next instant. */
  readonly duringInstant?: (index: number, instant: Instant) => Promise<void>
  /** After an instant, when everything of it is committed. */
  readonly afterInstant?: (index: number, instant: Instant) => Promise<void>
  /** Draws a picture; a test that lives one day several times keeps the pictures. */
  readonly draw?: (scene: ShelfScene) => Promise<Uint8Array>
}

/**
 * Conducts a day: tells the time, lets the devices publish, and goes on only when every message
 * is acknowledged and every picture reported. So nothing depends on how fast anybody is.
 */
export async function runDay(day: Day, options: ConductorOptions): Promise<void> {
  const { net, pace } = options
  const pictures = createDarkroom(day, options.draw ?? drawScene)
  for (const [index, instant] of day.instants.entries()) {
    await pace(instant.atMs)
    await options.onInstant?.(index, instant)
    await net.tell(instant.atMs)
    const during = options.duringInstant?.(index, instant)
    await publish(instant, options, pictures)
    await during
    await options.afterInstant?.(index, instant)
    if (instant.manager) await options.manager(instant.atMs)
  }
  await net.tell(day.endMs)
}

async function publish(
  { atMs, messages }: Instant,
  { net, frames }: ConductorOptions,
  pictures: Darkroom,
): Promise<void> {
  const texts = messages.flatMap(({ device, topic, body }) =>
    body.kind === 'text' ? [{ device, topic, payload: body.text }] : [],
  )
  await net.publish(atMs, texts)
  for (const message of messages) {
    if (message.body.kind !== 'frame') continue
    const packet = { ...message, payload: await pictures.take(message) }
    await publishFrame(atMs, message.body.atMs, packet, net, frames)
  }
}

/** A restarted gateway loads its detector first; on a busy machine that takes a while. */
const FRAME_TRIES = 240
const FRAME_RETRY_MS = 500

/** A picture counts when the gateway says what became of it; a kill may swallow that word. */
async function publishFrame(
  atMs: number,
  takenAtMs: number,
  packet: Packet,
  net: DeviceNet,
  frames: FrameReports,
): Promise<void> {
  for (let tried = 0; tried < FRAME_TRIES; tried++) {
    await frames.listening()
    const report = frames.reportOf(packet.device, takenAtMs)
    await net.publish(atMs, [packet])
    const outcome = await report
    if (outcome !== null && outcome !== 'dropped') return
    await sleep(FRAME_RETRY_MS)
    await net.tell(atMs)
  }
  throw new Error(`no report of ${packet.topic} after ${FRAME_TRIES} attempts`)
}

const film = createFilm(0)
/** Whoever goes by without a lamp sees nothing. */
const DARK = 0.03

/** The camera's picture of this scene: the same bytes for the same scene. */
export function drawScene(scene: ShelfScene): Promise<Uint8Array> {
  const { shelf, filled, arm, dark, shift = [0, 0], frameSeed } = scene
  const hand: Shot['arm'] = arm && { ...arm, reach: 1, seed: frameSeed }
  return film({ shelf, filled, arm: hand, shopper: null, light: dark ? DARK : 1, shift, frameSeed })
}

interface Darkroom {
  take(message: Message): Promise<Uint8Array>
}

/** Pictures are drawn a few ahead, while the gateway looks at the one before. */
const AHEAD = 3

function createDarkroom(day: Day, draw: (scene: ShelfScene) => Promise<Uint8Array>): Darkroom {
  const frames = day.instants.flatMap(({ messages }) =>
    messages.filter(({ body }) => body.kind === 'frame'),
  )
  const drawn = new Map<Message, Promise<Uint8Array>>()
  let begun = 0
  const begin = () => {
    const message = frames[begun++]
    if (message?.body.kind === 'frame') drawn.set(message, draw(message.body.scene))
  }
  return {
    async take(message) {
      while (!drawn.has(message) && begun < frames.length) begin()
      const picture = await drawn.get(message)
      drawn.delete(message)
      while (drawn.size < AHEAD && begun < frames.length) begin()
      if (!picture) throw new RangeError(`expected a picture of this day, got ${message.topic}`)
      return picture
    },
  }
}
