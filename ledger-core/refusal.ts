/** Refusals in order of precedence: the first that applies is the one reported. */
export type RefusalCode =
  | 'source-conflict'
  /** The actor's roles do not allow this kind of command. */
  | 'not-permitted'
  /** Another person has to approve: the counter never approves the own count. */
  | 'needs-second-person'
  | 'unknown-sku'
  | 'unknown-location'
  | 'unknown-order-line'
  /** The document named as origin is not in these books, or is of another kind. */
  | 'unknown-origin'
  | 'unknown-currency'
  | 'unknown-account'
  | 'order-exists'
  /** A count, transfer, reservation or invoice of that name exists already. */
  | 'name-taken'
  | 'gtin-taken'
  | 'serial-taken'
  | 'unknown-serial'
  /** Cost method, quantity scale, kind of place or cost group cannot change by import. */
  | 'master-fixed'
  /** LIFO under IFRS, or another method than the policy gives the category. */
  | 'method-not-allowed'
  | 'quantity-not-positive'
  | 'same-location'
  | 'exceeds-order'
  | 'exceeds-received'
  | 'exceeds-dispatched'
  | 'not-enough-stock'
  | 'parts-do-not-add-up'
  | 'receipt-does-not-add-up'
  | 'does-not-balance'
  /** Inventory accounts move only with goods or their layers. */
  | 'inventory-by-movement-only'
  | 'exceeds-sold'
  | 'already-reversed'
  | 'not-reversible'
  /** Later entries rest on this one; reverse them first, newest first. */
  | 'has-dependants'
  /** The count, transfer or reservation is not in the state that this step needs. */
  | 'wrong-state'
  | 'open-deficit'
  | 'not-a-period-boundary'
  | 'checklist-open'
  | 'period-closed'

/** An expected "no": a value with a stable code and a sentence that says expected and got. */
export interface Refusal {
  readonly status: 'refused'
  readonly code: RefusalCode
  readonly message: string
}

export function refuse(code: RefusalCode, message: string): Refusal {
  return { status: 'refused', code, message }
}

/** The first rule that refuses, in the order of the list. */
export function firstRefusal(rules: readonly (() => Refusal | null)[]): Refusal | null {
  for (const rule of rules) {
    const refusal = rule()
    if (refusal !== null) return refusal
  }
  return null
}

/** The first item that a rule refuses. */
export function refuseAny<Item>(
  items: readonly Item[],
  rule: (item: Item) => Refusal | null,
): Refusal | null {
  for (const item of items) {
    const refusal = rule(item)
    if (refusal !== null) return refusal
  }
  return null
}
