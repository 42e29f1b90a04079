import type { Evidence } from '../../ledger-core/index.ts'
import { ask, refuse } from './commands.ts'
import type { AskedReview, Conclusion, Facts } from './conclusion.ts'
import type { Decision } from './decision-rules.ts'

/** Questions about what a camera sees; their key names the camera after the kind. */
const OF_A_PICTURE = /^(shelf-stranger|shelf-uncertain|shelf-put|possible-pick)\/([^/]+)\/([^/]+)\//

/** Camera and zone that a question is about; null for every other question. */
export function pictureOf(reviewKey: string): { camera: string; zone: string } | null {
  const match = OF_A_PICTURE.exec(reviewKey)
  return match?.[2] && match[3] ? { camera: match[2], zone: match[3] } : null
}

/** A SKU may hold a slash. */
const teachKey = (reviewKey: string, sku: string) => `teach/${encodeURIComponent(sku)}/${reviewKey}`

/** The question whose picture a lesson is about. */
export function lessonPicture(key: string): string {
  return key.split('/').slice(2).join('/')
}

/**
 * Somebody has said what the camera saw. One answer teaches nothing by itself: it proposes the
 * picture for the gallery, and a second, explicit approval enrols it.
 */
export function taught(facts: Facts, review: AskedReview, decision: Decision): Conclusion[] {
  const seen = pictureOf(review.key)
  if (seen === null || decision.decision === 'reject') return []
  const { user, atMs } = decision
  const names = decision.said.flatMap(({ sku }) => (sku && sku !== review.sku ? [sku] : []))
  return [...new Set(names)].map((name) => {
    const sku = facts.sku(name)
    if (sku === null)
      return refuse('bad-correction', `expected a SKU of the masters, got "${name}"`)
    const evidence: Evidence = {
      kind: 'decision',
      from: user,
      atMs,
      summary: `${user} says that ${seen.camera} saw ${sku.name}`,
      body: { review: review.id, camera: seen.camera, zone: seen.zone },
    }
    return ask({
      key: teachKey(review.key, name),
      kind: 'teach-picture',
      atMs,
      question: `${user} says that what ${seen.camera} saw is ${sku.name}. Is it to be known by this picture from now on?`,
      sku: name,
      location: review.location,
      evidence: [evidence],
    })
  })
}
