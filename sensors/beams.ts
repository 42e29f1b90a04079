import type { Crossing } from './portal-verdict.ts'

/**
 * Two light beams across a doorway, as a pure machine. Whoever breaks one and then the other has
 * gone through. People walk close behind each other, so each break of the second beam takes the
 * oldest open break of the first, and one that nobody follows up is forgotten: somebody turned.
 */
export interface BeamSettings {
  /** From one beam to the other at most: people stop in doorways. */
  readonly crossWithinMs: number
  readonly keptMs: number
}

export const beamDefaults: BeamSettings = { crossWithinMs: 15_000, keptMs: 30_000 }

/** Plain JSON. */
export interface BeamState {
  readonly broken: readonly Broken[]
  /** What to hand to the portal's tags with the next tick. */
  readonly crossings: readonly Crossing[]
}

interface Broken {
  readonly beam: 'outer' | 'inner'
  readonly atMs: number
}

const BROKEN_MAX = 16
const CROSSINGS_MAX = 64

/** A break that is reported twice counts once. */
export function stepBeams(
  state: BeamState | undefined,
  event: Broken,
  settings: BeamSettings,
): BeamState {
  const { broken = [], crossings = [] } = state ?? {}
  const { beam, atMs } = event
  const isKnown =
    broken.some((one) => one.beam === beam && one.atMs === atMs) ||
    crossings.some((one) => one.atMs === atMs)
  if (isKnown) return state ?? { broken, crossings }
  const waiting = broken.filter((one) => Math.abs(atMs - one.atMs) <= settings.crossWithinMs)
  const first = waiting.find((one) => one.beam !== beam && one.atMs <= atMs)
  const recent = crossings.filter((one) => atMs - one.atMs <= settings.keptMs)
  if (!first) return { broken: [...waiting, event].slice(-BROKEN_MAX), crossings: recent }
  const crossing: Crossing = {
    fromMs: first.atMs,
    atMs,
    direction: beam === 'inner' ? 'in' : 'out',
  }
  return {
    broken: waiting.filter((one) => one !== first),
    crossings: [...recent, crossing].slice(-CROSSINGS_MAX),
  }
}
