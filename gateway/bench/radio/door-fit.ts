import {
  type HandOver,
  MARKS,
  openHandOvers,
  type PortalSettings,
  portalDefaults,
} from '../../../sensors/index.ts'
import { drive } from './door-rules.ts'
import type { DoorScene } from './door-scenes.ts'
import { type Example, fitted } from './logistic.ts'

/** What the machine is asked about, and whether the tag had gone that way. */
interface Case extends Example {
  readonly isInView: boolean
}

/** The weights of `sensors/portal-weights.ts`, from training scenes alone. */
export function doorWeights(scenes: readonly DoorScene[]) {
  // Never sure: every pass is heard to its end, and every question is asked.
  const deaf = { ...portalDefaults, sureMilli: 1_000 }
  const cases = scenes.flatMap((scene) => casesOf(scene, deaf))
  const crossed = scenes.flatMap((scene) => casesOf(scene, { ...deaf, hasBeams: true }))
  const weights = (those: readonly Case[]) => named(fitted(those))
  return {
    gone: weights(cases.filter(({ isInView }) => !isInView)),
    inView: weights(cases.filter(({ isInView }) => isInView)),
    crossed: weights(crossed),
  }
}

function casesOf(scene: DoorScene, settings: PortalSettings): Case[] {
  const cases: Case[] = []
  const { truth, crossedAtMs, endMs } = scene
  const settledMs = settings.hasBeams ? settings.crossedSettledMs : settings.settledMs
  drive(
    scene,
    settings,
    () => {},
    (state, atMs, crossings) => {
      for (const { pass, handOvers } of openHandOvers(state, settings, crossings)) {
        const silentMs = atMs - pass.lastAtMs
        const isInView =
          silentMs < (settings.hasBeams ? settings.crossedQuietMs : settings.quietLeastMs)
        for (const handOver of handOvers) {
          const settledForMs = pass.lastAtMs - pass.openedAtMs - handOver.sinceOpeningMs
          if (isInView && settledForMs < settledMs) continue
          // Others cross too, but only when the tag is through.
          const isOwn = pass.openedAtMs + handOver.sinceOpeningMs <= endMs + 1_000
          const isThrough = crossedAtMs !== null && within(pass, crossedAtMs)
          const isTrue = isThrough && isOwn && handOver.direction === truth
          cases.push({ values: valuesOf(handOver), isTrue, isInView })
        }
      }
    },
  )
  return cases
}

/** The doorway's middle is passed a little before or after reads of either side. */
const within = (pass: { firstAtMs: number; lastAtMs: number }, atMs: number) =>
  pass.firstAtMs <= atMs + 800 && pass.lastAtMs >= atMs - 300

const valuesOf = ({ marks }: HandOver) => MARKS.map((mark) => marks[mark])

const named = ([base = 0, ...weights]: readonly number[]) =>
  Object.fromEntries([
    ['base', round(base)],
    ...MARKS.map((mark, at) => [mark, round(weights[at] ?? 0)] as const),
  ])
const round = (weight: number) => Math.round(weight * 1_000) / 1_000
