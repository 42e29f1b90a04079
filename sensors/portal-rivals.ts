import type { TagObservation } from './observation.ts'

/**
 * One tag seen by two portals whose doors are near each other: exactly one of them was passed.
 * What a portal with neighbours concludes waits a moment for theirs; the strongest sight wins and
 * names the others. Portals without neighbours never wait.
 */
export interface RivalSettings {
  /** Portals that can see each other's tags. */
  readonly neighbours: Readonly<Record<string, readonly string[]>>
  /** Passes this close in time compete. */
  readonly withinMs: number
  /** How long a conclusion waits for its rivals. */
  readonly waitMs: number
  /** A lead below this lowers the confidence, hundredths of dB. */
  readonly clearLeadCdb: number
  readonly unsureBy: number
  /** A rival that comes later than its wait is still known for one this long. */
  readonly keptMs: number
}

export const rivalDefaults: Omit<RivalSettings, 'neighbours'> = {
  withinMs: 3_000,
  waitMs: 2_000,
  clearLeadCdb: 600,
  unsureBy: 150,
  keptMs: 1_800_000,
}

export type Sight = Extract<TagObservation, { kind: 'tag-passed' | 'pass-unclear' }>

/** Of one EPC; plain JSON. */
export interface RivalState {
  readonly waiting: readonly { readonly sight: Sight; readonly untilMs: number }[]
  readonly said: readonly {
    readonly portal: string
    readonly firstAtMs: number
    readonly lastAtMs: number
  }[]
}

export type RivalEvent =
  | { readonly kind: 'sight'; readonly sight: Sight; readonly atMs: number }
  | { readonly kind: 'tick'; readonly atMs: number }

export interface RivalStep {
  readonly next: RivalState | undefined
  readonly observations: readonly TagObservation[]
}

const NOTHING: RivalState = { waiting: [], said: [] }
const SAID_MAX = 8

export function stepRivals(
  state: RivalState | undefined,
  event: RivalEvent,
  settings: RivalSettings,
): RivalStep {
  const before = state ?? NOTHING
  if (event.kind === 'tick') return stepTick(before, event.atMs, settings)
  const { sight, atMs } = event
  if ((settings.neighbours[sight.portal] ?? []).length === 0)
    return { next: state, observations: [sight] }
  const isLost = before.said.some(
    (won) => won.portal !== sight.portal && isNear(sight, won, settings.withinMs),
  )
  if (isLost) return { next: before, observations: [] }
  const waiting = [...before.waiting, { sight, untilMs: atMs + settings.waitMs }]
  return { next: { ...before, waiting }, observations: [] }
}

export function rivalsDueAtMs({ waiting, said }: RivalState, settings: RivalSettings): number {
  if (waiting.length > 0) return Math.min(...waiting.map(({ untilMs }) => untilMs))
  return Math.max(...said.map(({ lastAtMs }) => lastAtMs + settings.keptMs + 1))
}

function stepTick(before: RivalState, atMs: number, settings: RivalSettings): RivalStep {
  let { waiting } = before
  const observations: Sight[] = []
  for (let due = waiting.find(({ untilMs }) => atMs >= untilMs); due; ) {
    const { sight } = due
    const rivals = waiting.filter((one) => competes(one.sight, sight, settings))
    observations.push(
      winner(
        rivals.map((one) => one.sight),
        settings,
      ),
    )
    waiting = waiting.filter((one) => !rivals.includes(one))
    due = waiting.find(({ untilMs }) => atMs >= untilMs)
  }
  const won = observations.map(({ portal, evidence: { firstAtMs, lastAtMs } }) => ({
    portal,
    firstAtMs,
    lastAtMs,
  }))
  const said = [...before.said, ...won]
    .filter(({ lastAtMs }) => atMs <= lastAtMs + settings.keptMs)
    .slice(-SAID_MAX)
  const isEmpty = waiting.length === 0 && said.length === 0
  return { next: isEmpty ? undefined : { waiting, said }, observations }
}

function competes(a: Sight, b: Sight, settings: RivalSettings): boolean {
  if (a === b) return true
  return a.portal !== b.portal && isNear(a, b.evidence, settings.withinMs)
}

function isNear(
  { evidence }: Sight,
  span: { readonly firstAtMs: number; readonly lastAtMs: number },
  withinMs: number,
): boolean {
  return (
    evidence.firstAtMs <= span.lastAtMs + withinMs && evidence.lastAtMs >= span.firstAtMs - withinMs
  )
}

/** The stronger sight; of two that are close, the one that knows its direction. */
function winner(sights: readonly Sight[], { clearLeadCdb, unsureBy }: RivalSettings): Sight {
  const [best, ...others] = sights.toSorted((a, b) => strength(b) - strength(a))
  if (!best) throw new RangeError('expected at least one sight, got none')
  const close = others.filter((one) => strength(best) - strength(one) < clearLeadCdb)
  const won = [best, ...close].find(({ kind }) => kind === 'tag-passed') ?? best
  const rivals = sights
    .filter((one) => one !== won)
    .map(({ portal, evidence: { reads, peakRssiCdbm } }) => ({ portal, reads, peakRssiCdbm }))
  if (rivals.length === 0) return won
  if (won.kind === 'pass-unclear' || close.length === 0) return { ...won, rivals }
  return { ...won, rivals, confidence: Math.max(0, won.confidence - unsureBy) }
}

/** Peak first; twice the reads weigh as much as a decibel. */
function strength({ evidence: { peakRssiCdbm, reads } }: Sight): number {
  return (peakRssiCdbm ?? -9_000) + 100 * Math.log2(Math.max(1, reads))
}
