import { type Db, inTransaction, type Ledger, openLedger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import {
  interpretCommand,
  interpretDocument,
  interpretKnown,
  interpretMasters,
  interpretTick,
} from '../interpretation/index.ts'
import { type Carrier, createCarrier } from './carry-out.ts'
import { createDecisionSteps, type DecisionSteps } from './decision-steps.ts'
import { createFacts } from './facts.ts'
import { createGuard, Events, type Guard } from './guard.ts'
import { createLoginSteps, type LoginSteps } from './login-steps.ts'
import { createMessageSteps, type MessageSteps } from './message-steps.ts'
import type { TurnResult, Verdict, Work } from './protocol.ts'
import { createShelfSteps, type ShelfSteps } from './shelf-steps.ts'
import { StateCache } from './state-cache.ts'
import { verdictOf } from './step-parts.ts'
import { type GatewayStore, openGatewayStore, quarantineOf } from './store.ts'
import { createTillWatch } from './till-watch.ts'
import { setAsideAs } from './work-sender.ts'

/** Where the gateway's own notes stand in the state table. */
const STANDING = 'standing'
const UNSOUND = 'unsound'
/** Asks the disk for pages: an empty commit would succeed on a full one. */
const PROBE = '.'.repeat(16_384)

/**
 * One turn of work, one transaction: decode, observe, interpret, post. Everything a verdict
 * rests on is in the commit before the verdict leaves.
 */
export class Bookkeeper {
  readonly #db: Db
  readonly #config: Config
  readonly #ledger: Ledger
  readonly #store: GatewayStore
  readonly #states: StateCache
  readonly #facts: ReturnType<typeof createFacts>
  readonly #carrier: Carrier
  readonly #messages: MessageSteps
  readonly #shelves: ShelfSteps
  readonly #decisions: DecisionSteps
  readonly #logins: LoginSteps
  #lastTickMs: number
  #checkpointAtMs = 0
  #sealedBatch: number
  readonly #events = new Events()
  readonly #guard: Guard

  constructor(db: Db, config: Config) {
    this.#db = db
    this.#config = config
    this.#ledger = openLedger(db, {
      site: config.site.id,
      currency: { code: config.site.currency, minorUnits: config.site.minorUnits },
    })
    this.#store = openGatewayStore(db)
    this.#states = new StateCache(this.#store)
    const tills = createTillWatch(config)
    this.#facts = createFacts(config, this.#ledger, this.#states, this.#store, tills)
    this.#guard = createGuard({ db, states: this.#states, events: this.#events })
    this.#carrier = createCarrier(db, this.#events, {
      ledger: this.#ledger,
      states: this.#states,
      store: this.#store,
      quarantine: quarantineOf(config),
    })
    const parts = {
      config,
      states: this.#states,
      store: this.#store,
      tills,
      factsAt: this.#facts.at,
      carryOut: this.#carrier.carryOut,
      carryOutSteps: this.#carrier.carryOutSteps,
      guard: this.#guard,
      emit: this.#events.emit,
    }
    this.#messages = createMessageSteps(parts)
    this.#shelves = createShelfSteps(parts)
    this.#decisions = createDecisionSteps(parts)
    this.#logins = createLoginSteps({ ...parts, ledger: this.#ledger })
    this.#lastTickMs = Number(this.#states.get(STANDING, 'lastTickMs') ?? 0)
    this.#sealedBatch = this.#ledger.lastBatchNumber()
  }

  standing(): { readonly sealedBatch: number; readonly lastTickMs: number } {
    return { sealedBatch: this.#sealedBatch, lastTickMs: this.#lastTickMs }
  }

  /**
   * Throws when the commit fails; the turn has then left no trace, and this object is spent. A
   * turn without works tests whether the disk writes.
   */
  turn(works: readonly Work[]): TurnResult {
    return this.#commit(works, (work) => this.#one(work))
  }

  /** The same, each work by itself: one that throws is set aside, and the others are done. */
  carefulTurn(works: readonly Work[]): TurnResult {
    return this.#commit(works, (work) => {
      const done = this.#guard(() => this.#one(work))
      return done.ok ? done.value : this.#setAside(work, done.cause)
    })
  }

  #commit(works: readonly Work[], one: (work: Work) => Verdict): TurnResult {
    const verdicts = inTransaction(this.#db, () => {
      if (works.length === 0) this.#states.put(STANDING, 'probe', PROBE)
      const given = works.map(one)
      this.#states.flush()
      return given
    })
    this.#states.committed()
    return { verdicts, events: this.#events.take(), sealedBatch: this.#sealedBatch }
  }

  #setAside(work: Work, cause: unknown): Verdict {
    const parked = setAsideAs(work, `expected to be handled, got ${String(cause)}`)
    this.#messages.park(parked)
    return { id: work.id, status: 'kept', code: parked.code, message: parked.message }
  }

  /** Writes what is only remembered: last-seen times and refreshed tags. */
  checkpoint(): void {
    this.#states.checkpoint()
    inTransaction(this.#db, () => this.#states.flush())
    this.#states.committed()
  }

  #one(work: Work): Verdict {
    switch (work.kind) {
      case 'message':
        return { id: work.id, ...this.#messages.take(work) }
      case 'park':
        this.#messages.park(work)
        return { id: work.id, status: 'kept', code: work.code, message: work.message }
      case 'sample':
        return { id: work.id, ...this.#shelves.take(work.sample, work.atMs) }
      case 'tick':
        this.#tick(work.atMs)
        return { id: work.id, status: 'committed' }
      case 'link':
        this.#messages.link(work)
        return { id: work.id, status: 'committed' }
      case 'masters':
        return this.#masters(work)
      case 'document': {
        const facts = this.#facts.at(work.atMs)
        const sender = { device: work.actor, atMs: work.atMs }
        const steps = interpretDocument(facts, work.document, sender)
        return { id: work.id, ...verdictOf(this.#carrier.carryOutSteps(steps)) }
      }
      case 'command': {
        const conclusions = interpretCommand(this.#facts.at(work.atMs), work.command)
        const carried = this.#carrier.carryOutFor(conclusions)
        this.#logins.noteRoles(work.command, carried, work.atMs)
        return { id: work.id, ...verdictOf(carried) }
      }
      case 'decide':
        return { id: work.id, ...this.#decisions.decide(work) }
      case 'undo-lesson':
        return { id: work.id, ...this.#decisions.undoLesson(work) }
      case 'authority':
        return {
          id: work.id,
          ...(this.#logins.mayTrust(work) ?? this.#decisions.authorise(work)),
        }
      case 'login':
        return { id: work.id, ...this.#logins.change(work) }
      case 'verified':
        this.#verified(work)
        return { id: work.id, status: 'committed' }
      case 'batch-acknowledged':
        return this.#acknowledge(work)
    }
  }

  #tick(nowMs: number): void {
    this.#messages.tick(nowMs)
    const facts = this.#facts.at(nowMs)
    const steps = this.#part('rules', nowMs, () => interpretTick(facts, this.#lastTickMs, nowMs))
    for (const step of steps ?? []) this.#part('rules', nowMs, () => this.#carrier.carryOut(step))
    this.#part('seal', nowMs, () => this.#seal(nowMs))
    if (nowMs - this.#checkpointAtMs >= this.#config.limits.checkpointMs) {
      this.#states.checkpoint()
      this.#checkpointAtMs = nowMs
    }
    // Simulated time has no other memory, and no day is closed twice; the rest may be lost.
    const isNewDay = facts.businessDateOf(this.#lastTickMs) !== facts.businessDateOf(nowMs)
    if (this.#config.clock === 'simulated' || isNewDay)
      this.#states.put(STANDING, 'lastTickMs', nowMs)
    else this.#states.refresh(STANDING, 'lastTickMs', nowMs)
    this.#lastTickMs = nowMs
  }

  /** What time brings about is many things: one that throws does not stop the others. */
  #part<T>(name: string, nowMs: number, part: () => T): T | null {
    const done = this.#guard(part)
    if (done.ok) return done.value
    const key = `defect/tick/${name}/${this.#facts.at(nowMs).businessDateOf(nowMs)}`
    const text = `what time alone brings about (${name}) could not be done: ${String(done.cause)}`
    this.#carrier.carryOut([{ kind: 'alert', key, atMs: nowMs, text }])
    return null
  }

  #seal(nowMs: number): void {
    const { batchEntries, batchAfterMs } = this.#config.limits
    const oldest = this.#ledger.oldestUnsealed()
    if (!oldest) return
    if (oldest.entries < batchEntries && nowMs - oldest.postedAtMs < batchAfterMs) return
    const batch = this.#ledger.sealBatch(nowMs, { maxEntries: batchEntries })
    if (!batch) return
    this.#sealedBatch = batch.number
    for (const { id } of this.#config.destinations)
      this.#events.emit({
        type: 'batch',
        destination: id,
        number: batch.number,
        state: 'sealed',
        detail: '',
      })
  }

  /** Remembered until a verification passes, and told once a day. */
  #verified({ unsound, atMs }: Extract<Work, { kind: 'verified' }>): void {
    if (unsound === null) {
      this.#states.remove(STANDING, UNSOUND)
      return
    }
    this.#states.put(STANDING, UNSOUND, unsound)
    const key = `books-unsound/${this.#facts.at(atMs).businessDateOf(atMs)}`
    const text = `${unsound}; nothing is forwarded until they do`
    this.#carrier.carryOut([{ kind: 'alert', key, atMs, text }])
  }

  /** Moves the destination's cursor; an acknowledgement of other bytes moves nothing. */
  #acknowledge(work: Extract<Work, { kind: 'batch-acknowledged' }>): Verdict {
    const { id, destination, number, lastHash, atMs } = work
    const answer = this.#ledger.acknowledge(destination, number, { lastHash, atMs })
    if (answer.status === 'refused') return { id, ...answer }
    this.#events.emit({ type: 'batch', destination, number, state: 'acknowledged', detail: '' })
    return { id, status: 'committed' }
  }

  #masters(work: Extract<Work, { kind: 'masters' }>): Verdict {
    const conclusions = interpretMasters(this.#facts.at(work.atMs), work.masters, work.actor)
    const carried = this.#carrier.carryOut(conclusions)
    // A repeat of an older import must not bring its planogram back.
    if (carried.status === 'done' && !carried.isRepeat) {
      for (const row of work.masters.planogram) this.#store.putPlanogram(row)
      this.#planogramChanged()
      this.#states.onDrop(() => this.#planogramChanged())
      this.#events.emit({ type: 'planogram' })
      for (const step of interpretKnown(this.#facts.at(work.atMs))) this.#carrier.carryOut(step)
    }
    return { id: work.id, ...verdictOf(carried) }
  }

  #planogramChanged(): void {
    this.#facts.planogramChanged()
    this.#shelves.planogramChanged()
  }
}
