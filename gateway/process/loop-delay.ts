import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setInterval } from 'node:timers'

/** How long one measurement lasts; whoever asks gets the larger of the last two. */
const WINDOW_MS = 10_000

/** How late the sockets' thread runs: the p99 of its event loop delay over the last seconds. */
export function measureLoopDelay(): { p99Ms(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: 10 })
  histogram.enable()
  const p99Ms = () => Math.round(histogram.percentile(99) / 1e5) / 10
  let lastMs = 0
  const turning = setInterval(() => {
    lastMs = p99Ms()
    histogram.reset()
  }, WINDOW_MS)
  turning.unref()
  return {
    p99Ms: () => Math.max(lastMs, p99Ms()),
    stop() {
      clearInterval(turning)
      histogram.disable()
    },
  }
}
