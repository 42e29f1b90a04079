import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import type { Clock } from '../clock.ts'
import type { DestinationConfig } from '../config/schema.ts'
import type { GatewayEvent } from '../events.ts'
import type { Log } from '../log.ts'
import type { Deliver, OutgoingBatch } from './delivery.ts'
import {
  type Action,
  type Phase,
  startUplink,
  stepUplink,
  type UplinkEvent,
} from './uplink-state.ts'

export interface DestinationStatus {
  readonly destination: string
  readonly state: Phase['name']
  /** Failed tries of the batch at hand. */
  readonly attempts: number
  /** Why the batch at hand is not acknowledged yet. */
  readonly lastError: string | null
  readonly nextTryAtMs: number | null
  /** Since this start; the books know the rest. */
  readonly lastAcknowledged: number | null
  readonly lastAcknowledgedAtMs: number | null
}

export interface Forwarder {
  start(): void
  wake(): void
  /** Cuts a delivery short; waits for an acknowledgement that is being recorded. */
  stop(): Promise<void>
  status(): DestinationStatus
}

interface Parts {
  readonly destination: DestinationConfig
  readonly deliver: Deliver
  readonly nextBatch: (destination: string) => Promise<OutgoingBatch | null>
  readonly commit: (body: WorkBody) => Promise<Verdict>
  readonly clock: Clock
  readonly log: Log
  readonly emit: (event: GatewayEvent) => void
}

/** Longest wait a Node timer can take. */
const TIMER_MAX_MS = 2_147_483_647

/** Drives one uplink: carries its actions out and gives it time, network and disk as events. */
export function createForwarder(parts: Parts): Forwarder {
  const { destination, deliver, nextBatch, commit, clock, log, emit } = parts
  const { id } = destination
  const stopping = new AbortController()
  let { uplink } = startUplink()
  let batch: OutgoingBatch | null = null
  let acknowledgedAtMs: number | null = null
  let timer: NodeJS.Timeout | null = null
  let busy: Promise<void> = Promise.resolve()

  const take = (event: UplinkEvent): void => {
    if (stopping.signal.aborted) return
    const moment = { atMs: performance.now(), chance: Math.random() }
    const step = stepUplink(uplink, event, moment, destination)
    uplink = step.uplink
    if (event.type === 'recorded') acknowledgedAtMs = clock.nowMs()
    if (event.type === 'trouble' || event.type === 'refused') tellTrouble(event)
    setTimer()
    if (step.action !== null) begin(step.action)
  }

  const begin = (action: Action): void => {
    busy = perform(action)
      .catch((cause: unknown): UplinkEvent => ({ type: 'trouble', reason: String(cause) }))
      .then(take)
  }

  const perform = async (action: Action): Promise<UplinkEvent> => {
    if (action === 'read') {
      batch = null
      batch = await nextBatch(id)
      return { type: 'read', number: batch?.number ?? null }
    }
    if (batch === null) throw new Error(`expected a batch to ${action}, got none`)
    if (action === 'send') return deliver(batch, stopping.signal)
    const { number, lastHash } = batch
    const body = { kind: 'batch-acknowledged', destination: id, number, lastHash } as const
    const { status, message = status } = await commit(body)
    if (status === 'committed') return { type: 'recorded' }
    return { type: 'trouble', reason: `the acknowledgement was not recorded: ${message}` }
  }

  const setTimer = (): void => {
    if (timer) clearTimeout(timer)
    const { phase } = uplink
    if (!('untilMs' in phase)) return
    const afterMs = Math.min(TIMER_MAX_MS, Math.max(0, phase.untilMs - performance.now()))
    timer = setTimeout(() => take({ type: 'time' }), Math.ceil(afterMs))
  }

  const tellTrouble = ({ reason }: { readonly reason: string }): void => {
    const { attempts, phase } = uplink
    const number = batch?.number ?? null
    const inMs = 'untilMs' in phase ? Math.round(phase.untilMs - performance.now()) : 0
    log.warn({ destination: id, batch: number, attempts, inMs, reason }, 'a batch is not delivered')
    if (number !== null)
      emit({ type: 'batch', destination: id, number, state: 'retrying', detail: reason })
  }

  return {
    start: () => begin('read'),
    wake: () => take({ type: 'woken' }),
    async stop() {
      stopping.abort(new Error('the gateway stops'))
      if (timer) clearTimeout(timer)
      await busy
    },
    status() {
      const { phase, attempts, lastError, acknowledged } = uplink
      const waits = phase.name === 'waiting' || phase.name === 'refused'
      const inMs = waits ? Math.max(0, phase.untilMs - performance.now()) : null
      return {
        destination: id,
        state: phase.name,
        attempts,
        lastError,
        nextTryAtMs: inMs === null ? null : Math.round(clock.nowMs() + inMs),
        lastAcknowledged: acknowledged,
        lastAcknowledgedAtMs: acknowledgedAtMs,
      }
    },
  }
}
