import type { TagObservation } from './observation.ts'
import { judge } from './portal-closing.ts'
import type { Pass } from './portal-pass.ts'
import type { PortalSettings, PortalTag } from './portal-settings.ts'
import type { PortalState } from './portal-state.ts'
import type { Crossing } from './portal-verdict.ts'

type Passed = Extract<TagObservation, { kind: 'tag-passed' }>

/** When an open pass has been silent for so long that a glance at it is worth its while. */
export function glanceDueAtMs({ open }: PortalState, quietMs: number): number {
  return Math.min(...open.map((pass) => heardAtMs(pass) + quietMs))
}

/**
 * Who carries something out unpaid is gone before the silence that ends a pass. What a pass that
 * is still open says already of a tag on its way out, once it has been silent for `quietMs`; null
 * when it says nothing yet. It changes nothing: the pass ends as it would have, and its verdict
 * holds. The pass's name is the same in both.
 */
export function glancePortal(
  state: PortalState,
  tag: PortalTag,
  at: { readonly atMs: number; readonly quietMs: number },
  settings: PortalSettings,
  crossings: readonly Crossing[] = [],
): Passed | null {
  const { open, passed } = state
  for (const pass of open) {
    if (at.atMs < heardAtMs(pass) + at.quietMs) continue
    const verdict = judge(state, pass, 'quiet', { tag, settings, crossings })
    if (verdict?.kind !== 'tag-passed' || verdict.direction !== 'out') continue
    // In view since it was told to have left: it cannot leave twice.
    const isTold =
      passed?.direction === 'out' && pass.firstAtMs <= passed.lastAtMs + settings.staticForgottenMs
    if (!isTold) return verdict
  }
  return null
}

function heardAtMs({ lastAtMs, lastReceivedAtMs }: Pass): number {
  return Math.max(lastAtMs, lastReceivedAtMs)
}
