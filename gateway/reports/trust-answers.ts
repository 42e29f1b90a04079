import { z } from 'zod'
import { LEVELS } from '../config/authority.ts'
import { MOVEMENT_KINDS } from '../interpretation/conclusion.ts'

/** What is answered about trust in sensors and about the questions that people are asked. */

const count = z.int().min(0)
const level = z.enum(LEVELS)

export const trustSchemas = {
  authority: z.object({
    rule: z.string().describe('when promotion or demotion is advised, in words'),
    rows: z.array(
      z.object({
        device: z.string(),
        movement: z.enum(MOVEMENT_KINDS),
        level,
        confirmed: count.describe('claims that a till, a paper, a count or a person confirmed'),
        contradicted: count,
        undecided: count.describe('nothing has answered in time'),
        sinceMs: z.int().nullable().describe('counted since; null: nothing counted yet'),
        advice: z.object({ level, why: z.string() }).nullable(),
        lastChange: z
          .object({ from: level, to: level, by: z.string(), note: z.string(), atMs: z.int() })
          .nullable(),
      }),
    ),
  }),
  'review-budget': z.object({
    mostPerMille: count.describe('questions a day should ask at most, per thousand movements'),
    rows: z.array(
      z.object({
        date: z.string().describe('business date, newest first'),
        asked: count,
        open: count,
        rightToAsk: count.describe('accepted, corrected or split by a person'),
        needless: count.describe('rejected by a person, or a sensor to blame'),
        settled: count.describe('answered itself, or nobody answered in time'),
        movements: count,
        perMille: count.nullable().describe('asked per thousand movements; null: none moved'),
      }),
    ),
  }),
} as const
