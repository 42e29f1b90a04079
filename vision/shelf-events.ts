import type { Camera, Foreign, ShelfChange, ShelfQuestion, ShelfSample } from './shelf-sample.ts'

/** What happened before one camera, in words of the shop; for people and alarms, not for the books. */
export type ShelfEvent =
  | {
      readonly kind: 'pick' | 'put'
      readonly atMs: number
      readonly zone: string
      readonly quantity: number
    }
  | {
      readonly kind: 'move'
      readonly atMs: number
      readonly fromZone: string
      readonly toZone: string
      readonly quantity: number
      /** The zone it went to is planned for another SKU. */
      readonly isMisplaced: boolean
    }
  | { readonly kind: 'stock-out' | 'low'; readonly atMs: number; readonly zone: string }
  | ({ readonly kind: 'foreign'; readonly atMs: number; readonly zone: string } & Foreign)
  | { readonly kind: 'possible-pick'; readonly atMs: number; readonly zone: string }

export interface EventState {
  /** Changes that may still turn out to be one half of a move. */
  readonly open: readonly ShelfChange[]
}

export const noEvents: EventState = { open: [] }

/** Taken here and put there within this time is one move: reading, walking, putting down. */
const MOVE_WITHIN_MS = 10_000

export interface EventStep {
  readonly next: EventState
  readonly events: readonly ShelfEvent[]
}

/** Names what the changes of one frame mean, late enough that two halves of a move are one. Pure. */
export function stepEvents(
  state: EventState,
  camera: Camera,
  sample: ShelfSample,
  told: { readonly changes: readonly ShelfChange[]; readonly questions: readonly ShelfQuestion[] },
): EventStep {
  const { atMs } = sample
  const { open, events } = pair([...state.open, ...told.changes], camera, atMs)
  const levels = told.changes.flatMap((change) => levelOf(change, camera))
  return { next: { open }, events: [...events, ...levels, ...told.questions.map(asked)] }
}

function asked(question: ShelfQuestion): ShelfEvent {
  const { kind, zone } = question
  if (kind === 'possible-pick') return { kind, atMs: question.toMs, zone }
  const { label, seenSku, fromMs } = question
  return { kind: 'foreign', atMs: fromMs, zone, label, sku: seenSku }
}

/** What is still open when no more frames come. Pure. */
export function lastEvents(state: EventState, camera: Camera): readonly ShelfEvent[] {
  return pair(state.open, camera, Number.POSITIVE_INFINITY).events
}

function pair(changes: readonly ShelfChange[], camera: Camera, nowMs: number) {
  const open: ShelfChange[] = []
  const events: ShelfEvent[] = []
  const used = new Set<ShelfChange>()
  for (const change of changes) {
    if (used.has(change)) continue
    const other = changes.find((candidate) => !used.has(candidate) && isHalf(change, candidate))
    if (other) {
      used.add(change).add(other)
      events.push(moveOf(change, other, camera))
    } else if (nowMs - change.observedAtMs < MOVE_WITHIN_MS) open.push(change)
    else events.push(plain(change))
  }
  return { open, events }
}

const deltaOf = ({ countBefore, countAfter }: ShelfChange) => countAfter - countBefore

/** One went, as many came elsewhere, soon after or before; what nobody watched pairs with nothing. */
function isHalf(a: ShelfChange, b: ShelfChange): boolean {
  return (
    a.zone !== b.zone &&
    deltaOf(a) === -deltaOf(b) &&
    !a.gap &&
    !b.gap &&
    Math.abs(a.observedAtMs - b.observedAtMs) < MOVE_WITHIN_MS
  )
}

function moveOf(a: ShelfChange, b: ShelfChange, camera: Camera): ShelfEvent {
  const [from, to] = deltaOf(a) < 0 ? [a, b] : [b, a]
  const skuOf = (name: string) => camera.zones.find(({ zone }) => zone === name)?.sku
  return {
    kind: 'move',
    atMs: Math.max(a.observedAtMs, b.observedAtMs),
    fromZone: from.zone,
    toZone: to.zone,
    quantity: Math.abs(deltaOf(a)),
    isMisplaced: skuOf(from.zone) !== skuOf(to.zone),
  }
}

function plain(change: ShelfChange): ShelfEvent {
  const delta = deltaOf(change)
  const kind = delta < 0 ? 'pick' : 'put'
  return { kind, atMs: change.observedAtMs, zone: change.zone, quantity: Math.abs(delta) }
}

/** Told when the level is crossed, not again and again. */
function levelOf(change: ShelfChange, camera: Camera): ShelfEvent[] {
  const { zone, countBefore, countAfter, observedAtMs: atMs } = change
  if (countAfter >= countBefore) return []
  if (countAfter === 0) return [{ kind: 'stock-out', atMs, zone }]
  const low = camera.zones.find((planned) => planned.zone === zone)?.lowBelow ?? 0
  return countAfter < low && countBefore >= low ? [{ kind: 'low', atMs, zone }] : []
}
