import type { Command, Evidence } from '../../ledger-core/index.ts'
import type { TagObservation } from '../../sensors/index.ts'
import type { ShelfChange } from '../../vision/index.ts'
import type { Level } from '../config/authority.ts'
import type { GoodsReceipt } from '../documents/business-event.ts'
import type {
  Container,
  ContraryPasses,
  Delivery,
  ScanKept,
  ScannedCount,
  Scanner,
  StrangeCode,
} from './session-memory.ts'

import type { Agreement, AgreementVerdict, AuthorityChange, Claim, MovementKind } from './trust.ts'

export type { Facts, ParkedLine, ShelfCount } from './facts.ts'
export type { DeliveryLine, PassedDoor, Tag } from './session-memory.ts'
export {
  type Agreement,
  type AgreementVerdict,
  type AuthorityChange,
  type Claim,
  MOVEMENT_KINDS,
  type MovementKind,
} from './trust.ts'

/**
 * Interpretation is pure: it is given facts and one event, and returns what follows. The
 * bookkeeper carries the conclusions out, in order, inside one transaction.
 */

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
  readonly delivery: Delivery
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
    readonly device: string
    readonly sku: string
    readonly serial: string
    readonly atMs: number
  }
  /** key: EPC. Which delivery announced it. */
  readonly announced: { readonly delivery: string; readonly orderLine: number }
  /** key: `sscc/<18 digits>` or `<gtin14>/<serial>` of a case. */
  readonly container: Container
  /** key: `<gtin14>/<serial>`. The container it was packed in. */
  readonly packed: { readonly container: string }
  /** key: as of a container. Seen at the dock before anybody announced it. */
  readonly 'early-unit': {
    readonly place: string
    readonly device: string
    readonly atMs: number
  }
  /** key: device. */
  readonly scanner: Scanner
  /** key: `<count>/<sku>`. */
  readonly counted: ScannedCount
  /** key: `<code>/<place>`. */
  readonly 'strange-code': StrangeCode
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
    /** Its pass had not ended when it was looked at last; absent once it has. */
    readonly glancedAtMs?: number
    /** The alarm that was raised at once. */
    readonly alarmKey?: string
    /** A reader had buffered it: too late for any alarm. */
    readonly isToldLate?: boolean
    /** Tills that lag: one of their receipts may be on the way. */
    readonly waitsFor?: readonly string[]
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
  /** key: SKU. Units left in baskets when a day ended, oldest first, each asked about once. */
  readonly basket: {
    readonly tasks?: readonly {
      /** `<sku>/<date>/<number>`. */
      readonly name: string
      /** Scaled; one unit, but for the last of very many. */
      readonly units: string
      readonly openedAtMs: number
      readonly date: string
    }[]
  }
  /** key: transfer. Dispatched to another store and not wholly confirmed, since a close. */
  readonly transit: { readonly sinceMs: number; readonly isAsked: boolean }
  /** key: session. Somebody has left an unattended store; their baskets are sold shortly after. */
  readonly session: { readonly till: string; readonly device: string; readonly atMs: number }
  /** key: portal. Clear passes in a row to where the books had the tags already. */
  readonly contrary: ContraryPasses
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
  /** key: `<sender>/<location>/<sku>`. The last quantity that another system or a count disagreed on. */
  readonly disagreement: {
    readonly reviewKey: string
    readonly said: string
    readonly booked: string
  }
  /** key: `<sku>/<source key>`. What a reader would have booked, had it been trusted to. */
  readonly claim: Claim
  /** key: `<device>/<movement kind>`. What a person has allowed; wins over the configuration. */
  readonly grant: { readonly level: Level }
  /** key: `<device>/<movement kind>`. How its claims fared since its level last changed. */
  readonly agreement: Agreement
}
export type MemoryKind = keyof Memory

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
  | 'proposed-move'
  | 'delivery-complete'
  | 'systems-disagree'
  | 'teach-picture'
  | 'transfer-overdue'
  | 'unteach-picture'

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

/** A review as the books of questions hold it. */
export interface AskedReview {
  readonly id: number
  readonly key: string
  readonly kind: ReviewKind
  readonly question: string
  readonly sku: string | null
  readonly location: string | null
  readonly epc: string | null
  readonly evidence: readonly Evidence[]
  readonly proposal: Command | null
}
export type OpenReview = AskedReview & { readonly openedAtMs: number }

export type Conclusion =
  /** The whole step is refused: nothing of it happens, the paper is parked. */
  | { readonly kind: 'refuse'; readonly code: string; readonly message: string }
  | { readonly kind: 'post'; readonly command: Command }
  /** Seen, but nothing that can be used: kept for a person to look at, never booked. */
  | {
      readonly kind: 'set-aside'
      readonly device: string
      readonly place: string
      readonly code: 'unknown-tag' | 'unknown-barcode' | ScanKept
      readonly message: string
      /** The EPC or the text of the barcode. */
      readonly what: string
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
      /** `expired`: nobody answered in time; by default it answered itself. */
      readonly as?: 'expired'
    }
  /** A claim of this device was right, wrong, or nobody will ever know. */
  | {
      readonly kind: 'tally'
      readonly device: string
      readonly movement: MovementKind
      readonly verdict: AgreementVerdict
      readonly atMs: number
    }
  /** A person has changed what a device may do: kept for ever, with what was known then. */
  | { readonly kind: 'authority-changed'; readonly change: AuthorityChange }
  | {
      readonly kind: 'alert'
      readonly key: string
      readonly atMs: number
      readonly text: string
      /** Whose shelf a picture of would help. */
      readonly sku?: string
    }
  | {
      readonly [K in MemoryKind]: {
        readonly kind: 'remember'
        readonly memory: K
        readonly key: string
        readonly value: Memory[K]
      }
    }[MemoryKind]
  | { readonly kind: 'forget'; readonly memory: MemoryKind; readonly key: string }
