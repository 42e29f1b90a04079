import { monitorEventLoopDelay } from 'node:perf_hooks'

const INTERVAL_MS = 10

/** How late the sockets' thread runs: the p99 of its event loop delay since the last question. */
export function measureLoopDelay(): { p99Ms(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: INTERVAL_MS })
  histogram.enable()
  return {
    p99Ms() {
      // Node records the time between two firings of its timer, its own interval included.
      const p99Ms = Math.max(0, histogram.percentile(99) / 1e6 - INTERVAL_MS)
      histogram.reset()
      return Math.round(p99Ms * 10) / 10
    },
    stop: () => void histogram.disable(),
  }
}
