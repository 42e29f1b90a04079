import type { Sku } from '../../ledger-core/index.ts'
import type { PortalConfig } from '../config/schema.ts'
import { forget, remember } from './commands.ts'
import type { Conclusion, Facts, PassedDoor } from './conclusion.ts'
import { tagKey } from './tags.ts'

/** Two passes that nobody read before are chance (one in a hundred each); so many in a row are not. */
const TAGS_IN_A_ROW = 4
/** A streak is one story: what was contrary before that is another one. */
const STREAK_MS = 2 * 3_600_000

export interface Contrary {
  readonly conclusions: readonly Conclusion[]
  /** Passes that are to be read the other way, oldest first: now that it is sure, the earlier too. */
  readonly turned: readonly PassedDoor[]
}

/**
 * A clear pass to where the books have the tag already. By itself it says that an earlier pass
 * was missed. Tag after tag, with none between that agrees with the books, it says that the
 * antennas of the door's two sides are plugged into each other's ports: then the books' own
 * places say which way the tags really went, until a pass agrees again.
 */
export function contraryPass(
  facts: Facts,
  portal: PortalConfig,
  pass: PassedDoor,
  { name }: Sku,
): Contrary {
  const { atMs } = pass.observation
  const before = facts.recall('contrary', portal.id)
  const recent = (before?.passes ?? []).filter(
    ({ tag, observation }) =>
      tagKey(tag) !== tagKey(pass.tag) && atMs - observation.atMs <= STREAK_MS,
  )
  if (before?.isReversed) return { conclusions: [], turned: [pass] }
  const passes = [...recent, pass]
  if (passes.length < TAGS_IN_A_ROW)
    return {
      conclusions: [remember('contrary', portal.id, { passes, isReversed: false })],
      turned: [],
    }
  const day = facts.businessDateOf(atMs)
  const text = `${portal.id} sends tag after tag to where it already is (${passes.length} in a row, ${name} the last): the antennas of its two sides seem to be mixed up. Its passes are read the other way until one agrees with the books again`
  return {
    conclusions: [
      { kind: 'alert', key: `antennas-mixed-up/${portal.id}/${day}`, atMs, text },
      remember('contrary', portal.id, { passes: [], isReversed: true }),
    ],
    turned: passes.filter((one) => isStillThere(facts, one)),
  }
}

/** What has been sold or moved since is where that put it. */
function isStillThere(facts: Facts, { tag, known }: PassedDoor): boolean {
  const { gtin14, serial } = tag
  const sold = facts.recallAll('excuse', `${gtin14}/`)
  if (sold.some(([, excuse]) => excuse.serial === serial)) return false
  return facts.recall('tag', tagKey(tag))?.location === known
}

/** A pass that the books agree with: the antennas are where they belong. */
export function agreeingPass(facts: Facts, portal: PortalConfig): Conclusion[] {
  return facts.recall('contrary', portal.id) ? [forget('contrary', portal.id)] : []
}
