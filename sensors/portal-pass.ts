import type { ReadEvidence } from './observation.ts'
import { emptySide, evidenceOf, type PortalRead, sideWith } from './portal-side.ts'

/** A span of time in which a portal had a tag in view. */
export interface Span {
  readonly firstAtMs: number
  readonly lastAtMs: number
}

/**
 * What one pass is concluded from. The reads themselves are kept, few as they are: only then is
 * a read that comes twice known for sure, and no order of arrival changes what they say.
 */
export interface Pass extends Span {
  /** Time of the first accepted read: the pass's name for ever. */
  readonly openedAtMs: number
  readonly firstReceivedAtMs: number
  readonly lastReceivedAtMs: number
  /** Readers that saw it; a stored read names them by index. */
  readonly devices: readonly string[]
  readonly reads: readonly StoredRead[]
  /** What the reader itself told of the direction (ATR7000 directionality, ItemSense). */
  readonly told: readonly Told[]
}

/** Times count from the opening, so that the record stays small. */
export type StoredRead = readonly [
  sinceOpeningMs: number,
  saidSinceOpeningMs: number,
  device: number,
  antenna: number,
  side: Group,
  rssiCdbm: number | null,
  count: number,
]
export type Group = 0 | 1
export const OUTER: Group = 0
export const INNER: Group = 1

export interface Told {
  readonly atMs: number
  readonly direction: 'in' | 'out'
  /** 0..1000, thousandths. */
  readonly confidence: number
}

export interface ToldBy extends Told {
  readonly receivedAtMs: number
  readonly device: string
}

/** Half a minute of eight reads a second; beyond it reads close together are thinned. */
const READS_MAX = 256
const THIN_SLOT_MS = 200

export function openedBy(first: { atMs: number; receivedAtMs: number }): Pass {
  const { atMs } = first
  const times = { openedAtMs: atMs, firstAtMs: atMs, lastAtMs: atMs }
  const received = { firstReceivedAtMs: first.receivedAtMs, lastReceivedAtMs: first.receivedAtMs }
  return { ...times, ...received, devices: [], reads: [], told: [] }
}

/** The same pass when the read is known already. */
export function withRead(pass: Pass, read: PortalRead): Pass {
  const saidMs = (read.saidAtMs ?? read.atMs) - pass.openedAtMs
  const known = pass.devices.indexOf(read.device)
  const device = known === -1 ? pass.devices.length : known
  const isKnown = pass.reads.some(
    ([, said, by, antenna]) => said === saidMs && by === device && antenna === read.antenna,
  )
  if (isKnown) return pass
  const stored: StoredRead = [
    read.atMs - pass.openedAtMs,
    saidMs,
    device,
    read.antenna,
    read.side === 'outer' ? OUTER : INNER,
    read.rssiCdbm,
    read.count,
  ]
  return {
    ...seenAt(pass, read),
    devices: known === -1 ? [...pass.devices, read.device] : pass.devices,
    reads: kept([...pass.reads, stored]),
  }
}

export function withTold(pass: Pass, by: ToldBy): Pass {
  const { receivedAtMs, device, atMs, direction, confidence } = by
  const told = { atMs, direction, confidence }
  const isKnown = pass.told.some((one) => one.atMs === atMs && one.direction === direction)
  if (isKnown) return pass
  const devices = pass.devices.includes(device) ? pass.devices : [...pass.devices, device]
  return { ...seenAt(pass, { atMs, receivedAtMs }), devices, told: [...pass.told, told] }
}

/** One pass of two whose gap was filled by a late read; the one that opened first names it. */
export function merged(pass: Pass, other: Pass): Pass {
  const shiftMs = other.openedAtMs - pass.openedAtMs
  const devices = [...pass.devices, ...other.devices.filter((id) => !pass.devices.includes(id))]
  const moved = other.reads.map(
    ([since, said, device, ...rest]): StoredRead => [
      since + shiftMs,
      said + shiftMs,
      devices.indexOf(other.devices[device] ?? ''),
      ...rest,
    ],
  )
  return {
    openedAtMs: pass.openedAtMs,
    firstAtMs: Math.min(pass.firstAtMs, other.firstAtMs),
    lastAtMs: Math.max(pass.lastAtMs, other.lastAtMs),
    firstReceivedAtMs: Math.min(pass.firstReceivedAtMs, other.firstReceivedAtMs),
    lastReceivedAtMs: Math.max(pass.lastReceivedAtMs, other.lastReceivedAtMs),
    devices,
    reads: kept([...pass.reads, ...moved]),
    told: [...pass.told, ...other.told],
  }
}

export function passEvidence(pass: Pass): ReadEvidence {
  const side = pass.reads.reduce(
    (sum, [, , , antenna, , rssiCdbm, count]) => sideWith(sum, { antenna, rssiCdbm, count }),
    emptySide,
  )
  const { firstAtMs, lastAtMs, devices } = pass
  return evidenceOf({ device: [...devices].sort()[0] ?? '', side, firstAtMs, lastAtMs })
}

function seenAt(pass: Pass, { atMs, receivedAtMs }: { atMs: number; receivedAtMs: number }): Pass {
  return {
    ...pass,
    firstAtMs: Math.min(pass.firstAtMs, atMs),
    lastAtMs: Math.max(pass.lastAtMs, atMs),
    lastReceivedAtMs: Math.max(pass.lastReceivedAtMs, receivedAtMs),
  }
}

/** When there are too many, each antenna keeps its strongest read per slot, and their count. */
function kept(reads: readonly StoredRead[]): readonly StoredRead[] {
  let thinned = reads
  for (let slotMs = THIN_SLOT_MS; thinned.length > READS_MAX; slotMs *= 2)
    thinned = thinnedTo(slotMs, thinned)
  return thinned
}

function thinnedTo(slotMs: number, reads: readonly StoredRead[]): StoredRead[] {
  const slots = new Map<string, StoredRead>()
  for (const read of reads) {
    const [since, , device, antenna] = read
    const slot = `${Math.floor(since / slotMs)}/${device}/${antenna}`
    const held = slots.get(slot)
    slots.set(slot, held ? strongest(held, read) : read)
  }
  return [...slots.values()]
}

function strongest(a: StoredRead, b: StoredRead): StoredRead {
  const [best, other] = (b[5] ?? -Infinity) > (a[5] ?? -Infinity) ? [b, a] : [a, b]
  return [best[0], best[1], best[2], best[3], best[4], best[5], best[6] + other[6]]
}
