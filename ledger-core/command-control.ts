import type { MovementPart } from './command.ts'
import type { PolicyChange } from './policy.ts'
import type { Role } from './role.ts'

/** Who may do what, which days are open, and what is corrected by hand. */
export type ControlCommand =
  | { readonly kind: 'set-policy'; readonly policy: PolicyChange; readonly reason: string }
  | { readonly kind: 'assign-roles'; readonly person: string; readonly roles: readonly Role[] }
  /** Periods are months, YYYY-MM. */
  | { readonly kind: 'soft-close-period'; readonly period: string; readonly reason: string }
  | { readonly kind: 'reopen-period'; readonly period: string; readonly reason: string }
  | {
      readonly kind: 'close-period'
      readonly period: string
      readonly reason: string
      /** What only the gateway can answer for: quarantine empty, batches acknowledged. */
      readonly checked: readonly { readonly item: string; readonly done: boolean }[]
    }
  | {
      readonly kind: 'manual-journal'
      readonly lines: readonly {
        readonly account: string
        readonly amountMinor: bigint
        readonly memo: string
      }[]
      readonly reason: string
      readonly approvedBy?: string
    }
  | {
      /** The whole entry of a source key, once. */
      readonly kind: 'reverse'
      readonly of: string
      readonly reason: string
    }
  | {
      /** A line that the till sold before the masters knew it gets its SKU, and its cost. */
      readonly kind: 'map-line'
      /** Source key of the receipt, and the line on it. */
      readonly sale: string
      readonly line: number
      readonly sku: string
      /** Where the units came from (sale) or go to (return), as on a till line. */
      readonly parts: readonly MovementPart[]
    }
  /** A receipt taken back at the till before its day is closed. */
  | { readonly kind: 'void-receipt'; readonly of: string; readonly reason: string }
  | {
      /** Z report: what was counted in the drawer against what was taken. */
      readonly kind: 'close-till'
      readonly till: string
      readonly zNumber: number
      readonly counted: readonly {
        readonly kind: 'cash' | 'card' | 'voucher'
        readonly amountMinor: bigint
      }[]
    }
