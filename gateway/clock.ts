/** The only place that asks the machine what time it is. */
export interface Clock {
  nowMs(): number
}

export const systemClock: Clock = { nowMs: () => Date.now() }

/** Time as told by the simulator; stands still until told. */
export function createSimulatedClock(startMs: number): Clock & { set(atMs: number): void } {
  let now = startMs
  return {
    nowMs: () => now,
    set: (atMs) => {
      now = Math.max(now, atMs)
    },
  }
}
