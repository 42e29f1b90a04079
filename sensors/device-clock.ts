/**
 * How far a device's clock is off, told from when its messages reach us. The smallest lag of a
 * while is the clock's offset plus the fastest network; a lag that is larger but falling is a
 * replay of old reads, a lag that is larger and stays is a clock that was set.
 */
export interface DeviceClock {
  /** Received minus device time of the fastest recent message; null until known. */
  readonly offsetMs: number | null
  /** The running window: lags seen since `sinceMs`. */
  readonly window: {
    readonly sinceMs: number
    readonly minMs: number
    readonly maxMs: number
    readonly messages: number
  } | null
}

export interface ClockStep {
  readonly next: DeviceClock
  /** The read's own time in our clock. */
  readonly correctedAtMs: number
  /** True when a restart should remember it. */
  readonly isMaterial: boolean
}

/** Beyond it a clock is bad and live reads take the time of receipt. */
const BAD_OFFSET_MS = 2_000
const WINDOW_MS = 60_000
const WINDOW_MESSAGES = 20

export function stepDeviceClock(
  state: DeviceClock | undefined,
  { deviceAtMs, receivedAtMs }: { readonly deviceAtMs: number; readonly receivedAtMs: number },
): ClockStep {
  const lagMs = receivedAtMs - deviceAtMs
  const before: DeviceClock = state ?? { offsetMs: null, window: null }
  const offsetMs = before.offsetMs
  // A clock cannot be read before it was: less lag than ever means it was set forward.
  if (offsetMs === null ? lagMs <= BAD_OFFSET_MS : lagMs < offsetMs) {
    const isMaterial = offsetMs === null || offsetMs - lagMs > BAD_OFFSET_MS / 4
    const next = { offsetMs: lagMs, window: null }
    return { next, correctedAtMs: corrected(lagMs, lagMs, receivedAtMs), isMaterial }
  }
  const known = offsetMs ?? 0
  if (lagMs <= known + BAD_OFFSET_MS) {
    const next = { offsetMs: known, window: null }
    return { next, correctedAtMs: corrected(lagMs, known, receivedAtMs), isMaterial: false }
  }
  const window = widened(before, lagMs, receivedAtMs)
  const isSettled =
    window.messages >= WINDOW_MESSAGES &&
    receivedAtMs - window.sinceMs >= WINDOW_MS &&
    window.maxMs - window.minMs <= BAD_OFFSET_MS
  if (!isSettled)
    return {
      next: { offsetMs, window },
      correctedAtMs: corrected(lagMs, known, receivedAtMs),
      isMaterial: false,
    }
  const next = { offsetMs: window.minMs, window: null }
  return { next, correctedAtMs: corrected(lagMs, window.minMs, receivedAtMs), isMaterial: true }
}

function corrected(lagMs: number, offsetMs: number, receivedAtMs: number): number {
  const deviceAtMs = receivedAtMs - lagMs
  if (Math.abs(offsetMs) <= BAD_OFFSET_MS) return deviceAtMs
  const isLive = lagMs - offsetMs <= BAD_OFFSET_MS
  return isLive ? receivedAtMs : deviceAtMs + offsetMs
}

function widened({ window }: DeviceClock, lagMs: number, receivedAtMs: number) {
  if (window === null || Math.abs(lagMs - window.minMs) > BAD_OFFSET_MS)
    return { sinceMs: receivedAtMs, minMs: lagMs, maxMs: lagMs, messages: 1 }
  return {
    sinceMs: window.sinceMs,
    minMs: Math.min(window.minMs, lagMs),
    maxMs: Math.max(window.maxMs, lagMs),
    messages: window.messages + 1,
  }
}
