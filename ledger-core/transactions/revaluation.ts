import type { Books } from '../books.ts'
import { knownSku } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { splitByWeight } from '../costing.ts'
import { isPeriodStart } from '../period.ts'
import { methodAllowed } from '../policy.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

/** Stock is worth more or less from now on; each layer takes its share by value. */
export const revalue: Transaction<'revalue'> = {
  check: (command, books) =>
    firstRefusal([() => knownSku(command.sku, books), () => layersBear(command, books)]),
  post: (command, posting, { costs }) => {
    const { sku, costGroup = '', amountMinor, against, reason } = command
    const memo = `${sku}: ${reason}`
    for (const { layer, partMinor } of revaluedParts(costs, sku, costGroup, amountMinor)) {
      posting.addValue(sku, costGroup, layer, partMinor, memo)
    }
    posting.money(posting.chart[against].account, -amountMinor, memo)
  },
}

/** What each layer, or the average pool, takes of a change in value. */
export function revaluedParts(
  costs: Pick<Books['costs'], 'pool' | 'heldLayers'>,
  sku: string,
  group: string,
  amountMinor: bigint,
): { readonly layer: number | null; readonly partMinor: bigint }[] {
  if (costs.pool(sku, group).method === 'average') return [{ layer: null, partMinor: amountMinor }]
  const layers = costs.heldLayers(sku, group)
  const hasValue = layers.some(({ valueMinor }) => valueMinor > 0n)
  const weights = layers.map((layer) => (hasValue ? layer.valueMinor : layer.quantity))
  const parts = splitByWeight(amountMinor, weights)
  return layers.map(({ id }, index) => ({ layer: id, partMinor: parts[index] ?? 0n }))
}

function layersBear(command: CommandOf<'revalue'>, { costs }: Books): Refusal | null {
  const { sku, costGroup = '', amountMinor } = command
  const pool = costs.pool(sku, costGroup)
  if (amountMinor !== 0n && pool.quantity > 0n && pool.valueMinor + amountMinor >= 0n) return null
  return refuse(
    'not-enough-stock',
    `expected a change that ${pool.quantity} of ${sku} worth ${pool.valueMinor} can bear, got ${amountMinor}`,
  )
}

/** Another cost formula from the first day of a period: the pool is stacked anew, nothing is earned. */
export const changeMethod: Transaction<'change-method'> = {
  check: checkChange,
  post: ({ skus, method }, posting, books) => {
    for (const sku of skus) changeOne(sku, method, posting, books)
  },
}

type Change = CommandOf<'change-method'>

function checkChange({ skus, method, businessDate }: Change, books: Books): Refusal | null {
  const { masters, costs, control, journal } = books
  return firstRefusal([
    () => refuseAny(skus, (sku) => knownSku(sku, books)),
    () =>
      refuseAny(skus, (sku) => {
        const category = masters.sku(sku)?.category ?? ''
        return methodAllowed(control.policy(), { sku, category }, method)
      }),
    () => {
      if (isPeriodStart(businessDate)) return null
      return refuse(
        'not-a-period-boundary',
        `expected the first day of a month, got ${businessDate}: history keeps its method`,
      )
    },
    () =>
      refuseAny(skus, (sku) => {
        if (!journal.movedFrom(sku, businessDate)) return null
        return refuse(
          'not-a-period-boundary',
          `expected nothing of ${sku} posted from ${businessDate} on, got entries`,
        )
      }),
    () =>
      refuseAny(skus, (sku) => {
        const owing = costs.groupsOf(sku).find((g) => costs.pool(sku, g).deficitQuantity > 0n)
        if (owing === undefined) return null
        return refuse(
          'open-deficit',
          `expected no open deficit of ${sku}, got one: receive it first`,
        )
      }),
  ])
}

function changeOne(sku: string, method: Change['method'], posting: Posting, books: Books): void {
  const { costs, masters } = books
  masters.setMethod(sku, method)
  for (const group of costs.groupsOf(sku)) {
    const pool = costs.pool(sku, group)
    const next = { ...pool, method }
    const restacked = (pool.method === 'average') !== (method === 'average')
    if (restacked) {
      posting.costs.restack(sku, group, next, { date: posting.date, receipt: posting.sequence })
    } else costs.savePool(sku, group, next)
  }
}
