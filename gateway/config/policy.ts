import { z } from 'zod'

/** What things mean in this store: waiting times and thresholds of interpretation. */
export const policy = z
  .strictObject({
    saleExcusesExitMs: z
      .int()
      .default(600_000)
      .describe('a sale excuses one exit of that GTIN for ten minutes'),
    exitPendingMs: z
      .int()
      .default(60_000)
      .describe('an exit without a sale waits this long for a late till line'),
    goodsReceiptWaitMs: z
      .int()
      .default(14_400_000)
      .describe('a delivery not confirmed by then becomes a review'),
    shelfExpectMs: z
      .int()
      .default(1_800_000)
      .describe('how long a document or direct sale may wait for its shelf picture'),
    shelfPutPendingMs: z
      .int()
      .default(180_000)
      .describe('goods that appear on a shelf wait this long for their paper'),
    shelfDoubtPendingMs: z
      .int()
      .default(1_200_000)
      .describe('a doubtful shelf change waits this long for the till before it is asked'),
    shelfConfidenceMin: z
      .int()
      .min(0)
      .max(1000)
      .default(500)
      .describe('thousandths; below it a shelf change is asked, not booked'),
    passConfidenceMin: z.int().min(0).max(1000).default(500),
    unclearPassesToReview: z.boolean().default(true),
    reviewsPerMille: z
      .int()
      .min(0)
      .max(1000)
      .default(50)
      .describe('questions a day at most per thousand movements; shown, never enforced by silence'),
  })
  .prefault({})
