import assert from 'node:assert'
import type { CostBook, HeldLayer, UseOrigin } from '../cost-book.ts'
import { emptyPool, type Pool, type ReturnableUse } from '../costing.ts'
import type { CostEffect, LayerFacts, Movement } from '../journal.ts'
import { openOf } from '../store/effect-store.ts'

/** The methods that can be laid side by side; specific identification needs its serials. */
export type WhatIfMethod = 'fifo' | 'lifo' | 'average'

/** Cost pools and layers in memory, under one method for every SKU. */
export interface MemoryBook extends CostBook {
  /** Keep what an entry issued, since something of it is given back or undone later. */
  readonly keepUses: (
    sequence: number,
    movements: readonly Pick<Movement, 'number' | 'line'>[],
    effects: readonly CostEffect[],
  ) => void
  readonly pools: () => Iterable<{ readonly sku: string; readonly pool: Pool }>
}

type Held = { -readonly [K in keyof HeldLayer]: HeldLayer[K] }
type Kept = { -readonly [K in keyof ReturnableUse]: ReturnableUse[K] }

interface Stack {
  readonly sku: string
  readonly group: string
  pool: Pool
  /** Open layers in the order of their dates, receipts and numbers. */
  readonly open: Held[]
}

export function createMemoryBook(method: WhatIfMethod): MemoryBook {
  const stacks = new Map<string, Map<string, Stack>>()
  const layers = new Map<number, Held>()
  const stackOf = (sku: string, group: string): Stack => {
    const groups = stacks.get(sku) ?? new Map<string, Stack>()
    stacks.set(sku, groups)
    const stack = groups.get(group) ?? { sku, group, pool: emptyPool(method), open: [] }
    groups.set(group, stack)
    return stack
  }
  const layer = (id: number): Held => {
    const found = layers.get(id)
    assert(found, `layer ${id} was never received`)
    return found
  }
  return {
    ...createUses(),
    pool: (sku, group) => stackOf(sku, group).pool,
    savePool: (sku, group, pool) => {
      stackOf(sku, group).pool = pool
    },
    openLayers: (sku, group, _method, quantity) => {
      const { open } = stackOf(sku, group)
      return covering(method === 'lifo' ? open.toReversed() : open, quantity)
    },
    layer,
    heldLayers: (sku, group) => stackOf(sku, group).open,
    layersOfReceipt: (sku, sequence) =>
      [...(stacks.get(sku)?.values() ?? [])]
        .flatMap(({ open }) => open.filter(({ facts }) => facts.receipt === sequence))
        .sort(inOrder),
    serialLayer: () => null,
    addLayer: (sku, group, facts, quantity, valueMinor) => {
      const id = layers.size + 1
      const received = { receivedQuantity: quantity, receivedMinor: valueMinor }
      const added = { id, sku, group, facts, quantity, valueMinor, ...received }
      layers.set(id, added)
      insert(stackOf(sku, group).open, added)
      return id
    },
    changeLayer: (id, quantity, valueMinor) => {
      const changed = layer(id)
      const { open } = stackOf(changed.sku, changed.group)
      const wasOpen = changed.quantity > 0n
      changed.quantity += quantity
      changed.valueMinor += valueMinor
      if (wasOpen && changed.quantity === 0n) open.splice(open.indexOf(changed), 1)
      if (!wasOpen && changed.quantity > 0n) insert(open, changed)
    },
    entriesTouching: () => [],
    pools: function* () {
      for (const groups of stacks.values()) yield* groups.values()
    },
  }
}

function inOrder(a: HeldLayer, b: HeldLayer): number {
  const byDate = compare(a.facts, b.facts)
  return byDate === 0 ? a.id - b.id : byDate
}

function compare(a: LayerFacts, b: LayerFacts): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1
  return a.receipt - b.receipt
}

/** Layers come nearly in order: the place is looked for from the newest on. */
function insert(open: Held[], added: Held): void {
  const before = open.findLastIndex((held) => inOrder(held, added) < 0)
  open.splice(before + 1, 0, added)
}

function covering(open: readonly Held[], quantity: bigint): readonly Held[] {
  let found = 0n
  const end = open.findIndex((held) => {
    found += held.quantity
    return found >= quantity
  })
  return end === -1 ? open : open.slice(0, end + 1)
}

function createUses(): Pick<MemoryBook, 'openUses' | 'changeOpen' | 'keepUses'> {
  const byLine = new Map<string, Kept[]>()
  const byEffect = new Map<string, Kept>()
  const lineKey = ({ sequence, line, sku }: UseOrigin) => JSON.stringify([sequence, line, sku])
  return {
    openUses: (origin) => (byLine.get(lineKey(origin)) ?? []).toReversed(),
    changeOpen: ({ sequence, number }, quantity, valueMinor) => {
      const use = byEffect.get(`${sequence}/${number}`)
      if (use === undefined) return
      use.quantity += quantity
      use.valueMinor += valueMinor
    },
    keepUses: (sequence, movements, effects) => {
      const lines = new Map(movements.map(({ number, line = 0 }) => [number, line]))
      for (const effect of effects) {
        const { number, movement, sku, source, layer } = effect
        const open = openOf(effect)
        if (open.quantity === 0n) continue
        const use = { sequence, number, source, layer, ...open }
        const key = lineKey({ sequence, line: lines.get(movement) ?? 0, sku })
        byLine.set(key, [...(byLine.get(key) ?? []), use])
        byEffect.set(`${sequence}/${number}`, use)
      }
    },
  }
}
