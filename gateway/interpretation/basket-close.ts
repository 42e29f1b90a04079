import type { Sku } from '../../ledger-core/index.ts'
import { ask, forget, headerOf, least, oneUnit, remember, settle } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'

type Task = NonNullable<Memory['basket']['tasks']>[number]

/** Tasks of one SKU that one close opens at most; the last of them holds the rest of the units. */
const TASKS_MAX = 20

/**
 * What was taken from a shelf and neither sold nor put back by the end of the day: one task for
 * each unit, which a person answers once: found on the shelf, sold late, or lost. It is not asked
 * again while the unit is out.
 */
export function basketsAtClose(facts: Facts, date: string): Conclusion[][] {
  const held = new Map(facts.stockAt('basket').map(({ sku, quantity }) => [sku, quantity]))
  return [...held]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([sku, quantity]) => {
      const known = facts.sku(sku)
      return known === null ? [] : opened(facts, known, quantity, date)
    })
}

function opened(facts: Facts, sku: Sku, held: bigint, date: string): Conclusion[] {
  const before = tasksOf(facts, sku.sku)
  const unit = oneUnit(sku.quantityScale)
  let open = held - unitsOf(before)
  const added: Task[] = []
  while (open > 0n) {
    const units = added.length === TASKS_MAX - 1 ? open : least(open, unit)
    const name = `${sku.sku}/${date}/${added.length + 1}`
    const task = { name, units: units.toString(), openedAtMs: facts.nowMs, date }
    added.push(task)
    open -= units
  }
  if (added.length === 0) return []
  return [
    ...added.map((task) => asked(facts, sku, task)),
    remember('basket', sku.sku, { tasks: [...before, ...added] }),
  ]
}

function asked(facts: Facts, sku: Sku, { name, units, date }: Task): Conclusion {
  const quantity = BigInt(units)
  const { nowMs: atMs } = facts
  const header = headerOf(facts, {
    sourceKey: `basket:${name}`,
    input: { name, units, date },
    atMs,
    atSource: 'gateway',
    actor: 'system',
    businessDate: date,
    evidence: [],
  })
  const part = { sku: sku.sku, quantity, from: 'basket', to: 'shrinkage', epcs: [] }
  const one = quantity === oneUnit(sku.quantityScale) ? `One ${sku.name}` : `Some of ${sku.name}`
  return ask({
    key: `basket-open/${name}`,
    kind: 'basket-open',
    atMs,
    question: `${one} was taken from ${sku.home} by the end of ${date} and neither paid nor put back. Is it on the shelf, was it sold late, or is it lost?`,
    sku: sku.sku,
    location: 'basket',
    proposal: { ...header, kind: 'shrink', part, reason: `unpaid at the close of ${date}` },
  })
}

/** Units that came back or were sold in the meantime need no answer: the oldest tasks first. */
export function basketsNow(facts: Facts): Conclusion[][] {
  return facts.recallAll('basket', '').map(([sku]) => {
    const tasks = tasksOf(facts, sku)
    const held = facts.quantityAt(sku, 'basket')
    let left = [...tasks]
    const done: Task[] = []
    while (left[0] && unitsOf(left) - BigInt(left[0].units) >= (held > 0n ? held : 0n)) {
      done.push(left[0])
      left = left.slice(1)
    }
    if (done.length === 0) return []
    return [
      ...done.map(({ name }) =>
        settle(`basket-open/${name}`, 'it was sold or put back since', facts.nowMs),
      ),
      tasksOnly(sku, left),
    ]
  })
}

/** A person has answered one of them. */
export function withoutTask(facts: Facts, sku: string, reviewKey: string): Conclusion[] {
  const tasks = tasksOf(facts, sku)
  const left = tasks.filter(({ name }) => `basket-open/${name}` !== reviewKey)
  return left.length === tasks.length ? [] : [tasksOnly(sku, left)]
}

/**
 * Units out for longer than `policy.basketAgedMs` are in nobody's basket: whoever buys one later
 * has taken another. A sale that was made before, and is only told now, may still be of them.
 */
export function agedUnits(facts: Facts, sku: string, soldAtMs: number): bigint {
  const aged = tasksOf(facts, sku).filter(
    ({ openedAtMs }) =>
      facts.nowMs - openedAtMs >= facts.policy.basketAgedMs && soldAtMs >= openedAtMs,
  )
  return unitsOf(aged)
}

/** Empty, too, for what was asked before there was one task a unit. */
function tasksOf(facts: Facts, sku: string): readonly Task[] {
  return facts.recall('basket', sku)?.tasks ?? []
}

const unitsOf = (tasks: readonly Task[]) =>
  tasks.reduce((sum, { units }) => sum + BigInt(units), 0n)

function tasksOnly(sku: string, tasks: readonly Task[]): Conclusion {
  return tasks.length === 0 ? forget('basket', sku) : remember('basket', sku, { tasks })
}
