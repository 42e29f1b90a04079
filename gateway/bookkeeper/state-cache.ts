export interface StateRows {
  get(kind: string, key: string): string | undefined
  put(kind: string, key: string, body: string): void
  remove(kind: string, key: string): void
  /** Keys that begin with `prefix`, in key order. */
  range(kind: string, prefix: string): Iterable<{ key: string; body: string }>
}

type Records = Map<string, unknown>
type Layer = Map<string, Records>
interface Step {
  readonly records: Layer
  /** Takes back what the step did to memory, newest last. */
  readonly undo: (() => void)[]
}
const GONE = Symbol('removed')
const KEPT_MAX = 500_000

/** A record as it is on disk, or a newer one that only memory has. */
interface Kept {
  value: unknown
  isRefreshed: boolean
}
type KeptRecords = Map<string, Kept>

/**
 * Durable plain-JSON records by kind and key, with a provisional overlay: what a step puts is
 * seen by later steps of the same turn, written to SQLite once per turn just before the commit,
 * and dropped without trace when the step is refused or the commit fails.
 */
export class StateCache {
  readonly #rows: StateRows
  readonly #keptMax: number
  /** What is on disk, and memory-only refreshes of it. */
  #base: Map<string, KeptRecords> = new Map()
  #baseSize = 0
  /** What of base is newer than the disk; a record that was written since is no longer marked. */
  readonly #refreshed: Map<string, KeptRecords> = new Map()
  /** The record asked for last: a machine looks its record up and puts it back. */
  #last: { kind: string; key: string; kept: Kept } | null = null
  /** What this turn has concluded so far. */
  #turn: Layer = new Map()
  /** Steps that are under way, each inside the one before. */
  readonly #steps: Step[] = []

  /** `keptMax`: settled records kept in memory; the rest are read again when needed. */
  constructor(rows: StateRows, keptMax = KEPT_MAX) {
    this.#rows = rows
    this.#keptMax = keptMax
  }

  get(kind: string, key: string): unknown {
    const known = this.#provisional(kind, key) ?? this.#keptOf(kind, key).value
    return known === GONE ? undefined : known
  }

  put(kind: string, key: string, value: unknown): void {
    place(this.#steps.at(-1)?.records ?? this.#turn, kind, key, value)
  }

  /** A refresh of a settled record: lost in a crash without harm, written at a checkpoint. */
  refresh(kind: string, key: string, value: unknown): void {
    if (this.#provisional(kind, key) !== undefined) return this.put(kind, key, value)
    const kept = this.#keptOf(kind, key)
    if (this.#steps.length > 0) this.#takeBackOnDrop(kind, key, kept)
    kept.value = value
    if (kept.isRefreshed) return
    kept.isRefreshed = true
    place(this.#refreshed, kind, key, kept)
  }

  remove(kind: string, key: string): void {
    this.put(kind, key, GONE)
  }

  /** All records of a kind whose key begins with `prefix`, provisional ones too, in key order. */
  list(kind: string, prefix: string): [string, unknown][] {
    const found: Records = new Map()
    for (const { key, body } of this.#rows.range(kind, prefix)) {
      const known = this.#base.get(kind)?.get(key)
      found.set(key, known === undefined ? JSON.parse(body) : known.value)
    }
    for (const layer of [this.#turn, ...this.#steps.map(({ records }) => records)])
      for (const [key, value] of layer.get(kind) ?? [])
        if (key.startsWith(prefix)) found.set(key, value)
    const kept = [...found].filter(([, value]) => value !== GONE)
    return kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  }

  /** Steps may stand inside one another; each is kept or dropped before the one around it. */
  beginStep(): void {
    this.#steps.push({ records: new Map(), undo: [] })
  }

  keepStep(): void {
    const step = this.#steps.pop()
    if (!step) return
    const around = this.#steps.at(-1)
    for (const [kind, records] of step.records)
      for (const [key, value] of records) place(around?.records ?? this.#turn, kind, key, value)
    around?.undo.push(...step.undo)
  }

  dropStep(): void {
    for (const undo of this.#steps.pop()?.undo.toReversed() ?? []) undo()
  }

  /** For what a machine keeps in memory beside its records: undone when the running step is. */
  onDrop(undo: () => void): void {
    this.#steps.at(-1)?.undo.push(undo)
  }

  /** Writes the turn's records; call inside the transaction, last. */
  flush(): void {
    for (const [kind, records] of this.#turn)
      for (const [key, value] of records)
        if (value === GONE) this.#rows.remove(kind, key)
        else this.#rows.put(kind, key, JSON.stringify(value))
  }

  committed(): void {
    for (const [kind, records] of this.#turn)
      for (const [key, value] of records) {
        const kept = this.#base.get(kind)?.get(key) ?? this.#remember(kind, key, value)
        kept.value = value
        if (!kept.isRefreshed) continue
        kept.isRefreshed = false
        this.#refreshed.get(kind)?.delete(key)
      }
    this.#turn = new Map()
  }

  rolledBack(): void {
    this.#turn = new Map()
    this.#steps.length = 0
  }

  /** Takes memory-only refreshes into the running turn. */
  checkpoint(): void {
    for (const [kind, records] of this.#refreshed)
      for (const [key, { value }] of records)
        if (!this.#turn.get(kind)?.has(key)) place(this.#turn, kind, key, value)
  }

  /** What steps and turn hold of it, GONE included; undefined: nothing. */
  #provisional(kind: string, key: string): unknown {
    for (let at = this.#steps.length - 1; at >= 0; at--) {
      const known = this.#steps[at]?.records.get(kind)?.get(key)
      if (known !== undefined) return known
    }
    return this.#turn.get(kind)?.get(key)
  }

  #takeBackOnDrop(kind: string, key: string, kept: Kept): void {
    const { value, isRefreshed } = kept
    this.onDrop(() => {
      kept.value = value
      if (isRefreshed) return
      kept.isRefreshed = false
      this.#refreshed.get(kind)?.delete(key)
    })
  }

  #keptOf(kind: string, key: string): Kept {
    const last = this.#last
    if (last !== null && last.key === key && last.kind === kind) return last.kept
    const kept = this.#base.get(kind)?.get(key) ?? this.#read(kind, key)
    this.#last = { kind, key, kept }
    return kept
  }

  #read(kind: string, key: string): Kept {
    const body = this.#rows.get(kind, key)
    return this.#remember(kind, key, body === undefined ? GONE : JSON.parse(body))
  }

  /** A record that base does not hold yet. */
  #remember(kind: string, key: string, value: unknown): Kept {
    if (this.#baseSize >= this.#keptMax) this.#forgetSettled()
    const kept = { value, isRefreshed: false }
    place(this.#base, kind, key, kept)
    this.#baseSize += 1
    return kept
  }

  #forgetSettled(): void {
    this.#last = null
    this.#base = new Map()
    this.#baseSize = 0
    for (const [kind, records] of this.#refreshed) {
      this.#base.set(kind, new Map(records))
      this.#baseSize += records.size
    }
  }
}

function place<T>(layer: Map<string, Map<string, T>>, kind: string, key: string, value: T): void {
  const records = layer.get(kind)
  if (records) records.set(key, value)
  else layer.set(kind, new Map([[key, value]]))
}
