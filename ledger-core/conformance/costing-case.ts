/**
 * The format of costing cases: numbers as text, one list of steps on one SKU, and what must come
 * of it. Account names are those of the format; see `case-accounts.ts` for ours.
 */
export interface CostingCase {
  readonly id: string
  readonly name: string
  /** must, should or informative: what a failure means to who runs it. */
  readonly conformance?: string
  readonly method: 'FIFO' | 'LIFO' | 'WMA' | 'SPECIFIC'
  readonly minorUnits: number
  readonly options: CaseOptions
  readonly steps: readonly CaseStep[]
  readonly expect: CaseExpectation
}

export interface CaseOptions {
  readonly framework?: string
  readonly standard_cost?: string
  readonly allow_negative?: boolean
  readonly wma_purchase_return?: string
}

export interface CaseStep {
  readonly op: string
  readonly ref: string
  readonly of?: string
  readonly qty?: string
  readonly unit_cost?: string
  readonly total?: string
  readonly revenue?: string
  readonly amount?: string
  readonly counted?: string
  readonly nrv_total?: string
  readonly delta_cogs?: string
  readonly pick?: string
  readonly loc?: string
  readonly from?: string
  readonly to?: string
  readonly effective?: string
  readonly expense?: string
}

export interface CaseExpectation {
  readonly ending?: {
    readonly qty: string
    readonly value: string
    readonly layers?: readonly (readonly [string, string])[]
  }
  readonly cogs_total?: string
  /** Cost of an issue, or the change of each account named. */
  readonly steps?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly accounts?: Readonly<Record<string, string>>
  readonly error?: string
  readonly at?: string
}

/** A file of cases, or the first thing in it that is not one, as a sentence. */
export function readCases(text: string): readonly CostingCase[] | string {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    return `expected JSON, got ${error instanceof Error ? error.message : String(error)}`
  }
  if (!Array.isArray(parsed)) return 'expected a list of cases'
  const cases: CostingCase[] = []
  for (const [index, value] of parsed.entries()) {
    const one = readCase(value)
    if (typeof one === 'string') return `case ${index + 1}: ${one}`
    cases.push(one)
  }
  return cases
}

const METHODS = ['FIFO', 'LIFO', 'WMA', 'SPECIFIC'] as const

function readCase(value: unknown): CostingCase | string {
  if (!isRecord(value)) return 'expected an object'
  const { id, name, method, steps, expect } = value
  const minorUnits = value['minor_units'] ?? value['minorUnits']
  const known = METHODS.find((one) => one === method)
  if (typeof id !== 'string' || id === '') return 'expected an id'
  if (known === undefined) return `${id}: expected a method of ${METHODS.join(', ')}, got ${method}`
  if (!Number.isSafeInteger(minorUnits)) return `${id}: expected minor_units, got ${minorUnits}`
  if (!Array.isArray(steps) || !steps.every(isStep)) return `${id}: expected steps with op and ref`
  if (!isRecord(expect)) return `${id}: expected what to expect`
  const conformance = value['conformance']
  return {
    id,
    name: typeof name === 'string' ? name : id,
    ...(typeof conformance === 'string' ? { conformance } : {}),
    method: known,
    minorUnits: Number(minorUnits),
    options: isRecord(value['options']) ? value['options'] : {},
    steps,
    expect,
  }
}

function isStep(step: unknown): step is CaseStep {
  return isRecord(step) && typeof step['op'] === 'string' && typeof step['ref'] === 'string'
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
