import type { Db } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { Bookkeeper } from './bookkeeper.ts'
import { isDefect } from './guard.ts'
import type { TurnResult, Work } from './protocol.ts'
import { senderOf } from './work-sender.ts'

/**
 * A bookkeeper that outlives a defect in its turns. A turn that throws has left no trace; it is
 * taken again, on a clean start from the disk and each work by itself, and what throws a second
 * time is set aside for a person. A fault of the disk is answered to nobody: it passes on.
 */
export class SteadyBookkeeper {
  readonly #db: Db
  readonly #config: Config
  #current: Bookkeeper
  #isSpent = false
  /** Whose works have thrown twice since we started: they get no clean start again. */
  readonly #suspects = new Set<string>()

  constructor(db: Db, config: Config) {
    this.#db = db
    this.#config = config
    this.#current = new Bookkeeper(db, config)
  }

  standing(): ReturnType<Bookkeeper['standing']> {
    return this.#current.standing()
  }

  turn(works: readonly Work[]): TurnResult {
    if (works.some((work) => this.#suspects.has(senderOf(work)))) return this.#careful(works)
    try {
      return this.#keeper().turn(works)
    } catch (cause) {
      // What the failed turn had in memory is gone with it.
      this.#isSpent = true
      if (!isDefect(cause) || works.length === 0) throw cause
      return this.#careful(works)
    }
  }

  checkpoint(): void {
    if (!this.#isSpent) this.#current.checkpoint()
  }

  #careful(works: readonly Work[]): TurnResult {
    try {
      const result = this.#keeper().carefulTurn(works)
      for (const [index, { code }] of result.verdicts.entries()) {
        const work = works[index]
        if (code === 'defect' && work && work.kind !== 'park') this.#suspects.add(senderOf(work))
      }
      return result
    } catch (cause) {
      this.#isSpent = true
      throw cause
    }
  }

  #keeper(): Bookkeeper {
    if (this.#isSpent) this.#current = new Bookkeeper(this.#db, this.#config)
    this.#isSpent = false
    return this.#current
  }
}
