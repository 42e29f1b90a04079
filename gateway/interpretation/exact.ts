import { refuse } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { moneyOf, quantityOf } from './quantities.ts'

/** Text to scaled integers; what is too fine is noted, and nothing of the command is booked. */
export class Exact {
  readonly faults: string[] = []
  readonly #facts: Facts

  constructor(facts: Facts) {
    this.#facts = facts
  }

  money(text: string, minorUnits = this.#facts.minorUnits): bigint {
    return this.#noted(moneyOf(text, minorUnits), text)
  }

  /** A SKU that nobody knows is the ledger's to refuse. */
  units(sku: string, text: string): bigint {
    const scale = this.#facts.sku(sku)?.quantityScale ?? 0
    return this.#noted(quantityOf(text, scale), `${text} of ${sku}`)
  }

  #noted(value: bigint | null, fault: string): bigint {
    if (value === null) this.faults.push(fault)
    return value ?? 0n
  }
}

export function tooFine(id: string, { faults }: Exact): Conclusion {
  const expected = 'expected amounts as fine as the SKU and the currency allow'
  return refuse('amount-too-fine', `${expected} in ${id}, got ${faults.slice(0, 5).join(', ')}`)
}
