import { z } from 'zod'
import { atMs, count, integer, sequence } from './answer-fields.ts'

export const evidence = z.object({
  kind: z.string(),
  from: z.string().describe('device that saw it, or who said it'),
  atMs,
  summary: z.string(),
  body: z.record(z.string(), z.unknown()),
})

export const movement = z.object({
  sequence,
  number: sequence,
  kind: z.string(),
  sku: z.string(),
  name: z.string(),
  quantity: integer,
  scale: count,
  from: z.string(),
  to: z.string(),
  occurredAtMs: atMs,
  postedAtMs: atMs,
  because: z.string().describe('what it was concluded from, in words'),
})

export const entry = z.object({
  sequence,
  kind: z.string(),
  sourceKey: z.string(),
  occurredAtMs: atMs,
  businessDate: z.string(),
  accountingDate: z.string(),
  postedAtMs: atMs,
  actor: z.string(),
  movements: z.array(
    movement
      .pick({ number: true, kind: true, sku: true, name: true, quantity: true, scale: true })
      .extend({
        from: z.string(),
        to: z.string(),
        epcs: z.array(z.string()),
        costMinor: integer,
        memo: z.string(),
      }),
  ),
  lines: z.array(
    z.object({
      number: sequence,
      account: z.string(),
      name: z.string(),
      amountMinor: integer.describe('debit positive, credit negative'),
      memo: z.string(),
    }),
  ),
  effects: z
    .array(
      z.object({
        movement: sequence.describe('movement that caused it; 0 for a change of value alone'),
        sku: z.string(),
        source: z.enum(['layer', 'pool', 'deficit']),
        layer: z.int().nullable(),
        quantity: integer,
        valueMinor: integer,
      }),
    )
    .describe('what it did to cost layers, average pools and deficits'),
  evidence: z.array(evidence),
  previousHash: z.string(),
  hash: z.string(),
})
