export const STORES = ['general', 'apparel', 'grocery', 'micro-market', 'stockroom'] as const
export type Store = (typeof STORES)[number]

export interface PolicyValues {
  readonly saleExcusesExitMs: number
  readonly exitPendingMs: number
  readonly tillSpokenMs: number
  readonly basketAgedMs: number
  readonly transitAgedMs: number
  readonly sellsWithoutTill: 'never' | 'exit' | 'session-end'
  readonly untilledTaxCode: string
  readonly untilledTaxPerMille: number
  readonly lossUnitsPerDay: number
  readonly lossPriceMax: number
  readonly lossAfterMs: number
  readonly goodsReceiptWaitMs: number
  readonly shelfExpectMs: number
  readonly fusionWindowMs: number
  readonly shelfPutPendingMs: number
  readonly shelfDoubtPendingMs: number
  readonly shelfConfidenceMin: number
  readonly passConfidenceMin: number
  readonly unclearPassesToReview: boolean
  readonly reviewsPerMille: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A corner store with a little of everything: tags, cameras and tills. */
const GENERAL: PolicyValues = {
  saleExcusesExitMs: 10 * MINUTE,
  exitPendingMs: MINUTE,
  tillSpokenMs: 15 * SECOND,
  basketAgedMs: DAY,
  transitAgedMs: 7 * DAY,
  // With a till in the store nobody else says what was sold.
  sellsWithoutTill: 'never',
  untilledTaxCode: 'none',
  untilledTaxPerMille: 0,
  // Only a person writes a loss off.
  lossUnitsPerDay: 0,
  lossPriceMax: 0,
  lossAfterMs: 3 * DAY,
  goodsReceiptWaitMs: 4 * HOUR,
  shelfExpectMs: 30 * MINUTE,
  fusionWindowMs: 5 * MINUTE,
  shelfPutPendingMs: 3 * MINUTE,
  shelfDoubtPendingMs: 20 * MINUTE,
  shelfConfidenceMin: 500,
  passConfidenceMin: 500,
  unclearPassesToReview: true,
  reviewsPerMille: 50,
}

/** What differs from a general store, by kind of store; config/README.md says why for each. */
export const PRESETS: { readonly [S in Store]: PolicyValues } = {
  general: GENERAL,
  apparel: {
    ...GENERAL,
    // Fitting rooms: who has paid may linger; every unit is tagged, so an exit is strong evidence.
    saleExcusesExitMs: 15 * MINUTE,
    exitPendingMs: 30 * SECOND,
    passConfidenceMin: 600,
  },
  grocery: {
    ...GENERAL,
    // Trolleys: three quarters of an hour lie between the first pick and the till.
    shelfExpectMs: 60 * MINUTE,
    shelfDoubtPendingMs: 45 * MINUTE,
    // Shelves are filled from a cage and the paper follows.
    shelfPutPendingMs: 10 * MINUTE,
    // Chilled goods may not wait for a signature.
    goodsReceiptWaitMs: 2 * HOUR,
    // Tags are on crates that stand beside the door all day.
    unclearPassesToReview: false,
    reviewsPerMille: 20,
  },
  'micro-market': {
    ...GENERAL,
    // A few steps from the fridge to the kiosk, nobody lingers.
    saleExcusesExitMs: 5 * MINUTE,
    shelfExpectMs: 10 * MINUTE,
    shelfDoubtPendingMs: 5 * MINUTE,
    // Payment by telephone is told minutes later.
    exitPendingMs: 3 * MINUTE,
    // The driver fills up without staff; the office signs the next day.
    goodsReceiptWaitMs: 24 * HOUR,
    shelfPutPendingMs: 15 * MINUTE,
    // Nobody is there to look again: doubtful changes are asked.
    shelfConfidenceMin: 600,
  },
  stockroom: {
    ...GENERAL,
    // No shoppers: an issue paper follows what was carried out.
    exitPendingMs: 10 * MINUTE,
    goodsReceiptWaitMs: 8 * HOUR,
    shelfPutPendingMs: 15 * MINUTE,
    // The pass is the only record of a move.
    passConfidenceMin: 700,
    reviewsPerMille: 20,
  },
}
