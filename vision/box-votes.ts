import { cornerIou, type RawDetection } from './detections.ts'

export interface BoxVotes {
  /** A box that covers the kept one at least so well speaks of the same item, 0..1. */
  readonly iouMin: number
  /** Smaller boxes stand as they are: a model's word on them is exact enough. Input pixels. */
  readonly longSideMin: number
}

/**
 * Many points of a large item say where it ends, each a little wrong, and suppression keeps the
 * surest alone. The mean of them all, weighed by the square of their scores, lies closer; scores
 * and order stay. People keep the box they have: what is blacked out may not shrink. Pure.
 */
export function voteOnBoxes(
  kept: readonly RawDetection[],
  found: readonly RawDetection[],
  { iouMin, longSideMin }: BoxVotes,
): RawDetection[] {
  return kept.map((one) => {
    if (one.role === 'person' || Math.max(one.x2 - one.x1, one.y2 - one.y1) < longSideMin)
      return one
    const voters = found.filter(
      (other) => other.label === one.label && cornerIou(one, other) >= iouMin,
    )
    return voters.length < 2 ? one : { ...one, ...meanBox(voters) }
  })
}

function meanBox(voters: readonly RawDetection[]) {
  const mean = { x1: 0, y1: 0, x2: 0, y2: 0 }
  const total = voters.reduce((sum, { score }) => sum + score * score, 0)
  for (const { score, x1, y1, x2, y2 } of voters) {
    const weight = (score * score) / total
    mean.x1 += weight * x1
    mean.y1 += weight * y1
    mean.x2 += weight * x2
    mean.y2 += weight * y2
  }
  return mean
}
