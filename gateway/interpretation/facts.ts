import type { Sku } from '../../ledger-core/index.ts'
import type { Level } from '../config/authority.ts'
import type { Policy, PortalConfig } from '../config/schema.ts'
import type { Memory, MemoryKind, MovementKind, OpenReview } from './conclusion.ts'

/** What interpretation may look up. Reads see everything concluded before, in this commit too. */
export interface Facts {
  readonly policy: Policy
  readonly minorUnits: number
  /** How long a claim waits for a till, a paper or a count; see config/authority.ts. */
  readonly claimWaitMs: number
  readonly portals: readonly PortalConfig[]
  /** Gateway time of the running step, UTC ms. Not the clock: an argument like any other. */
  readonly nowMs: number
  businessDateOf(atMs: number): string
  /** Every till of the store and when it last spoke of now, since the gateway's start. */
  tills(): readonly { readonly till: string; readonly spokenAtMs: number | null }[]
  sku(sku: string): Sku | null
  skuByGtin(gtin14: string): Sku | null
  isLocation(location: string): boolean
  quantityAt(sku: string, location: string): bigint
  /** Everything a location holds, by SKU; zero left out. */
  stockAt(location: string): readonly { readonly sku: string; readonly quantity: bigint }[]
  /** Everything in the places whose names begin so. */
  stockIn(prefix: string): readonly {
    readonly sku: string
    readonly location: string
    readonly quantity: bigint
  }[]
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
  /** Where a scanner stands: a door or a location of the configuration; null: nowhere. */
  scanPlace(device: string): string | null
  /** Count sheets open at a location, with what is on them there. */
  openCounts(location: string): readonly OpenCount[]
  /** The location that an open count sheet is about; null where it is none, or of several. */
  locationOfCount(count: string): string | null
  /** Journal sequence posted under this source key, or null. */
  sequenceOf(sourceKey: string): number | null
  planogram(camera: string, zone: string): { sku: string; location: string } | null
  /** True when this location is watched by a camera. */
  isCameraLocation(location: string): boolean
  /** True when an antenna reads the tags of this location. */
  isReaderLocation(location: string): boolean
  /** Cameras that watch this location. */
  camerasAt(location: string): readonly string[]
  /** Since when its pictures can be used; 0: they always could; null: now they cannot. */
  seeingSinceMs(camera: string): number | null
  /** How far a sensor is trusted with this kind of movement. */
  authority(part: string, movement: MovementKind): Level
  /** What of a device is trusted by itself; see `trustedParts`. */
  partsOf(device: string): readonly string[]
  /** What a device, or a part of it, can tell of; empty for anything but a sensor. */
  movementsOf(part: string): readonly MovementKind[]
  /** Questions that wait for a person and were asked before `atMs`, with what was proposed. */
  reviewsOpenedBefore(atMs: number): readonly OpenReview[]
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

export interface OpenCount {
  readonly count: string
  readonly lines: readonly {
    readonly sku: string
    /** By hand or by a machine's sheet. */
    readonly isCounted: boolean
  }[]
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
