import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setInterval } from 'node:timers'

/** Node's histogram counts its own interval as delay: an idle process would read 10 ms. */
const RESOLUTION_MS = 10
/** How long one measurement lasts; whoever asks gets the larger of the last two. */
const WINDOW_MS = 10_000

/** How late the sockets' thread runs: the p99 of its event loop delay over the last seconds. */
export function measureLoopDelay(): { p99Ms(): number; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  const p99Ms = () => {
    const lateMs = histogram.percentile(99) / 1e6 - RESOLUTION_MS
    return Math.max(0, Math.round(lateMs * 10) / 10)
  }
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
