/** Truth beside books, and why they differ. Pure: facts in, judgement out. */

export interface PlaceQuantity {
  readonly sku: string
  readonly location: string
  readonly quantity: number
}

/** What the simulator knows of one move that no sensor could show. */
export interface UnseenMove {
  readonly sku: string
  readonly from: string
  readonly to: string
}

export interface ReviewRow {
  readonly kind: string
  readonly sku: string | null
  /** Null where the question names no place. */
  readonly location: string | null
  readonly epc: string | null
  readonly open: boolean
}

/** Why a question was right to ask: about this tag, this SKU, or of this kind. */
export interface Reason {
  readonly kind?: string
  readonly sku: string | null
  readonly epc: string | null
}

export interface ScoreInput {
  readonly skus: readonly string[]
  readonly locations: readonly string[]
  readonly truth: readonly PlaceQuantity[]
  readonly books: readonly PlaceQuantity[]
  /** Every question of the run, answered or not. */
  readonly reviews: readonly ReviewRow[]
  readonly unseen: readonly UnseenMove[]
  /** Questions that the day gave reason for. */
  readonly justified: readonly Reason[]
  readonly movements: number
}

export type DifferenceClass = 'in-review' | 'unobservable' | 'wrong'

export interface ScoreRow extends Omit<PlaceQuantity, 'quantity'> {
  readonly truth: number
  readonly books: number
  /** Null when books and truth agree. */
  readonly differs: DifferenceClass | null
}

export interface Score {
  readonly rows: readonly ScoreRow[]
  readonly counts: Readonly<Record<DifferenceClass | 'equal', number>>
  readonly reviews: {
    readonly asked: number
    readonly rightToAsk: number
    readonly most: number
    /** For each question, in the order in which they were given. */
    readonly right: readonly boolean[]
    /** False when there are too many questions, or too many needless ones. */
    readonly withinCaps: boolean
  }
  readonly verdict: 'right' | 'wrong'
}

/** At most this share of movements may be asked about, and this share of questions be needless. */
const REVIEWS_MOST = 0.05
const NEEDLESS_MOST = 0.5

export function scoreDay(input: ScoreInput): Score {
  const rows = input.skus.flatMap((sku) =>
    input.locations.map((location) => scoreRow(input, sku, location)),
  )
  const held = rows.filter(({ truth, books }) => truth !== 0 || books !== 0)
  const count = (wanted: ScoreRow['differs']) =>
    held.filter(({ differs }) => differs === wanted).length
  const counts = {
    equal: count(null),
    'in-review': count('in-review'),
    unobservable: count('unobservable'),
    wrong: count('wrong'),
  }
  const reviews = scoreReviews(input, held)
  const verdict = counts.wrong === 0 && reviews.withinCaps ? 'right' : 'wrong'
  return { rows: held, counts, reviews, verdict }
}

function scoreRow(input: ScoreInput, sku: string, location: string): ScoreRow {
  const truth = quantityAt(input.truth, sku, location)
  const books = quantityAt(input.books, sku, location)
  return { sku, location, truth, books, differs: classOf(input, sku, location, books - truth) }
}

function classOf(
  { reviews, unseen }: ScoreInput,
  sku: string,
  location: string,
  excess: number,
): DifferenceClass | null {
  if (excess === 0) return null
  const asksHere = (review: ReviewRow) =>
    review.sku === sku && (review.location === null || review.location === location)
  if (reviews.some((review) => review.open && asksHere(review))) return 'in-review'
  // What left unseen may still be booked here; what came unseen may be missing, and no more.
  const mine = unseen.filter((move) => move.sku === sku)
  const leftUnseen = mine.filter(({ from }) => from === location).length
  const cameUnseen = mine.filter(({ to }) => to === location).length
  const explained = excess > 0 ? excess <= leftUnseen : -excess <= cameUnseen
  return explained ? 'unobservable' : 'wrong'
}

function scoreReviews(
  { reviews, justified, movements }: ScoreInput,
  rows: readonly ScoreRow[],
): Score['reviews'] {
  // An open question about stock that truly differs points at the very thing it asks.
  const pointsAtDifference = ({ open, sku, location }: ReviewRow) =>
    open &&
    rows.some(
      (row) =>
        row.differs !== null && row.sku === sku && (location === null || row.location === location),
    )
  const isJustified = ({ kind, sku, epc }: ReviewRow) =>
    justified.some(
      (reason) =>
        reason.kind === kind ||
        (epc !== null && reason.epc === epc) ||
        (sku !== null && reason.sku === sku),
    )
  const asked = reviews.length
  const right = reviews.map((review) => isJustified(review) || pointsAtDifference(review))
  const rightToAsk = right.filter((isRight) => isRight).length
  const most = Math.floor(movements * REVIEWS_MOST)
  const withinCaps = asked <= most && asked - rightToAsk <= asked * NEEDLESS_MOST
  return { asked, rightToAsk, most, right, withinCaps }
}

function quantityAt(rows: readonly PlaceQuantity[], sku: string, location: string): number {
  return rows
    .filter((row) => row.sku === sku && row.location === location)
    .reduce((sum, { quantity }) => sum + quantity, 0)
}
