/**
 * How far a device's clock is off, told from when its messages reach us. The smallest lag of a
 * while is the clock's offset plus the fastest network; a lag that is larger but falling is a
 * replay of old reads, a lag that is larger and stays is a clock that was set back, and a lag
 * that is smaller than can be is a clock that was set forward.
 */
export interface DeviceClock {
  /** Received minus device time of the fastest recent message; null until known. */
  readonly offsetMs: number | null
  /** Lags that do not fit the offset but each other; a new offset once they last. */
  readonly window: LagWindow | null
}

interface LagWindow {
  readonly sinceMs: number
  readonly minMs: number
  readonly maxMs: number
  readonly messages: number
}

export interface ClockMessage {
  readonly deviceAtMs: number
  readonly receivedAtMs: number
  /** True when the device itself says that this is old (retained, buffered): nothing is learnt. */
  readonly isReplay?: boolean
}

export interface ClockStep {
  readonly next: DeviceClock
  /** The read's own time in our clock; never after its receipt. */
  readonly correctedAtMs: number
  /** True when a restart should remember it. */
  readonly isMaterial: boolean
  /** How far the device's clock was found to have been set (forward is positive), else null. */
  readonly steppedByMs: number | null
}

/** Beyond it a clock is bad and its reads are moved; below it they keep what their reader said. */
const BAD_OFFSET_MS = 2_000
/** A replay's lag falls; one that stays for a minute of live messages is a clock set back. */
const BACK_WINDOW_MS = 60_000
const BACK_MESSAGES = 20
/** Nothing arrives before it was sent, so a few messages agree on it soon; one may be nonsense. */
const FORWARD_MESSAGES = 3

export function stepDeviceClock(state: DeviceClock | undefined, message: ClockMessage): ClockStep {
  const before: DeviceClock = state ?? { offsetMs: null, window: null }
  const lagMs = message.receivedAtMs - message.deviceAtMs
  const known = before.offsetMs
  if (message.isReplay) return kept(before, message, known ?? 0)
  if (Math.abs(lagMs - (known ?? 0)) <= BAD_OFFSET_MS) return trusted(before, message, lagMs)
  const window = widened(before.window, lagMs, message.receivedAtMs)
  const isAhead = lagMs < (known ?? 0)
  if (!isSettled(window, message.receivedAtMs, isAhead ? 'forward' : 'back'))
    return kept({ offsetMs: known, window }, message, isAhead ? window.minMs : (known ?? 0))
  return {
    next: { offsetMs: window.minMs, window: null },
    correctedAtMs: placed(message, window.minMs),
    isMaterial: true,
    steppedByMs: (known ?? 0) - window.minMs,
  }
}

/** A lag that fits; nearly every message, and most of them say nothing new of the clock. */
function trusted(before: DeviceClock, message: ClockMessage, lagMs: number): ClockStep {
  const { offsetMs: known, window } = before
  const offsetMs = Math.min(known ?? lagMs, lagMs)
  const isMaterial = known === null || known - offsetMs > BAD_OFFSET_MS / 4
  const next = window === null && offsetMs === known ? before : { offsetMs, window: null }
  return { next, correctedAtMs: placed(message, offsetMs), isMaterial, steppedByMs: null }
}

/** True when this device's clock is so far off that a person should look at it. */
export function isClockBad({ offsetMs }: DeviceClock): boolean {
  return offsetMs !== null && Math.abs(offsetMs) > BAD_OFFSET_MS
}

function kept(next: DeviceClock, message: ClockMessage, offsetMs: number): ClockStep {
  const correctedAtMs = placed(message, offsetMs)
  return { next, correctedAtMs, isMaterial: false, steppedByMs: null }
}

/**
 * Device time moved by the offset, so that reads of one message keep their distances: a portal
 * needs them. A small positive offset may be all network, so only a bad one is added.
 */
function placed({ deviceAtMs, receivedAtMs }: ClockMessage, offsetMs: number): number {
  const movedMs = offsetMs > BAD_OFFSET_MS ? offsetMs : Math.min(0, offsetMs)
  return Math.min(receivedAtMs, deviceAtMs + movedMs)
}

function isSettled(window: LagWindow, receivedAtMs: number, way: 'forward' | 'back'): boolean {
  if (window.maxMs - window.minMs > BAD_OFFSET_MS) return false
  if (way === 'forward') return window.messages >= FORWARD_MESSAGES
  return window.messages >= BACK_MESSAGES && receivedAtMs - window.sinceMs >= BACK_WINDOW_MS
}

function widened(window: LagWindow | null, lagMs: number, receivedAtMs: number): LagWindow {
  if (window === null || Math.abs(lagMs - window.minMs) > BAD_OFFSET_MS)
    return { sinceMs: receivedAtMs, minMs: lagMs, maxMs: lagMs, messages: 1 }
  return {
    sinceMs: window.sinceMs,
    minMs: Math.min(window.minMs, lagMs),
    maxMs: Math.max(window.maxMs, lagMs),
    messages: window.messages + 1,
  }
}
