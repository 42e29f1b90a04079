/** Somebody doing something: yields the moment until which it waits. */
export type Process = Generator<number, void, void>

/** The order in which things happen. Same spawns, same order. */
export interface Timeline {
  nowMs(): number
  spawn(atMs: number, process: Process): void
  /** Runs everything due until nothing is left. */
  run(): void
}

interface Waiting {
  readonly atMs: number
  readonly order: number
  readonly process: Process
}

export function createTimeline(startMs: number): Timeline {
  const waiting: Waiting[] = []
  let nowMs = startMs
  let spawned = 0
  const add = (atMs: number, process: Process) => {
    const item = { atMs: Math.max(atMs, nowMs), order: spawned++, process }
    const behind = waiting.findIndex((other) => other.atMs > item.atMs)
    waiting.splice(behind === -1 ? waiting.length : behind, 0, item)
  }
  return {
    nowMs: () => nowMs,
    spawn: add,
    run() {
      for (let item = waiting.shift(); item; item = waiting.shift()) {
        nowMs = item.atMs
        const { done, value } = item.process.next()
        if (!done) add(value, item.process)
      }
    },
  }
}
