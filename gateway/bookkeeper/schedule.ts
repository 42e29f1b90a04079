/**
 * What has to be looked at again, and when: a binary heap by due time. An item may be stale (its
 * record has moved on); whoever takes it checks the record, so nothing is ever removed early.
 */
export interface Due {
  readonly dueMs: number
  readonly kind: string
  readonly key: string
}

export interface Schedule {
  add(due: Due): void
  /** The earliest item due at or before `nowMs`, taken off; undefined when none is. */
  take(nowMs: number): Due | undefined
  size(): number
}

export function createSchedule(): Schedule {
  const heap: Due[] = []
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
  return {
    add(due) {
      heap.push(due)
      for (let child = heap.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1
        if (!before(at(child), at(parent))) return
        swap(child, parent)
        child = parent
      }
    },
    take(nowMs) {
      const first = heap[0]
      if (!first || first.dueMs > nowMs) return undefined
      const last = heap.pop()
      if (last && heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first
    },
    size: () => heap.length,
  }
}
