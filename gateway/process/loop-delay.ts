import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How late the sockets' thread runs: the p99 of its event loop delay since the last question. */
export function measureLoopDelay(): { p99Ms(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: 10 })
  histogram.enable()
  return {
    p99Ms() {
      const p99Ms = histogram.percentile(99) / 1e6
      histogram.reset()
      return Math.round(p99Ms * 10) / 10
    },
    stop: () => void histogram.disable(),
  }
}
