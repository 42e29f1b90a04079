import { z } from 'zod'
import { PRESETS, STORES } from './policy-presets.ts'

const thousandths = z.int().min(0).max(1000).optional()
const waitMs = z.int().min(0).optional()

/**
 * What things mean in this store: waiting times and thresholds of interpretation. `store` picks
 * the values of its kind from policy-presets.ts; whatever is written beside it wins.
 */
export const policy = z
  .strictObject({
    store: z
      .enum(STORES)
      .default('general')
      .describe('kind of store; the values that are not written here are those of its preset'),
    saleExcusesExitMs: waitMs.describe('a sale excuses one exit of that GTIN this long'),
    exitPendingMs: waitMs.describe('an exit without a sale waits this long for a late till line'),
    tillSpokenMs: waitMs.describe(
      'a till that has not spoken for this long lags: an exit without a sale is no alarm yet',
    ),
    basketAgedMs: waitMs.describe(
      'a unit still out of its shelf this long after the close is in no basket: no sale takes it',
    ),
    transitAgedMs: waitMs.describe(
      'goods for another store that it has not confirmed by then become a question',
    ),
    sellsWithoutTill: z
      .enum(['never', 'exit', 'session-end'])
      .optional()
      .describe(
        'unattended stores: leaving is the sale, or what is in the baskets when a session ends is',
      ),
    untilledTaxCode: z
      .string()
      .min(1)
      .max(20)
      .optional()
      .describe('tax code of such sales; masters know prices, not taxes'),
    untilledTaxPerMille: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('rate that the retail prices of such sales include'),
    lossUnitsPerDay: z
      .int()
      .min(0)
      .optional()
      .describe('losses that are written off a day without a person; 0: none ever is'),
    lossPriceMax: z
      .int()
      .min(0)
      .optional()
      .describe('retail price, minor units, up to which one of them may be written off like that'),
    lossAfterMs: waitMs.describe('a loss that a person may still answer waits this long for it'),
    goodsReceiptWaitMs: waitMs.describe('a delivery not confirmed by then becomes a review'),
    shelfExpectMs: waitMs.describe(
      'how long a document or direct sale may wait for its shelf picture',
    ),
    fusionWindowMs: waitMs.describe('camera and antenna that tell of one event do so within this'),
    shelfPutPendingMs: waitMs.describe('goods that appear on a shelf wait this long for a paper'),
    shelfDoubtPendingMs: waitMs.describe(
      'a doubtful shelf change waits this long for the till before it is asked',
    ),
    shelfConfidenceMin: thousandths.describe('below it a shelf change is asked, not booked'),
    passConfidenceMin: thousandths.describe('below it a pass through a door is asked, not booked'),
    unclearPassesToReview: z
      .boolean()
      .optional()
      .describe('whether a tag that lingered at a door is worth a question'),
    reviewsPerMille: thousandths.describe(
      'questions a day at most per thousand movements; shown, never enforced by silence',
    ),
  })
  .transform(({ store, ...written }) => ({ store, ...PRESETS[store], ...definedOf(written) }))
  .prefault({})

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

/** Absent and undefined are the same to a configuration. */
function definedOf<T extends object>(values: T): Defined<T> {
  const written = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(written) as Defined<T>
}
