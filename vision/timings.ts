const KEPT = 300

export interface Timings {
  /** Milliseconds. */
  add(ms: number): void
  /** Median and 95th percentile of the last few hundred, milliseconds to one decimal. */
  read(): { readonly p50: number; readonly p95: number } | null
}

export function createTimings(): Timings {
  const kept: number[] = []
  return {
    add(ms) {
      kept.push(ms)
      if (kept.length > KEPT) kept.shift()
    },
    read() {
      const sorted = kept.toSorted((a, b) => a - b)
      const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]
      const p50 = at(0.5)
      const p95 = at(0.95)
      if (p50 === undefined || p95 === undefined) return null
      return { p50: Math.round(p50 * 10) / 10, p95: Math.round(p95 * 10) / 10 }
    },
  }
}
