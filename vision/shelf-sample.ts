/** What crosses between the picture side and the books side. Plain data, JSON and clone safe. */

/** A place for one facing on a camera's picture, in pixels of the upright original. */
export interface Slot {
  readonly slot: string
  readonly box: Box
}

/** x, y of the top-left corner, width, height; original upright pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A region of one camera's picture that holds one SKU's facings. */
export interface Zone {
  readonly zone: string
  readonly sku: string
  /** Stock location whose units stand here. */
  readonly location: string
  readonly slots: readonly Slot[]
  /** Units that may stand one behind another in a slot; 1 when left out. */
  readonly depth?: number
  /** Fewer facings than this are low. */
  readonly lowBelow?: number
}

export interface Camera {
  readonly camera: string
  readonly width: number
  readonly height: number
  readonly zones: readonly Zone[]
}

/** What a label means to the shelf: to be counted, to hide a zone, or neither. */
export type Role = 'product' | 'person' | 'other'

export interface Detection {
  /** The model's own name for it. */
  readonly label: string
  readonly role: Role
  /** What the label is sold as, where the model names single products. */
  readonly sku?: string
  /** 0..1. */
  readonly score: number
  readonly box: Box
}

/** What must be black before a picture may leave memory. */
export type Blanking =
  | { readonly kind: 'blank'; readonly boxes: readonly Box[] }
  /** The whole frame stays in memory. */
  | { readonly kind: 'withhold'; readonly reason: string }

/** One frame, looked at. `unusable` frames carry no slots and change nothing. */
export type ShelfSample =
  | {
      readonly kind: 'usable'
      readonly camera: string
      readonly atMs: number
      readonly frameSha256: string
      readonly detections: readonly Detection[]
      readonly zones: readonly ZoneSample[]
      /** Left out where nothing is enrolled. */
      readonly recognition?: Recognised
      /** Left out is as good as withheld. */
      readonly blanking?: Blanking
    }
  | {
      readonly kind: 'unusable'
      readonly camera: string
      readonly atMs: number
      readonly frameSha256: string
      readonly reason:
        | 'unreadable'
        | 'dark'
        | 'overexposed'
        | 'flat'
        | 'wrong-size'
        | 'frozen'
        | 'moved'
        | 'blurred'
        | 'too-large'
        | 'poison'
      readonly detail: string
    }

export interface ZoneSample {
  readonly zone: string
  /** False while a hand, an arm or a person is before it. */
  readonly visible: boolean
  /**
   * Best product score per slot, thousandths 0..1000, in the order of `Zone.slots`; 500 is where
   * the model itself begins to call something a product, whatever its raw score there.
   */
  readonly slotScores: readonly number[]
  /** Per slot what its item looks most like, likest first; null where none was compared. */
  readonly looks?: readonly (readonly Likeness[] | null)[]
  /** Things that stand in the zone and do not belong there: another SKU, a bag. */
  readonly foreign?: readonly Foreign[]
}

/** How alike an item and the likest picture of a SKU are: a cosine. */
export interface Likeness {
  readonly sku: string
  readonly similarity: number
}

/** From where on an item may be called by a SKU, and how far the next one must lie behind. */
export interface RecognitionSettings {
  readonly similarityMin: number
  readonly marginMin: number
}

export interface Recognised extends RecognitionSettings {
  /** SKUs with pictures; of the others nothing is said. */
  readonly enrolled: readonly string[]
}

export interface Foreign {
  readonly label: string
  /** Null when the model does not name single products. */
  readonly sku: string | null
}

/** A zone's confirmed count changed. Key: camera + zone + transition. */
export interface ShelfChange {
  readonly camera: string
  readonly zone: string
  readonly sku: string
  readonly location: string
  /** Persisted, rises by one per confirmed change of this zone. */
  readonly transition: number
  readonly countBefore: number
  readonly countAfter: number
  /** Last time the old count was confirmed, and first time the new one was seen. */
  readonly observedFromMs: number
  readonly observedAtMs: number
  /** True when the zone was not watched in between (restart, long occlusion, camera away). */
  readonly gap: boolean
  /** 0..1000, thousandths. */
  readonly confidence: number
  readonly frames: number
  readonly frameSha256: string
}

/** What a picture cannot tell. */
export type ShelfQuestion = AskedOfShelf &
  (
    | /** A hand was there, the front looks as before, and a twin may be gone. */
    { readonly kind: 'possible-pick' }
    /** Something stands in the zone that does not belong there; `seenSku` when it is known. */
    | { readonly kind: 'stranger'; readonly label: string; readonly seenSku: string | null }
  )

interface AskedOfShelf {
  readonly camera: string
  readonly zone: string
  /** Planned there. */
  readonly sku: string
  readonly location: string
  /** When the hand or the stranger came, and when the zone was clear again or it was believed. */
  readonly fromMs: number
  readonly toMs: number
}
