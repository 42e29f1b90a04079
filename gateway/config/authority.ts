import { z } from 'zod'

/** How far a sensor is trusted: it only records, it asks a person, or it books. */
export const LEVELS = ['observe', 'propose', 'post'] as const
export const level = z.enum(LEVELS)
export type Level = z.infer<typeof level>

/** Phased trust: where sensors start, and what evidence moves them. */
export const authority = z
  .strictObject({
    newDevices: level
      .default('observe')
      .describe('of readers and cameras that say nothing themselves; tills and papers always post'),
    claimWaitMs: z
      .int()
      .min(60_000)
      .default(259_200_000)
      .describe('three days: a claim that no till, paper or count answers by then stays undecided'),
    promoteSamples: z
      .int()
      .min(10)
      .default(60)
      .describe(
        'decided claims before promotion is advised; none wrong in 60 bounds errors at 5 %',
      ),
    promoteWrongMax: z
      .int()
      .min(0)
      .max(1000)
      .default(20)
      .describe('thousandths contradicted at most for promotion'),
    demoteSamples: z
      .int()
      .min(5)
      .default(20)
      .describe('fewer suffice to advise against: a wrong booking costs more than a question'),
    demoteWrongMin: z
      .int()
      .min(1)
      .max(1000)
      .default(100)
      .describe('thousandths contradicted at least for demotion'),
  })
  .prefault({})
