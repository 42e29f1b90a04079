import type { Config } from '../config/schema.ts'
import type { EventStream } from '../event-stream.ts'
import { startLlrpReaders } from '../llrp/start-readers.ts'
import type { Log } from '../log.ts'
import { startSerialLines } from '../serial/start-lines.ts'
import type { Desk } from './desk.ts'

/** Every device that we open ourselves, over the network or on a serial port. */
export function startDialled(parts: {
  readonly config: Config
  readonly log: Log
  readonly desk: Pick<Desk, 'hear' | 'link' | 'storeWrites'>
  readonly events: Pick<EventStream, 'subscribe'>
}): { stop(): Promise<void> } {
  const readers = startLlrpReaders(parts)
  const lines = startSerialLines(parts)
  // Told while nothing else can be submitted yet: no tick concludes an absence before it.
  const unsubscribe = parts.events.subscribe((event) => {
    if (event.type === 'store' && event.state === 'writable') parts.desk.storeWrites()
  })
  return {
    async stop() {
      unsubscribe()
      readers.stop()
      await lines.stop()
    },
  }
}
