import type { Command, MovementPart, SaleLine } from '../command.ts'
import { divideHalfEven } from '../costing.ts'
import { formatQuantity, parseMoney, parseQuantity } from '../decimal.ts'
import { fingerprintOf } from '../hash.ts'
import type { CaseStep, CostingCase } from './costing-case.ts'

/** Decimals of a quantity in the cases; finer ones are refused, as the format says they may be. */
export const QUANTITY_SCALE = 3
/** Decimals a unit cost is read with before it is multiplied out and rounded once. */
const COST_SCALE = 9
export const GOODS = 'goods'
const PLACE = 'store'
/** The date of a step is its place in the list, so that "before" can be said. */
const FIRST_DAY_MS = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000

export class CaseFault extends Error {}

function exact(parsed: ReturnType<typeof parseMoney>): bigint {
  if (typeof parsed !== 'bigint') throw new CaseFault(parsed.message)
  return parsed
}

export function quantityOf(text = '0'): bigint {
  return exact(parseQuantity(text, QUANTITY_SCALE))
}

export function moneyOf(text: string, { minorUnits }: CostingCase): bigint {
  return exact(parseMoney(text, minorUnits))
}

type Body = { [K in Command['kind']]: Omit<Extract<Command, { readonly kind: K }>, HeaderField> }
type HeaderField =
  | 'sourceKey'
  | 'fingerprint'
  | 'occurredAtMs'
  | 'occurredAtSource'
  | 'businessDate'
  | 'postedAtMs'
  | 'actor'
  | 'evidence'

function command(sourceKey: string, day: number, body: Body[keyof Body]): Command {
  const atMs = FIRST_DAY_MS + day * DAY_MS
  const facts = {
    sourceKey,
    occurredAtMs: atMs,
    occurredAtSource: 'document' as const,
    businessDate: new Date(atMs).toISOString().slice(0, 10),
    postedAtMs: atMs,
    actor: 'conformance',
    evidence: [],
    ...body,
  }
  return { ...facts, fingerprint: fingerprintOf(facts) } as Command
}

/** Policy and masters of a case: one SKU, and every location named, each a cost group of its own. */
export function openingCommands(one: CostingCase): Command[] {
  const { framework = 'US-GAAP', standard_cost, allow_negative, wma_purchase_return } = one.options
  const named = one.steps.flatMap(({ loc, from, to }) => [loc, from, to])
  const places = [...new Set(named.filter((place) => place !== undefined))]
  const policy = command('policy', 0, {
    kind: 'set-policy',
    policy: {
      framework: framework === 'IFRS' ? 'IFRS' : 'US-GAAP',
      deficits: allow_negative === true ? 'provisional' : 'refused',
      averageReturns: wma_purchase_return === 'average' ? 'average' : 'original',
    },
    reason: one.id,
  })
  const masters = command('masters', 0, {
    kind: 'import-masters',
    skus: [
      {
        sku: GOODS,
        name: one.name,
        category: one.id,
        gtins: [],
        quantityScale: QUANTITY_SCALE,
        method: METHOD[one.method],
        tagged: false,
        priceMinor: 0n,
        home: PLACE,
        ...(standard_cost === undefined ? {} : { standardCostMinor: moneyOf(standard_cost, one) }),
      },
    ],
    locations: [
      { location: PLACE, name: 'Store', kind: 'real' },
      ...places.map((location) => ({
        location,
        name: location,
        kind: 'real' as const,
        costGroup: location,
      })),
    ],
    suppliers: [],
    opening: [],
  })
  return [policy, masters]
}

const METHOD = { FIFO: 'fifo', LIFO: 'lifo', WMA: 'average', SPECIFIC: 'specific' } as const

const part = (quantity: bigint, from: string, to: string): MovementPart => ({
  sku: GOODS,
  quantity,
  from,
  to,
  epcs: [],
})

/** The command of a step, or null when the books of the case have nothing to do. */
export function stepCommands(
  one: CostingCase,
  index: number,
  held: { readonly quantity: bigint },
): Command[] {
  const step = one.steps[index]
  if (step === undefined) return []
  const day = dayOf(one, index)
  const build = BUILDERS[step.op]
  if (build === undefined) throw new CaseFault(`expected a known step, got ${step.op}`)
  return build(step, one, held).map((body) => command(step.ref, day, body))
}

/** "before c": a fact of an earlier day that is posted now. */
function dayOf(one: CostingCase, index: number): number {
  const before = one.steps[index]?.effective?.replace(/^before /, '')
  const at = one.steps.findIndex(({ ref }) => ref === before)
  return at === -1 ? index + 1 : at
}

type Build = (
  step: CaseStep,
  one: CostingCase,
  held: { readonly quantity: bigint },
) => readonly Body[keyof Body][]

const BUILDERS: Readonly<Record<string, Build>> = {
  receipt: (step, one) => {
    const quantity = quantityOf(step.qty)
    const specific = one.method === 'SPECIFIC' ? { serials: [step.ref] } : {}
    return [
      {
        kind: 'receive-unordered',
        supplier: 'supplier',
        delivery: step.ref,
        part: part(quantity, 'supplier', step.loc ?? PLACE),
        valueMinor: lineTotal(step, quantity, one),
        ...specific,
      },
    ]
  },
  sale: (step, one) => [
    tillReceipt(
      step,
      one,
      quantityOf(step.qty),
      part(quantityOf(step.qty), step.loc ?? PLACE, 'customer'),
    ),
  ],
  sales_return: (step, one) => {
    const quantity = quantityOf(step.qty)
    if (step.expense === 'shrinkage') {
      const found = part(quantity, 'found', step.loc ?? PLACE)
      return [{ kind: 'gain', part: found, loss: step.of ?? '', reason: 'found' }]
    }
    return [tillReceipt(step, one, -quantity, part(quantity, 'customer', step.loc ?? PLACE))]
  },
  purchase_return: (step) => [
    {
      kind: 'return-to-supplier',
      receipt: step.of ?? '',
      part: part(quantityOf(step.qty), step.loc ?? PLACE, 'supplier'),
      reason: step.ref,
    },
  ],
  landed_cost: (step, one) => [
    {
      kind: 'landed-cost',
      document: step.ref,
      amountMinor: moneyOf(step.amount ?? '0', one),
      basis: 'value',
      receipts: [{ receipt: step.of ?? '' }],
    },
  ],
  transfer: (step) => [
    {
      kind: 'move',
      part: part(quantityOf(step.qty), step.from ?? PLACE, step.to ?? PLACE),
      reason: step.ref,
    },
  ],
  shrink: (step) => [
    {
      kind: 'shrink',
      part: part(quantityOf(step.qty), step.loc ?? PLACE, 'shrinkage'),
      reason: step.ref,
    },
  ],
  count: (step, _one, held) => {
    const variance = quantityOf(step.counted) - held.quantity
    const place = step.loc ?? PLACE
    if (variance === 0n) return []
    return variance < 0n
      ? [{ kind: 'shrink', part: part(-variance, place, 'shrinkage'), reason: step.ref }]
      : [{ kind: 'gain', part: part(variance, 'found', place), reason: step.ref }]
  },
  nrv: (step, one) => [
    {
      kind: 'write-down',
      sku: GOODS,
      realisableMinor: moneyOf(step.nrv_total ?? '0', one),
      reason: step.ref,
    },
  ],
  revalue: (step, one) => [
    {
      kind: 'revalue',
      sku: GOODS,
      amountMinor: moneyOf(step.amount ?? '0', one),
      against: 'revaluation',
      reason: step.ref,
    },
  ],
  recost: (step, one) => [
    {
      kind: 'revalue',
      sku: GOODS,
      amountMinor: -moneyOf(step.delta_cogs ?? '0', one),
      against: 'cogs',
      reason: step.ref,
    },
  ],
}

/** Line total of a receipt: as given, or the unit cost multiplied out and rounded once. */
function lineTotal(step: CaseStep, quantity: bigint, one: CostingCase): bigint {
  if (step.total !== undefined) return moneyOf(step.total, one)
  const product = quantity * exact(parseQuantity(step.unit_cost ?? '0', COST_SCALE))
  return divideHalfEven(product, 10n ** BigInt(QUANTITY_SCALE + COST_SCALE - one.minorUnits))
}

function tillReceipt(
  step: CaseStep,
  one: CostingCase,
  quantity: bigint,
  moved: MovementPart,
): Body['till-receipt'] {
  const revenueMinor = moneyOf(step.revenue ?? '0', one)
  const netMinor = quantity < 0n ? -revenueMinor : revenueMinor
  const line: SaleLine = {
    line: 1,
    kind: 'stock',
    gtin: '',
    description: `${formatQuantity(quantity, QUANTITY_SCALE)} ${GOODS}`,
    quantity,
    netMinor,
    taxMinor: 0n,
    taxCode: '',
    parts: [step.pick === undefined ? moved : { ...moved, serials: [step.pick] }],
    ...(quantity < 0n ? { original: { sourceKey: step.of ?? '', line: 1 } } : {}),
  }
  return {
    kind: 'till-receipt',
    till: 'till',
    receipt: step.ref,
    lines: [line],
    tenders: netMinor === 0n ? [] : [{ kind: 'account', amountMinor: netMinor }],
    roundingMinor: 0n,
  }
}
