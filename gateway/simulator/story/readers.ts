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

/** A stretch of time in which something is wrong with one reader. */
export interface Spell {
  readonly reader: ReaderName
  readonly fromMs: number
  readonly untilMs: number
}

export interface Readers {
  report(reader: ReaderName, reads: readonly RadioRead[], delivery?: Delivery): void
  heartbeat(reader: ReaderName, atMs: number): void
  /** It keeps what it reads; `restore` sends that, oldest first. Told before its time comes. */
  cutOff(spell: Spell): void
  restore(spell: Spell): void
  /** Its clock is off by so much for a while. */
  setClock(spell: Spell & { readonly byMs: number }): void
  /** The cables of the two sides are mixed up for a while. */
  swap(spell: Spell): void
}

/** A batch of Zebra's events stays below the 256,000 bytes that their pages name. */
const BATCH_EVENTS = 1_000

/** Turns reads into the messages of that maker's readers, second by second. */
export function createReaders(world: World, outbox: Outbox, random: Random): Readers {
  const cut: Spell[] = []
  const clocks: (Spell & { byMs: number })[] = []
  const swapped: Spell[] = []
  const kept = new Map<ReaderName, RadioRead[]>()
  const isIn = (spells: readonly Spell[], reader: ReaderName, atMs: number) =>
    spells.find((one) => one.reader === reader && one.fromMs <= atMs && atMs < one.untilMs)
  const publish = (reader: ReaderName, atMs: number, events: readonly unknown[]) => {
    const { topic, maker } = READERS[reader]
    const batched = maker === 'zebra' && events.length > 1 && random.chance(0.4)
    const payloads = batched ? [events] : events
    for (const payload of payloads) outbox.text(atMs, reader, topic, JSON.stringify(payload))
  }
  const eventOf = (reader: ReaderName, read: RadioRead): unknown => {
    const { maker, hostName } = READERS[reader]
    const eventNum = world.next(`event/${reader}`)
    const clock = clocks.find(
      (one) => one.reader === reader && one.fromMs <= read.atMs && read.atMs < one.untilMs,
    )
    const told = {
      ...read,
      atMs: read.atMs + (clock?.byMs ?? 0),
      antenna: isIn(swapped, reader, read.atMs) ? otherSide(read.antenna) : read.antenna,
    }
    return maker === 'zebra'
      ? zebraEvent(told, { type: 'PORTAL', eventNum, hostName })
      : impinjEvent(told)
  }
  return {
    report(reader, reads, { lateMs = 0, shuffled = false } = {}) {
      const inOrder = [...reads].sort((a, b) => a.atMs - b.atMs)
      const lastMs = inOrder.at(-1)?.atMs ?? 0
      const bySecond = new Map<number, unknown[]>()
      for (const read of inOrder) {
        const sentMs = lateMs > 0 ? lastMs + lateMs : Math.ceil(read.atMs / 1_000) * 1_000
        if (isIn(cut, reader, sentMs)) listOf(kept, reader).push(read)
        else listOf(bySecond, sentMs).push(eventOf(reader, read))
      }
      for (const [sentMs, events] of bySecond)
        publish(reader, sentMs, shuffled ? random.shuffled(events) : events)
    },
    heartbeat(reader, atMs) {
      if (isIn(cut, reader, atMs)) return
      const { maker, topic } = READERS[reader]
      const status =
        maker === 'zebra'
          ? zebraHeartbeat(atMs, world.next(`management/${reader}`), 0)
          : impinjStatus(atMs)
      outbox.text(atMs, reader, topic, JSON.stringify(status))
    },
    cutOff: (spell) => void cut.push(spell),
    restore({ reader, untilMs }) {
      const { topic } = READERS[reader]
      const reads = (kept.get(reader) ?? []).sort((a, b) => a.atMs - b.atMs)
      kept.delete(reader)
      for (let start = 0; start < reads.length; start += BATCH_EVENTS) {
        const batch = reads.slice(start, start + BATCH_EVENTS)
        const events = batch.map((read) => eventOf(reader, read))
        outbox.text(untilMs, reader, topic, JSON.stringify(events))
      }
    },
    setClock: (spell) => void clocks.push(spell),
    swap: (spell) => void swapped.push(spell),
  }
}

function listOf<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const SIDE_ANTENNAS = 2

function otherSide(antenna: number): number {
  return antenna <= SIDE_ANTENNAS ? antenna + SIDE_ANTENNAS : antenna - SIDE_ANTENNAS
}
