import { z } from 'zod'
import { atMs, count, integer, nullableText, rowsOf } from './answer-fields.ts'

/** Who may what, which days are open, what is being counted and what was refused. */
export const controlAnswers = {
  refusals: rowsOf(
    z.object({
      minuteMs: atMs.describe('the minute it was refused in, UTC'),
      actor: z.string(),
      kind: z.string(),
      code: z.string(),
      sourceKey: z.string(),
      message: z.string(),
      times: count.describe('identical ones of the minute'),
    }),
  ),
  people: z.object({
    rows: z.array(
      z.object({
        person: z.string(),
        roles: z.array(z.string()),
        canSignIn: z.boolean().describe('has a login for the page'),
      }),
    ),
    changes: z
      .array(
        z.object({
          person: z.string(),
          change: z.string().describe('in words, such as "is clerk"'),
          by: z.string(),
          atMs,
        }),
      )
      .describe('newest first'),
  }),
  periods: z.object({
    closedThrough: nullableText.describe('last day nobody posts into'),
    softClosedThrough: nullableText,
    rows: z.array(
      z.object({
        event: z.enum(['soft-closed', 'closed', 'reopened']),
        period: z.string(),
        atMs,
        actor: z.string(),
        reason: z.string(),
        headSequence: count,
        headHash: z.string().describe('the chain as it stood: keep it outside'),
        checklist: z.array(z.object({ item: z.string(), done: z.boolean() })),
      }),
    ),
  }),
  closing: z.object({
    period: z.string().describe('the month that is asked about'),
    next: nullableText.describe('the month that closes next; null: nothing is booked yet'),
    isOver: z.boolean(),
    items: z.array(z.object({ item: z.string(), done: z.boolean() })),
  }),
  policy: z.object({
    framework: z.string(),
    methods: z.record(z.string(), z.string()),
    deficits: z.string(),
    averageReturns: z.string(),
    selfApproveMinor: integer,
    secondApproverMinor: integer,
  }),
  parked: rowsOf(
    z.object({
      sale: z.string().describe('source key of the receipt'),
      line: count,
      gtin: z.string(),
      description: z.string(),
      quantity: integer.describe('whole pieces; negative for a return'),
      netMinor: integer,
      soldAtMs: atMs,
      businessDate: z.string(),
    }),
  ),
  'open-counts': rowsOf(
    z.object({
      count: z.string(),
      sku: z.string(),
      name: z.string(),
      scale: count,
      location: z.string(),
      counted: integer.nullable().describe('null: still to count'),
      scanned: integer
        .optional()
        .describe('what scanners have counted so far; its approval tells it'),
      scans: count.optional(),
      counter: nullableText,
      recounts: count,
      startedBy: z.string(),
    }),
  ),
  'count-differences': z.object({
    count: z.string(),
    state: z.string(),
    isComplete: z.boolean().describe('every line is counted; before that no difference is told'),
    rows: z.array(
      z.object({
        sku: z.string(),
        name: z.string(),
        scale: count,
        location: z.string(),
        counted: integer,
        book: integer.describe('what the books held when it was counted'),
        counter: z.string(),
        recounts: count,
      }),
    ),
  }),
} as const
