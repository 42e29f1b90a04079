import type { PortalConfig } from '../config/schema.ts'
import { forget, remember } from './commands.ts'
import type { Conclusion, Facts, PassedDoor, Tag } from './conclusion.ts'
import { tagKey } from './tags.ts'

/** Two passes that nobody read before are chance (one in a hundred each); so many in a row are not. */
const TAGS_IN_A_ROW = 4
/** A streak is one story: what was contrary before that is another one. */
const STREAK_MS = 2 * 3_600_000
/** More than a trolley holds: what is asked about beyond it is an older story. */
const TAGS_KEPT = 200

export interface Contrary {
  readonly conclusions: readonly Conclusion[]
  /** Passes that a person is asked about, oldest first: now that it shows, the earlier too. */
  readonly doubted: readonly PassedDoor[]
}

/**
 * A clear pass to where the books have the tag already. By itself it says that an earlier pass
 * was missed. Tag after tag, with none between that agrees with the books, it says that the
 * antennas of the door's two sides are plugged into each other's ports, or that a whole trolley
 * was missed on its way before: nobody but a person can know which.
 */
export function contraryPass(facts: Facts, portal: PortalConfig, pass: PassedDoor): Contrary {
  const { atMs } = pass.observation
  const before = facts.recall('contrary', portal.id)
  const recent = (before?.passes ?? []).filter(
    ({ tag, observation }) =>
      tagKey(tag) !== tagKey(pass.tag) && atMs - observation.atMs <= STREAK_MS,
  )
  const passes = [...recent, pass].slice(-TAGS_KEPT)
  const wasDoubted = before?.isDoubted ?? false
  const isDoubted = wasDoubted || passes.length >= TAGS_IN_A_ROW
  return {
    conclusions: [remember('contrary', portal.id, { passes, isDoubted })],
    doubted: wasDoubted
      ? [pass]
      : isDoubted
        ? passes.filter((one) => isStillThere(facts, one))
        : [],
  }
}

/** What has been sold or moved since is where that put it. */
function isStillThere(facts: Facts, { tag, known }: PassedDoor): boolean {
  const { gtin14, serial } = tag
  const sold = facts.recallAll('excuse', `${gtin14}/`)
  if (sold.some(([, excuse]) => excuse.serial === serial)) return false
  return facts.recall('tag', tagKey(tag))?.location === known
}

/** The way back of a tag that is asked about agrees with the books only because they may be wrong. */
export function isAskedAbout(facts: Facts, portal: PortalConfig, tag: Tag): boolean {
  const before = facts.recall('contrary', portal.id)
  return before?.isDoubted === true && before.passes.some((one) => tagKey(one.tag) === tagKey(tag))
}

/** A pass that the books agree with: the antennas are where they belong. */
export function agreeingPass(facts: Facts, portal: PortalConfig): Conclusion[] {
  return facts.recall('contrary', portal.id) ? [forget('contrary', portal.id)] : []
}
