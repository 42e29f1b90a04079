/**
 * The chip behind an EPC, as a pure machine: the TID is written by its maker and does not
 * change, the EPC can be written twice. Two TIDs under one EPC, or one EPC at two far places
 * within the same second, is a conflict: it is recorded, nothing is counted twice, and only the
 * chip we know may move stock until a person settles it.
 */
export interface IdentitySettings {
  /** Two far places within this cannot be one tag. */
  readonly sameTimeMs: number
}

export const identityDefaults: IdentitySettings = { sameTimeMs: 1_000 }

/** Of one EPC; plain JSON. */
export interface IdentityState {
  readonly status: 'live' | 'killed'
  /** Chips seen under this EPC, first seen first. */
  readonly chips: readonly Chip[]
  /** Where it was read last. */
  readonly area: string | null
  readonly atMs: number
  readonly conflict: 'two-chips' | 'two-places' | null
}

interface Chip {
  readonly tid: string
  /** Bound when it was commissioned, or by a person; else merely seen. */
  readonly isBound: boolean
  readonly firstAtMs: number
}

export type IdentityEvent =
  | {
      readonly kind: 'read'
      readonly atMs: number
      readonly tid: string | null
      /** Places that can see each other's tags share an area. */
      readonly area: string
    }
  /** Printed and encoded by us: this chip carries this EPC. */
  | { readonly kind: 'commissioned'; readonly atMs: number; readonly tid: string | null }
  /** The kill command succeeded (LLRP access result) or a killing event was told (EPCIS). */
  | { readonly kind: 'killed'; readonly atMs: number }
  /** A person found out which chip is ours. */
  | { readonly kind: 'settled'; readonly atMs: number; readonly tid: string }

export type IdentityNote =
  | {
      readonly kind: 'two-chips'
      readonly epc: string
      readonly tids: readonly string[]
      readonly atMs: number
    }
  | {
      readonly kind: 'two-places'
      readonly epc: string
      readonly areas: readonly [string, string]
      readonly atMs: number
    }
  | { readonly kind: 'killed-tag-read'; readonly epc: string; readonly atMs: number }

export interface IdentityStep {
  readonly next: IdentityState
  readonly notes: readonly IdentityNote[]
  /** False when what this read shows must not move stock. */
  readonly mayMove: boolean
}

/** A serial copied more often than this is a printer's fault; more chips tell nothing new. */
const CHIPS_MAX = 8
const FRESH: IdentityState = { status: 'live', chips: [], area: null, atMs: 0, conflict: null }

export function stepIdentity(
  state: IdentityState | undefined,
  epc: string,
  event: IdentityEvent,
  settings: IdentitySettings,
): IdentityStep {
  const before = state ?? FRESH
  switch (event.kind) {
    case 'commissioned': {
      const bound =
        event.tid === null ? [] : [{ tid: event.tid, isBound: true, firstAtMs: event.atMs }]
      // A serial that is given out again is a new tag: the old chip is no longer ours.
      return { next: { ...FRESH, chips: bound, atMs: event.atMs }, notes: [], mayMove: true }
    }
    case 'killed':
      return { next: { ...before, status: 'killed', atMs: event.atMs }, notes: [], mayMove: false }
    case 'settled': {
      const chips = before.chips.map((chip) => ({ ...chip, isBound: chip.tid === event.tid }))
      return { next: { ...before, chips, conflict: null }, notes: [], mayMove: true }
    }
    case 'read':
      return stepRead(before, epc, event, settings)
  }
}

function stepRead(
  before: IdentityState,
  epc: string,
  { atMs, tid, area }: Extract<IdentityEvent, { kind: 'read' }>,
  { sameTimeMs }: IdentitySettings,
): IdentityStep {
  if (before.status === 'killed') {
    const note = { kind: 'killed-tag-read', epc, atMs } as const
    return { next: before, notes: [note], mayMove: false }
  }
  const known = before.chips.find((chip) => chip.tid === tid)
  const isNew = tid !== null && known === undefined
  const chips = isNew
    ? [...before.chips, { tid, isBound: false, firstAtMs: atMs }].slice(0, CHIPS_MAX)
    : before.chips
  const isSettled = known?.isBound === true
  const isFar =
    before.area !== null && before.area !== area && Math.abs(atMs - before.atMs) <= sameTimeMs
  const notes: IdentityNote[] = []
  if (isNew && before.chips.length > 0)
    notes.push({ kind: 'two-chips', epc, tids: chips.map((chip) => chip.tid), atMs })
  if (isFar && before.area !== null && before.conflict === null)
    notes.push({ kind: 'two-places', epc, areas: [before.area, area], atMs })
  const found = isNew && before.chips.length > 0 ? 'two-chips' : isFar ? 'two-places' : null
  const conflict = before.conflict ?? found
  const isLatest = atMs >= before.atMs
  const seen = isLatest ? { area, atMs } : {}
  return {
    next: { ...before, ...seen, chips, conflict },
    notes,
    mayMove: conflict === null || isSettled,
  }
}
