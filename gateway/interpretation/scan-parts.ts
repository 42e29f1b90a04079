import type { Conclusion } from './conclusion.ts'
import type { Fed, GoodScan, ScanKept } from './session-memory.ts'

/** One scan as its rules see it. */
export interface Scanned {
  readonly device: string
  readonly atMs: number
  readonly scan: GoodScan
  /** The device's own name of this scan: told again, it is no new one. Null: every message is new. */
  readonly id: string | null
  /** More than one where a code that waited for its master is told again. */
  readonly times: number
}
export type { GoodScan } from './session-memory.ts'

/** Where a scanner stands, as the configuration says. */
export interface ScanPlace {
  /** The door or location that the configuration names. */
  readonly place: string
  /** The location that goods are in there. */
  readonly location: string
  readonly isReceiving: boolean
  /** Only receives: a count of the room behind it is another scanner's. */
  readonly isDoor: boolean
}

/** What one scan brings about. */
export interface Meaning {
  readonly conclusions: readonly Conclusion[]
  /** What it has fed, so that it can be taken back. */
  readonly fed?: FedTo
  /** The delivery it is about. */
  readonly delivery?: string
}
export type FedTo = WithoutScan<Fed>
type WithoutScan<F> = F extends Fed ? Omit<F, 'number' | 'text' | 'atMs'> : never

/** Evidence for a person to look at; nothing follows from it. */
export function kept(
  { device, atMs, scan }: Scanned,
  place: string,
  code: ScanKept | 'unknown-barcode',
  message: string,
): Meaning {
  const what = scan.text.slice(0, TEXT_MAX)
  return { conclusions: [{ kind: 'set-aside', device, place, code, message, what, atMs }] }
}

/** Longer texts are somebody's web page. */
const TEXT_MAX = 500
