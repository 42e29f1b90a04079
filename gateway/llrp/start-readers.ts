import { setTimeout } from 'node:timers'
import type { Config } from '../config/schema.ts'
import type { Desk } from '../devices/desk.ts'
import type { Log } from '../log.ts'
import { startLlrpReader } from './reader.ts'

/** A message that the store could not write is offered again: LLRP has nobody who resends. */
const OFFER_AGAIN_MS = 1_000

/** Every reader of the configuration that is to be dialled; their messages go to the desk. */
export function startLlrpReaders(parts: {
  readonly config: Config
  readonly log: Log
  readonly desk: Pick<Desk, 'hear' | 'link'>
}): { stop(): void } {
  const { config, log, desk } = parts
  let stopped = false
  const offer = (device: string, payload: Buffer, done: () => void): void => {
    desk.hear(device, payload, (error) => {
      if (error === null) done()
      // Unanswered bytes stop the socket, so that the reader keeps what we cannot.
      else if (!stopped) setTimeout(() => offer(device, payload, done), OFFER_AGAIN_MS).unref()
    })
  }
  const readers = config.devices.flatMap(({ id, llrp }) => {
    if (!llrp) return []
    const settings = { ...llrp, heldBytes: config.mqtt.heldBytesPerClient }
    const reader = startLlrpReader(settings, {
      log,
      onMessage: (bytes, done) => offer(id, Buffer.from(bytes), done),
      onState: (state, reason) => desk.link(id, state, reason),
      random: Math.random,
    })
    return [reader]
  })
  return {
    stop() {
      stopped = true
      for (const reader of readers) reader.stop()
    },
  }
}
