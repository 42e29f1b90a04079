import type { Scan, TagObservation } from '../../sensors/index.ts'

/**
 * What interpretation remembers of deliveries, of what stands packed inside what, of scans and of
 * doors that contradict the books; JSON only. Quantities are scaled integers as text: JSON has no bigint.
 */

/** A barcode that could be read; plain JSON. */
export type GoodScan = Extract<Scan, { ok: true }>

/** A receiving session: expected by despatch advice, seen by the dock. */
export interface Delivery {
  readonly order: string
  readonly fingerprint: string
  /** `overdue`: nobody has signed in time and the question is open; signing still settles it. */
  readonly state: 'expected' | 'overdue' | 'received'
  readonly announcedAtMs: number
  /** The reader that saw its tags last; null: none has. */
  readonly seenBy: string | null
  /** The scanner that fed it last. */
  readonly scannedBy?: string
  readonly lines: readonly DeliveryLine[]
  /** Containers that belong to it. */
  readonly containers?: readonly string[]
  /** Scanned into it, and on none of its lines. */
  readonly unexpected?: readonly { readonly sku: string; readonly quantity: string }[]
}

export interface DeliveryLine {
  readonly orderLine: number
  readonly sku: string
  readonly expected: string
  readonly epcs: readonly string[]
  readonly seen: readonly string[]
  /** Units without a tag that were scanned one by one or by the case, and what their labels said. */
  readonly scanned?: string
  readonly serials?: readonly string[]
  readonly lots?: readonly (Lot & { readonly quantity: string })[]
  /** What was received in the end; null while open. */
  readonly received: string | null
}

/** Units without a tag of their own; quantities are scaled integers as text. */
export interface LooseGoods {
  readonly sku: string
  readonly quantity: string
  /** Null: the paper named none; the delivery's line of that SKU is meant. */
  readonly orderLine: number | null
}

/** A pallet or a case, by what papers say of it. */
export interface Container {
  /** The delivery that announced it, or one of its items; null: nobody has yet. */
  readonly delivery: string | null
  /** The container it stands in. */
  readonly within: string | null
  /** `opened`: something of it was seen apart, or a paper says it was unpacked. */
  readonly seal: 'sealed' | 'opened'
  /** EPCs that were packed in it directly. */
  readonly items: readonly string[]
  readonly goods: readonly LooseGoods[]
  readonly seen: {
    readonly atMs: number
    readonly by: string
    /** A person has scanned its label, or a reader has read its tag. */
    readonly how: 'scanned' | 'read'
  } | null
  /** When one of its items was read at the dock last. */
  readonly itemSeenAtMs?: number | null
  readonly heardAtMs: number
}

/** What one scanner is about. */
export interface Scanner {
  /** Scans that this device has made, by our count: a repeated beep is a new scan. */
  readonly number: number
  /** Names that the device itself gave its last scans: told again, they are no new ones. */
  readonly recent: readonly string[]
  /** The delivery whose note or container was scanned last. */
  readonly delivery: string | null
  readonly deliveryAtMs: number
  /** The last scans that fed something, newest last: they can be taken back. */
  readonly fed: readonly Fed[]
}

/** What one scan has fed, as far as taking it back needs it. */
export type Fed = { readonly number: number; readonly text: string; readonly atMs: number } & (
  | {
      readonly to: 'count'
      readonly count: string
      readonly sku: string
      readonly units: string
      readonly serial: string | null
    }
  | {
      readonly to: 'line'
      readonly delivery: string
      readonly orderLine: number
      readonly units: string
      readonly serial: string | null
      readonly lot: Lot | null
    }
  | {
      readonly to: 'tag'
      readonly delivery: string
      readonly orderLine: number
      readonly epc: string
    }
  | {
      readonly to: 'unexpected'
      readonly delivery: string
      readonly sku: string
      readonly units: string
    }
  | { readonly to: 'container'; readonly container: string }
)

/** What a barcode says of the goods behind it, beside what they are. */
export interface Lot {
  readonly lot: string | null
  readonly expires: string | null
}

/** One line of a blind count sheet as scans have filled it so far. */
export interface ScannedCount {
  readonly units: string
  readonly scans: number
  readonly serials: readonly string[]
  readonly device: string
  readonly firstAtMs: number
  readonly lastAtMs: number
  /** Last journal entry when the first of it was scanned. */
  readonly atSequence: number
}

/** A barcode that no master knows. */
export interface StrangeCode {
  /** As it was scanned last. */
  readonly scan: GoodScan
  readonly gtin14: string | null
  readonly device: string
  readonly scans: number
  readonly firstAtMs: number
  readonly lastAtMs: number
}

/** Why a scan feeds nothing. */
export type ScanKept =
  | 'scan-unplaced'
  | 'scan-no-session'
  | 'scan-ambiguous'
  | 'scan-unexpected'
  | 'scan-repeated'
  | 'scan-unmeasured'
  | 'scan-adds-nothing'
  | 'scan-nothing-to-undo'

/** An item's tag: what its EPC says. */
export interface Tag {
  readonly epc: string
  readonly gtin14: string
  readonly serial: string
}

/** A clear pass through an inner door, and where the books had the tag. */
export interface PassedDoor {
  readonly tag: Tag
  readonly observation: Extract<TagObservation, { kind: 'tag-passed' }>
  readonly known: string
}

export interface ContraryPasses {
  readonly passes: readonly PassedDoor[]
  /** Its antennas may be mixed up: a person is asked about each of its passes. */
  readonly isDoubted: boolean
}
