import { z } from 'zod'
import { LEVELS } from '../config/authority.ts'
import { MOVEMENT_KINDS } from '../interpretation/conclusion.ts'
import { atMs, count, integer, nullableText } from './answer-fields.ts'
import { evidence } from './entry-answers.ts'

/** What is answered about trust in sensors and about the questions that people are asked. */

const level = z.enum(LEVELS)
export const trustSchemas = {
  reviews: z.object({
    rows: z.array(
      z.object({
        id: z.int().min(1),
        key: z.string(),
        kind: z.string(),
        question: z.string(),
        sku: nullableText,
        location: nullableText,
        epc: nullableText,
        openedAtMs: atMs,
        state: z.enum(['open', 'decided']),
        decision: z
          .enum(['accept', 'correct', 'split', 'reject', 'bad-sensor', 'settled', 'expired'])
          .nullable(),
        decidedBy: nullableText,
        decidedAtMs: atMs.nullable(),
        note: nullableText,
        evidence: z.array(evidence),
        canAccept: z.boolean().describe('accepting it books something, or teaches a picture'),
        proposed: z
          .object({
            sku: z.string(),
            quantity: integer,
            scale: count,
            from: z.string(),
            to: z.string(),
          })
          .nullable()
          .describe('the movement that accepting books; a correction begins with it'),
        sensor: nullableText.describe('the reader or camera it rests on; null: none'),
        said: z.array(z.record(z.string(), z.string())).describe('what a person said instead'),
        dueAtMs: atMs.describe('then it has waited too long'),
        whenDue: z.string().describe('what becomes of it then'),
      }),
    ),
  }),
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
