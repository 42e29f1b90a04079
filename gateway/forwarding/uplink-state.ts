import assert from 'node:assert'

/** One destination's road: `read -> send -> record`, one batch at a time, in order. */
export interface Uplink {
  readonly phase: Phase
  /** Failed tries of the batch at hand. */
  readonly attempts: number
  /** Why the batch at hand is not acknowledged yet; null when nothing is wrong. */
  readonly lastError: string | null
  /** The newest batch acknowledged on record since the start. */
  readonly acknowledged: number | null
}

export type Phase =
  /** Everything is acknowledged. Looks again at `untilMs`, should a call to wake have been lost. */
  | { readonly name: 'idle'; readonly untilMs: number }
  /** Asking the books for the first batch that is not acknowledged. */
  | { readonly name: 'reading'; readonly whenNone: 'rest' | 'read-again' }
  | { readonly name: 'sending'; readonly number: number }
  /** The receiver has it; its acknowledgement goes into the books. */
  | { readonly name: 'recording'; readonly number: number }
  /** Trouble that passes by itself: network, a receiver that is down or busy. */
  | { readonly name: 'waiting'; readonly untilMs: number }
  /** The receiver refuses the content: a person is needed. Asked again rarely, should he help there. */
  | { readonly name: 'refused'; readonly untilMs: number }

export type UplinkEvent =
  | { readonly type: 'woken' }
  | { readonly type: 'time' }
  | { readonly type: 'read'; readonly number: number | null }
  | { readonly type: 'delivered' }
  | { readonly type: 'recorded' }
  | { readonly type: 'trouble'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly type: 'refused'; readonly reason: string }

/** When an event happens, and a number in [0, 1) from outside, for the jitter. */
export interface Moment {
  readonly atMs: number
  readonly chance: number
}

export interface Pace {
  readonly retryFirstMs: number
  readonly retryMaxMs: number
}

export type Action = 'read' | 'send' | 'record'

export interface UplinkStep {
  readonly uplink: Uplink
  /** What to do next; its end comes back as an event. Never two at once. */
  readonly action: Action | null
}

/** A busy receiver may ask for quiet, but not for ever. */
export const RETRY_AFTER_MAX_MS = 3_600_000
/** A refused batch waits this many caps: an hour where the cap is five minutes. */
export const REFUSED_WAITS = 12

export function startUplink(): UplinkStep {
  return read({ phase: IN_ORDER, attempts: 0, lastError: null, acknowledged: null })
}

export function stepUplink(
  uplink: Uplink,
  event: UplinkEvent,
  moment: Moment,
  pace: Pace,
): UplinkStep {
  switch (event.type) {
    case 'woken':
      return woken(uplink)
    case 'time':
      return 'untilMs' in uplink.phase && moment.atMs >= uplink.phase.untilMs
        ? read(uplink)
        : stay(uplink)
    case 'read':
      return readDone(uplink, event.number, moment, pace)
    case 'delivered': {
      const { phase } = uplink
      assert(phase.name === 'sending', `a delivery ends while sending, not while ${phase.name}`)
      return { uplink: { ...uplink, phase: { ...phase, name: 'recording' } }, action: 'record' }
    }
    case 'recorded': {
      const { phase } = uplink
      assert(phase.name === 'recording', `a record ends while recording, not while ${phase.name}`)
      return read({ ...uplink, attempts: 0, lastError: null, acknowledged: phase.number })
    }
    case 'trouble':
      return trouble(uplink, event, moment, pace)
    case 'refused': {
      const untilMs = moment.atMs + REFUSED_WAITS * pace.retryMaxMs
      return failed(uplink, { name: 'refused', untilMs }, event.reason)
    }
  }
}

/** A new batch does not make a silent receiver speak: waiting goes on. */
function woken(uplink: Uplink): UplinkStep {
  const { phase } = uplink
  if (phase.name === 'idle') return read(uplink)
  if (phase.name === 'reading') return stay({ ...uplink, phase: AND_AGAIN })
  return stay(uplink)
}

function readDone(uplink: Uplink, number: number | null, moment: Moment, pace: Pace): UplinkStep {
  const { phase, acknowledged } = uplink
  assert(phase.name === 'reading', `the books are read while reading, not while ${phase.name}`)
  if (number === null) {
    if (phase.whenNone === 'read-again') return read(uplink)
    const idle: Phase = { name: 'idle', untilMs: moment.atMs + pace.retryMaxMs }
    return stay({ ...uplink, phase: idle, attempts: 0, lastError: null })
  }
  if (acknowledged !== null && number <= acknowledged) {
    const reason = `expected a batch after ${acknowledged} from the books, got ${number} again`
    return trouble(uplink, { reason }, moment, pace)
  }
  return { uplink: { ...uplink, phase: { name: 'sending', number } }, action: 'send' }
}

/**
 * Exponential back-off with full jitter and a cap, so that a chain of stores does not come back in
 * step when head office does ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 * What the receiver asks for in Retry-After is waited out first.
 */
function trouble(
  uplink: Uplink,
  { reason, retryAfterMs = 0 }: { readonly reason: string; readonly retryAfterMs?: number },
  { atMs, chance }: Moment,
  { retryFirstMs, retryMaxMs }: Pace,
): UplinkStep {
  const ceilingMs = Math.min(retryMaxMs, retryFirstMs * 2 ** uplink.attempts)
  const askedMs = Math.min(RETRY_AFTER_MAX_MS, Math.max(0, retryAfterMs))
  const untilMs = atMs + askedMs + Math.round(chance * ceilingMs)
  return failed(uplink, { name: 'waiting', untilMs }, reason)
}

const IN_ORDER: Phase = { name: 'reading', whenNone: 'rest' }
const AND_AGAIN: Phase = { name: 'reading', whenNone: 'read-again' }

const read = (uplink: Uplink): UplinkStep => ({
  uplink: { ...uplink, phase: IN_ORDER },
  action: 'read',
})
const stay = (uplink: Uplink): UplinkStep => ({ uplink, action: null })

function failed(uplink: Uplink, phase: Phase, reason: string): UplinkStep {
  const { name } = uplink.phase
  const isBusy = name === 'reading' || name === 'sending' || name === 'recording'
  assert(isBusy, `something fails while it runs, not while ${name}`)
  return stay({ ...uplink, phase, attempts: uplink.attempts + 1, lastError: reason })
}
