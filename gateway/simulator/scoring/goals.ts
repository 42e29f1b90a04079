import type { MovementScore } from './movements.ts'
import type { Score, ScoreRow } from './score.ts'

/** What a day has to come to, one line each. */
export interface Goal {
  readonly goal: string
  readonly got: string
  readonly isMet: boolean
}

/** Goods in people's hands are in no place of the store; what differs there is classed all the same. */
const IN_HANDS = 'basket'

export interface Accuracy {
  /** SKU-locations that hold something, in truth or in the books. */
  readonly places: number
  readonly equal: number
}

export function accuracyOf(
  rows: readonly ScoreRow[],
  isCounted: (row: ScoreRow) => boolean,
): Accuracy {
  const counted = rows.filter((row) => row.location !== IN_HANDS && isCounted(row))
  return {
    places: counted.length,
    equal: counted.filter(({ differs }) => differs === null).length,
  }
}

export interface GoalsOf {
  readonly score: Score
  readonly movements: MovementScore
  /** Whether the same day without harmless faults came to the same books; null when not tried. */
  readonly isSameWithout: boolean | null
}

const TAGGED_LEAST = 0.99
const WATCHED_LEAST = 0.98

/** What each day has to come to by itself. */
export function goalsOf(given: GoalsOf): Goal[] {
  const { score, movements, isSameWithout } = given
  const { reviews, counts } = score
  const invented = (kind: string) => movements.kinds.find((row) => row.kind === kind)?.invented ?? 0
  const [sales, receipts] = [invented('sale'), invented('receipt')]
  return [
    {
      goal: 'no invented sale or receipt',
      got: `${sales} sales, ${receipts} receipts`,
      isMet: sales + receipts === 0,
    },
    { goal: 'no difference is wrong', got: `${counts.wrong} wrong`, isMet: counts.wrong === 0 },
    {
      goal: 'questions at most 5 % of movements',
      got: `${reviews.asked} of at most ${reviews.most}`,
      isMet: reviews.asked <= reviews.most,
    },
    {
      goal: 'at least half of them right to ask',
      got: `${reviews.rightToAsk} of ${reviews.asked}`,
      isMet: reviews.rightToAsk * 2 >= reviews.asked,
    },
    ...(isSameWithout === null ? [] : [sameBooks(isSameWithout)]),
  ]
}

/**
 * Shares of all days together: in a store of forty SKU-locations the one thing that was carried
 * out unseen is more than two in a hundred. Null where no day had cameras.
 */
export function accuracyGoals(tagged: Accuracy, watched: Accuracy | null): Goal[] {
  return [
    accurate('tagged goods: 99 % of SKU-locations right without a count', tagged, TAGGED_LEAST),
    ...(watched === null
      ? []
      : [accurate('cameras and tills only: 98 % right without a count', watched, WATCHED_LEAST)]),
  ]
}

export function sumOf(accuracies: readonly Accuracy[]): Accuracy {
  return {
    places: accuracies.reduce((sum, { places }) => sum + places, 0),
    equal: accuracies.reduce((sum, { equal }) => sum + equal, 0),
  }
}

function accurate(goal: string, { equal, places }: Accuracy, least: number): Goal {
  return { goal, got: shareText({ equal, places }), isMet: equal >= places * least }
}

export function shareText({ equal, places }: Accuracy): string {
  const percent = places === 0 ? 100 : Math.floor((equal * 1_000) / places) / 10
  return `${percent.toFixed(1)} % (${equal} of ${places})`
}

function sameBooks(isSame: boolean): Goal {
  return {
    goal: 'the same books without crashes, duplicates and reordering',
    got: isSame ? 'the same' : 'DIFFERENT',
    isMet: isSame,
  }
}
