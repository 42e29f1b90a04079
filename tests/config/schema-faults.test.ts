import { expect, test } from 'vitest'
import { z } from 'zod'
import { schemaFaults, tellFaults } from '../../gateway/schema-faults.ts'

const line = z.object({ sku: z.string().max(5), quantity: z.int().min(1) })
const paper = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('order'), lines: z.array(line).min(1) }),
  z.object({ type: z.literal('note'), at: z.iso.datetime(), who: z.union([z.string(), line]) }),
])

function said(value: unknown, most = 10): string {
  const { error } = paper.safeParse(value)
  return error ? tellFaults(schemaFaults(error, value), { root: 'paper', most }) : 'nothing'
}

test.each([
  ['what is missing', { type: 'order' }, 'lines: expected a list, got nothing'],
  [
    'what is of another kind',
    { type: 'order', lines: [{ sku: 7, quantity: 1.5 }] },
    'lines.0.sku: expected text, got 7; lines.0.quantity: expected a whole number, got 1.5',
  ],
  [
    'what is too long or too small',
    { type: 'order', lines: [{ sku: 'cola-zero', quantity: 0 }] },
    'lines.0.sku: expected at most 5 characters, got "cola-zero"; lines.0.quantity: expected at least 1, got 0',
  ],
  ['an empty list', { type: 'order', lines: [] }, 'lines: expected at least 1 entries, got []'],
  ['an unknown kind', { type: 'ordre' }, 'type: expected one of order, note, got "ordre"'],
  [
    'an unknown field',
    { type: 'order', lines: [{ sku: 'cola', quantity: 1 }], lnes: 1 },
    'lnes: expected only known fields, got "lnes"',
  ],
  [
    'a time that is none',
    { type: 'note', at: 'noon', who: 'anna' },
    'at: expected a time such as 2026-03-02T09:15:00Z, got "noon"',
  ],
  [
    'the shape that comes closest',
    { type: 'note', at: '2026-03-02T09:15:00Z', who: { sku: 'cola', quantity: '2' } },
    'who.quantity: expected a number, got "2"',
  ],
  [
    'every shape there is, where none is close,',
    { type: 'note', at: '2026-03-02T09:15:00Z', who: 5 },
    'who: expected text or an object, got 5',
  ],
  ['the whole', 'order', 'paper: expected an object, got "order"'],
])('%s is told as expected and got', (_, value, sentence) => {
  expect(said(value)).toBe(sentence)
})

test('of many faults a few are told, and how many more there are', () => {
  const lines = Array(8).fill({ sku: 'cola' })
  expect(said({ type: 'order', lines }, 1)).toBe(
    'lines.0.quantity: expected a number, got nothing; and 7 more',
  )
})
