/**
 * What has to be looked at again, and when: a binary heap by due time, one live item per record.
 * Adding an earlier time replaces the later one; whoever takes an item adds it again if the
 * record still waits.
 */
export interface Due {
  readonly dueMs: number
  readonly kind: string
  readonly key: string
}

export interface Schedule {
  /** Ignored when the record is due earlier already. */
  add(due: Due): void
  /** The earliest item due at or before `nowMs`, taken off; undefined when none is. */
  take(nowMs: number): Due | undefined
  size(): number
}

export function createSchedule(): Schedule {
  const heap: Due[] = []
  const live = new Map<string, number>()
  const at = (index: number): Due => {
    const due = heap[index]
    if (!due) throw new RangeError(`schedule has no item ${index} of ${heap.length}`)
    return due
  }
  const before = (a: Due, b: Due) =>
    a.dueMs !== b.dueMs ? a.dueMs < b.dueMs : a.kind !== b.kind ? a.kind < b.kind : a.key < b.key
  const swap = (a: number, b: number) => {
    const held = at(a)
    heap[a] = at(b)
    heap[b] = held
  }
  const sink = () => {
    for (let parent = 0; ; ) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < heap.length && before(at(child), at(least))) least = child
      if (least === parent) return
      swap(parent, least)
      parent = least
    }
  }
  const takeFirst = (): Due | undefined => {
    const first = heap[0]
    const last = heap.pop()
    if (last && heap.length > 0) {
      heap[0] = last
      sink()
    }
    return first
  }
  return {
    add(due) {
      const known = live.get(nameOf(due))
      if (known !== undefined && known <= due.dueMs) return
      live.set(nameOf(due), due.dueMs)
      heap.push(due)
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1
        if (!before(at(child), at(parent))) return
        swap(child, parent)
        child = parent
      }
    },
    take(nowMs) {
      for (let first = heap[0]; first && first.dueMs <= nowMs; first = heap[0]) {
        takeFirst()
        if (live.get(nameOf(first)) !== first.dueMs) continue
        live.delete(nameOf(first))
        return first
      }
      return undefined
    },
    size: () => live.size,
  }
}

const nameOf = ({ kind, key }: Due) => `${kind}\n${key}`
