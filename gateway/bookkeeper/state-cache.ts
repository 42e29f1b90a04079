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

/**
 * Durable plain-JSON records by kind and key, with a provisional overlay: what a step puts is
 * seen by later steps of the same turn, written to SQLite once per turn just before the commit,
 * and dropped without trace when the step is refused or the commit fails.
 */
export class StateCache {
  readonly #rows: StateRows
  readonly #keptMax: number
  /** What is on disk, and memory-only refreshes of it. */
  #base: Layer = new Map()
  #baseSize = 0
  /** Keys in base that are newer than the disk. */
  readonly #refreshed: Map<string, Set<string>> = new Map()
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
    const known = this.#provisional(kind, key) ?? this.#base.get(kind)?.get(key)
    if (known !== undefined) return known === GONE ? undefined : known
    const body = this.#rows.get(kind, key)
    const value: unknown = body === undefined ? GONE : JSON.parse(body)
    this.#remember(kind, key, value)
    return value === GONE ? undefined : value
  }

  put(kind: string, key: string, value: unknown): void {
    place(this.#steps.at(-1)?.records ?? this.#turn, kind, key, value)
  }

  /** A refresh of a settled record: lost in a crash without harm, written at a checkpoint. */
  refresh(kind: string, key: string, value: unknown): void {
    if (this.#provisional(kind, key) !== undefined) return this.put(kind, key, value)
    const keys = this.#refreshed.get(kind) ?? new Set()
    this.#refreshed.set(kind, keys)
    if (this.#steps.length > 0) this.#rememberBefore(kind, key, keys)
    this.#remember(kind, key, value)
    keys.add(key)
  }

  remove(kind: string, key: string): void {
    this.put(kind, key, GONE)
  }

  /** All records of a kind whose key begins with `prefix`, provisional ones too, in key order. */
  list(kind: string, prefix: string): [string, unknown][] {
    const found: Records = new Map()
    for (const { key, body } of this.#rows.range(kind, prefix)) {
      const known = this.#base.get(kind)?.get(key)
      found.set(key, known === undefined ? JSON.parse(body) : known)
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
        this.#remember(kind, key, value)
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
    for (const [kind, keys] of this.#refreshed)
      for (const key of keys) {
        const value = this.#base.get(kind)?.get(key)
        if (value !== undefined && !this.#turn.get(kind)?.has(key))
          place(this.#turn, kind, key, value)
      }
  }

  /** What steps and turn hold of it, GONE included; undefined: nothing. */
  #provisional(kind: string, key: string): unknown {
    for (let at = this.#steps.length - 1; at >= 0; at--) {
      const known = this.#steps[at]?.records.get(kind)?.get(key)
      if (known !== undefined) return known
    }
    return this.#turn.get(kind)?.get(key)
  }

  #rememberBefore(kind: string, key: string, keys: Set<string>): void {
    const before = this.#base.get(kind)?.get(key)
    const wasRefreshed = keys.has(key)
    this.onDrop(() => {
      if (!wasRefreshed) keys.delete(key)
      if (before !== undefined) this.#remember(kind, key, before)
      // What was not in memory is read again when it is asked for.
      else if (this.#base.get(kind)?.delete(key)) this.#baseSize -= 1
    })
  }

  #remember(kind: string, key: string, value: unknown): void {
    if (this.#baseSize >= this.#keptMax) this.#forgetSettled()
    if (!this.#base.get(kind)?.has(key)) this.#baseSize += 1
    place(this.#base, kind, key, value)
  }

  #forgetSettled(): void {
    const kept: Layer = new Map()
    this.#baseSize = 0
    for (const [kind, keys] of this.#refreshed)
      for (const key of keys) {
        const value = this.#base.get(kind)?.get(key)
        if (value === undefined) continue
        place(kept, kind, key, value)
        this.#baseSize += 1
      }
    this.#base = kept
  }
}

function place(layer: Layer, kind: string, key: string, value: unknown): void {
  const records = layer.get(kind)
  if (records) records.set(key, value)
  else layer.set(kind, new Map([[key, value]]))
}
