import {
  type PortalEvent,
  type PortalSettings,
  type PortalState,
  portalDefaults,
  stepPortal,
  type TagObservation,
} from '../../../sensors/index.ts'

/** A door with two antennas on each side, and everything one tag's machine says about it. */

export type Read = Extract<PortalEvent, { kind: 'read' }>

export const EPC = '3034257BF7194E4000001A85'
export const tag = { portal: 'door', epc: EPC }

export function read(
  atMs: number,
  side: 'outer' | 'inner',
  rssiCdbm: number | null = -5_000,
  extra: Partial<Read> = {},
): Read {
  const antenna = side === 'outer' ? 1 : 3
  const device = 'door-reader'
  return {
    kind: 'read',
    atMs,
    receivedAtMs: atMs,
    side,
    device,
    antenna,
    rssiCdbm,
    count: 1,
    ...extra,
  }
}

/** Walks from outside to inside in about two seconds: four good reads on each side. */
export function walkIn(fromMs: number): Read[] {
  return [
    read(fromMs, 'outer', -6_000),
    read(fromMs + 300, 'outer', -5_200),
    read(fromMs + 600, 'outer', -4_800),
    read(fromMs + 900, 'inner', -5_600),
    read(fromMs + 950, 'outer', -5_400),
    read(fromMs + 1_200, 'inner', -4_900),
    read(fromMs + 1_500, 'inner', -5_000),
    read(fromMs + 1_900, 'inner', -6_000),
  ]
}

export function walkOut(fromMs: number): Read[] {
  const turned = { outer: 'inner', inner: 'outer' } as const
  return walkIn(fromMs).map((one) => read(one.atMs, turned[one.side], one.rssiCdbm))
}

export interface Watched {
  readonly state: PortalState | undefined
  readonly observations: readonly TagObservation[]
}

/** Feeds the events in their order; the machine's ticks are the caller's. */
export function watchDoor(
  events: readonly PortalEvent[],
  from?: PortalState,
  settings: PortalSettings = portalDefaults,
): Watched {
  let state = from
  const observations: TagObservation[] = []
  for (const event of events) {
    const step = stepPortal(state, tag, event, settings)
    state = step.next
    observations.push(...step.observations)
  }
  return { state, observations }
}

export const tick = (atMs: number): PortalEvent => ({ kind: 'tick', atMs })
