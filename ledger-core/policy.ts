import type { CostMethod } from './costing.ts'
import { type Refusal, refuse } from './refusal.ts'

/** Accounting choices of the company; changed only by a recorded command. */
export interface Policy {
  /** LIFO needs US GAAP; a write-down is reversed only under IFRS (IAS 2.25, 2.33; ASC 330-10-35-14). */
  readonly framework: 'IFRS' | 'US-GAAP'
  /** The one method of a category; what is not listed may use any that the framework allows. */
  readonly methods: Readonly<Record<string, CostMethod>>
  /** Sales of units never received: taken at a provisional cost, or refused. */
  readonly deficits: 'provisional' | 'refused'
  /** Purchase return under average: at the cost of its receipt, or at the average with a variance. */
  readonly averageReturns: 'original' | 'average'
  /** A person alone in the store may approve the own count up to this value of differences. */
  readonly selfApproveMinor: bigint
  /** A manual journal above this needs a second person. */
  readonly secondApproverMinor: bigint
}

export type PolicyChange = Partial<Policy>

/** What holds until somebody decides otherwise: the stricter framework, no self-approval. */
export const DEFAULT_POLICY: Policy = {
  framework: 'IFRS',
  methods: {},
  deficits: 'provisional',
  averageReturns: 'original',
  selfApproveMinor: 0n,
  secondApproverMinor: 0n,
}

/** May goods of this category be costed by this method? */
export function methodAllowed(
  policy: Policy,
  { sku, category }: { readonly sku: string; readonly category: string },
  method: CostMethod,
): Refusal | null {
  if (method === 'lifo' && policy.framework === 'IFRS') {
    return refuse(
      'method-not-allowed',
      `expected FIFO, average or specific identification for ${sku} (IAS 2.25), got LIFO under IFRS`,
    )
  }
  const ruled = policy.methods[category]
  if (ruled === undefined || ruled === method) return null
  return refuse(
    'method-not-allowed',
    `expected ${ruled} for ${sku}, as the policy rules category ${category}, got ${method}`,
  )
}
