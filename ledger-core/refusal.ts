import type { RefusalCode } from './command.ts'

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
