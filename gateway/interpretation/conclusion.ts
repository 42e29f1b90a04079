import type { Command, Evidence, Sku } from '../../ledger-core/index.ts'
import type { TagObservation } from '../../sensors/index.ts'
import type { ShelfChange } from '../../vision/index.ts'
import type { Policy, PortalConfig } from '../config/schema.ts'
import type { GoodsReceipt } from '../documents/business-event.ts'

/**
 * Interpretation is pure: it is given facts and one event, and returns what follows. The
 * bookkeeper carries the conclusions out, in order, inside one transaction.
 */

/** What interpretation may look up. Reads see everything concluded before, in this commit too. */
export interface Facts {
  readonly policy: Policy
  readonly minorUnits: number
  readonly portals: readonly PortalConfig[]
  /** Gateway time of the running step, UTC ms. Not the clock: an argument like any other. */
  readonly nowMs: number
  businessDateOf(atMs: number): string
  sku(sku: string): Sku | null
  skuByGtin(gtin14: string): Sku | null
  isLocation(location: string): boolean
  quantityAt(sku: string, location: string): bigint
  /** Everything a location holds, by SKU; zero left out. */
  stockAt(location: string): readonly { readonly sku: string; readonly quantity: bigint }[]
  hasOrderLine(order: string, line: number): boolean
  /** What may still be returned of a sold line; null if unknown. */
  soldOn(
    sourceKey: string,
    line: number,
  ): { readonly sku: string; readonly returnable: bigint } | null
  /** Till lines that no master knew, not mapped yet, oldest first. */
  parkedLines(): readonly ParkedLine[]
  /** The last entry posted up to then; 0 before the first. */
  sequenceAt(atMs: number): number
  /** What the books held after an entry, without what came later. */
  quantityAtSequence(sku: string, location: string, sequence: number): bigint
  /** What each zone of a camera has settled on. */
  shelfCounts(camera: string): readonly ShelfCount[]
  /** What stands open outside the books before a month (YYYY-MM) may be closed. */
  closingItems(period: string): readonly { readonly item: string; readonly done: boolean }[]
  /** Journal sequence posted under this source key, or null. */
  sequenceOf(sourceKey: string): number | null
  planogram(camera: string, zone: string): { sku: string; location: string } | null
  /** True when this location is watched by a camera. */
  isCameraLocation(location: string): boolean
  /** True when an antenna reads the tags of this location. */
  isReaderLocation(location: string): boolean
  /** Durable memory of interpretation itself: plain JSON records by kind and key. */
  recall<K extends MemoryKind>(kind: K, key: string): Memory[K] | undefined
  recallAll<K extends MemoryKind>(
    kind: K,
    prefix: string,
  ): readonly (readonly [string, Memory[K]])[]
}

/** A till line that waits for its SKU. */
export interface ParkedLine {
  readonly saleKey: string
  readonly line: number
  readonly gtin: string
  /** Whole pieces; negative for a return. */
  readonly quantity: bigint
  readonly occurredAtMs: number
  readonly businessDate: string
}

/** One zone as its camera sees it now. */
export interface ShelfCount {
  readonly zone: string
  readonly sku: string
  readonly location: string
  readonly count: number
  /** How many items may stand one behind another. */
  readonly depth: number
  /** False while somebody stands before it, a change is settling, or it was not seen lately. */
  readonly isVisible: boolean
}

/** Everything interpretation remembers between events; JSON only. Keys are stated per kind. */
export interface Memory {
  /** key: `<gtin14>/<serial>`. Where our last movement put this tag. Evidence, never an addend. */
  readonly tag: {
    readonly sku: string
    readonly location: string
    readonly sinceMs: number
    readonly epc: string
  }
  /** key: GTIN-14 of a pack. How many scaled units of a SKU it holds. */
  readonly pack: { readonly sku: string; readonly units: string }
  /** key: delivery id. A receiving session: expected by despatch advice, seen by the dock. */
  readonly delivery: {
    readonly order: string
    readonly fingerprint: string
    /** `overdue`: nobody has signed in time and the question is open; signing still settles it. */
    readonly state: 'expected' | 'overdue' | 'received'
    readonly announcedAtMs: number
    readonly lines: readonly DeliveryLine[]
  }
  /** key: delivery id. A signature that came before its despatch advice. */
  readonly signed: {
    readonly document: GoodsReceipt
    readonly from: string
    readonly sinceMs: number
    readonly isAsked: boolean
  }
  /** key: EPC. Came in through the dock before anybody announced it. */
  readonly early: {
    readonly portal: string
    readonly sku: string
    readonly serial: string
    readonly atMs: number
  }
  /** key: EPC. Which delivery announced it. */
  readonly announced: { readonly delivery: string; readonly orderLine: number }
  /** key: `<gtin14>/<sale source key>/<line>`. Units sold whose exit has not been seen. */
  readonly excuse: {
    readonly gtin14: string
    readonly serial: string
    readonly saleKey: string
    readonly soldAtMs: number
    readonly left: number
  }
  /** key: `<gtin14>/<epc>/<openedAtMs>`. Left without a sale, waiting for a late till line. */
  readonly exit: {
    readonly portal: string
    readonly epc: string
    readonly serial: string
    readonly sku: string
    readonly gtin14: string
    readonly atMs: number
    readonly evidence: Evidence
    /** Set once a person has been asked. */
    readonly reviewKey: string | null
    /** A person has written it off; a till may still turn out to have sold it. */
    readonly isWrittenOff: boolean
  }
  /** key: `<location>/<sku>`. What the shelf picture should still show: + to appear, - to vanish. */
  readonly expect: {
    readonly entries: readonly {
      readonly sourceKey: string
      readonly quantity: number
      readonly atMs: number
      /** Where no paper tells it but an antenna: what was read. */
      readonly evidence?: Evidence
    }[]
  }
  /** key: `<location>/<sku>`. Movements a camera told of that the antenna has still to read. */
  readonly sighting: {
    readonly entries: readonly {
      readonly sourceKey: string
      /** Units; + came, - went. */
      readonly quantity: number
      readonly atMs: number
      /** Where the units were booked from or to. */
      readonly other: string
      readonly evidence: Evidence
    }[]
  }
  /** key: `<gtin14>/<epc>/<place>`. An item no master knows, as it was last seen there. */
  readonly stranger: {
    readonly observation: TagObservation
    readonly sightings: number
    readonly firstAtMs: number
  }
  /** key: SKU. What was left in baskets when a day ended, and the question about it. */
  readonly basket: { readonly quantity: string; readonly reviewKey: string }
  /** key: `<location>/<sku>`. Shelf changes a person is asked about; a till line or document settles them. */
  readonly doubt: {
    readonly entries: readonly {
      readonly reviewKey: string
      readonly quantity: number
      readonly change: ShelfChange
      /** False while its paper may still be on the way and nobody has been asked. */
      readonly isAsked: boolean
    }[]
  }
}
export type MemoryKind = keyof Memory

/** Quantities are scaled integers as text: JSON has no bigint. */
export interface DeliveryLine {
  readonly orderLine: number
  readonly sku: string
  readonly expected: string
  readonly epcs: readonly string[]
  readonly seen: readonly string[]
  /** What was received in the end; null while open. */
  readonly received: string | null
}

/** An item's tag: what its EPC says. */
export interface Tag {
  readonly epc: string
  readonly gtin14: string
  readonly serial: string
}

export type ReviewKind =
  | 'left-unpaid'
  | 'unexpected-delivery'
  | 'delivery-differs'
  | 'delivery-unconfirmed'
  | 'direction-unclear'
  | 'tag-without-stock'
  | 'location-short'
  | 'shelf-uncertain'
  | 'shelf-put-without-source'
  | 'shelf-differs'
  | 'sensors-disagree'
  | 'tag-conflict'
  | 'count-variance'
  | 'tag-misplaced'
  | 'possible-pick'
  | 'shelf-stranger'
  | 'sold-after-write-off'
  | 'basket-open'
  | 'unmapped-line'
  | 'return-without-original'
  | 'ledger-refused'
  | 'document-conflict'

/** A question for a person. Same key, same question: asked once. */
export interface NewReview {
  readonly key: string
  readonly kind: ReviewKind
  readonly atMs: number
  /** One sentence: what was seen, what was booked, what is asked. */
  readonly question: string
  readonly sku: string | null
  readonly location: string | null
  readonly epc: string | null
  readonly evidence: readonly Evidence[]
  /** What `accept` posts, if anything; the decision's id, user and time complete it. */
  readonly proposal: Command | null
}

export type Conclusion =
  /** The whole step is refused: nothing of it happens, the paper is parked. */
  | { readonly kind: 'refuse'; readonly code: string; readonly message: string }
  | { readonly kind: 'post'; readonly command: Command }
  /** Seen, but nothing the masters know: kept for a person to look at, never booked. */
  | {
      readonly kind: 'set-aside'
      readonly device: string
      readonly place: string
      readonly code: 'unknown-tag'
      readonly message: string
      readonly epc: string
      readonly atMs: number
    }
  | { readonly kind: 'attach'; readonly sourceKey: string; readonly evidence: Evidence }
  | { readonly kind: 'review'; readonly review: NewReview }
  /** The question answered itself (a late till line, a late picture). */
  | {
      readonly kind: 'settle-review'
      readonly key: string
      readonly reason: string
      readonly atMs: number
    }
  | { readonly kind: 'alert'; readonly key: string; readonly atMs: number; readonly text: string }
  | {
      readonly [K in MemoryKind]: {
        readonly kind: 'remember'
        readonly memory: K
        readonly key: string
        readonly value: Memory[K]
      }
    }[MemoryKind]
  | { readonly kind: 'forget'; readonly memory: MemoryKind; readonly key: string }
