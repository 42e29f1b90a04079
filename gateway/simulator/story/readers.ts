import type { RadioRead } from '../radio/pass.ts'
import { impinjEvent, impinjStatus, zebraEvent, zebraHeartbeat } from '../radio/payloads.ts'
import type { Random } from '../random.ts'
import type { World } from '../world.ts'
import type { Outbox } from './messages.ts'

export type ReaderName = 'dock-reader' | 'floor-reader' | 'exit-reader' | 'shelf-reader'

export const READERS: Readonly<
  Record<ReaderName, { maker: 'zebra' | 'impinj'; topic: string; hostName: string }>
> = {
  'dock-reader': { maker: 'zebra', topic: 'zebra/dock-reader/events', hostName: 'FX9600-DOCK' },
  'floor-reader': { maker: 'impinj', topic: 'impinj/floor-reader', hostName: 'impinj-17-3a-02' },
  'exit-reader': { maker: 'zebra', topic: 'zebra/exit-reader/events', hostName: 'FXR90-EXIT' },
  'shelf-reader': { maker: 'impinj', topic: 'impinj/shelf-reader', hostName: 'impinj-17-3a-05' },
}

/** How the readers' network treats a burst of reads. */
export interface Delivery {
  /** Held back in the reader and sent in one go this much later. */
  readonly lateMs?: number
  readonly shuffled?: boolean
}

export interface Readers {
  report(reader: ReaderName, reads: readonly RadioRead[], delivery?: Delivery): void
  heartbeat(reader: ReaderName, atMs: number): void
}

/** Turns reads into the messages of that maker's readers, second by second. */
export function createReaders(world: World, outbox: Outbox, random: Random): Readers {
  const publish = (reader: ReaderName, atMs: number, events: readonly unknown[]) => {
    const { topic, maker } = READERS[reader]
    const batched = maker === 'zebra' && events.length > 1 && random.chance(0.4)
    const payloads = batched ? [events] : events
    for (const payload of payloads) outbox.text(atMs, reader, topic, JSON.stringify(payload))
  }
  return {
    report(reader, reads, { lateMs = 0, shuffled = false } = {}) {
      const { maker, hostName } = READERS[reader]
      const inOrder = [...reads].sort((a, b) => a.atMs - b.atMs)
      const lastMs = inOrder.at(-1)?.atMs ?? 0
      const bySecond = new Map<number, unknown[]>()
      for (const read of inOrder) {
        const eventNum = world.next(`event/${reader}`)
        const event =
          maker === 'zebra'
            ? zebraEvent(read, { type: 'PORTAL', eventNum, hostName })
            : impinjEvent(read)
        const sentMs = lateMs > 0 ? lastMs + lateMs : Math.ceil(read.atMs / 1_000) * 1_000
        bySecond.set(sentMs, [...(bySecond.get(sentMs) ?? []), event])
      }
      for (const [sentMs, events] of bySecond)
        publish(reader, sentMs, shuffled ? random.shuffled(events) : events)
    },
    heartbeat(reader, atMs) {
      const { maker, topic } = READERS[reader]
      const status =
        maker === 'zebra'
          ? zebraHeartbeat(atMs, world.next(`management/${reader}`), 0)
          : impinjStatus(atMs)
      outbox.text(atMs, reader, topic, JSON.stringify(status))
    },
  }
}
