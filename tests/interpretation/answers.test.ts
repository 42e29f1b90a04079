import { expect, test } from 'vitest'
import type { WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import { at, epcOf, openStoreRoom, SHIRT, type StoreRoom } from '../support/store-room.ts'

const DAY = 24 * 60
const EPC = epcOf(SHIRT, 1)
const BEHIND = { sku: 'SHIRT', location: 'backroom', quantity: 5, value: '70.00', epcs: [EPC] }
const ON_SHELF = { sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.60' }
const PROPOSE = { authority: { newDevices: 'propose' } }

type Decide = Extract<WorkBody, { kind: 'decide' }>

function answer(room: StoreRoom, decision: Decide['decision'], said: Decide['said'] = []) {
  const review = room.reviews().find((open) => open.decision === null)!.id
  const body = { kind: 'decide', review, decision, said, user: 'kim', note: 'looked' } as const
  return room.work({ ...body, key: `${decision}-${review}` }, 5)
}

function asked(): StoreRoom {
  const room = openStoreRoom([BEHIND, ON_SHELF], PROPOSE)
  room.walk('floor-reader', EPC, 'in', 1)
  return room
}

test('a correction books what the person says, under the key of what was proposed', () => {
  const room = asked()
  expect(answer(room, 'correct', [{ quantity: '2', to: 'smart-shelf' }]).status).toBe('committed')
  expect(room.stock()).toMatchObject({ 'SHIRT backroom': '3', 'SHIRT smart-shelf': '2' })
  const [entry] = room.db
    .prepare<[], { source_key: string; actor: string }>(
      'select source_key, actor from entry order by sequence desc limit 1',
    )
    .all()
  expect(entry?.source_key).toMatch(/^pass:door\//)
  expect(entry?.actor).toBe('kim')
  expect(room.reviews()).toMatchObject([{ decision: 'correct' }])
})

test('one question splits into several movements, all or none', () => {
  const room = asked()
  const many = [
    { quantity: '3', to: 'floor' },
    { quantity: '3', to: 'shrinkage' },
  ]
  expect(answer(room, 'split', many)).toMatchObject({ status: 'refused', code: 'no-longer-true' })
  expect(room.stock()).toMatchObject({ 'SHIRT backroom': '5' })
  const fits = [
    { quantity: '1', to: 'floor' },
    { quantity: '1', to: 'shrinkage' },
    { sku: 'JAM', quantity: '2', from: 'jam-shelf', to: 'floor' },
  ]
  expect(answer(room, 'split', fits).status).toBe('committed')
  expect(room.stock()).toEqual({
    'SHIRT backroom': '3',
    'SHIRT floor': '1',
    'JAM jam-shelf': '2',
    'JAM floor': '2',
  })
})

test.each([
  ['another number of movements', 'correct', []],
  ['a split of one', 'split', [{ quantity: '1' }]],
  ['movements beside a plain yes', 'accept', [{ quantity: '1' }]],
  ['an unknown SKU', 'correct', [{ sku: 'HAT' }]],
  ['a place that is not ours', 'correct', [{ to: 'customer' }]],
  ['a quantity of nothing', 'correct', [{ quantity: '0' }]],
  ['a quantity finer than the SKU', 'correct', [{ quantity: '0.5' }]],
  ['a move to where it is', 'correct', [{ to: 'backroom' }]],
] as const)('a correction with %s is refused and the question stays open', (_, decision, said) => {
  const room = asked()
  expect(answer(room, decision, said)).toMatchObject({ status: 'refused', code: 'bad-correction' })
  expect(room.reviews()).toMatchObject([{ decision: null }])
  expect(room.stock()).toMatchObject({ 'SHIRT backroom': '5' })
})

test('a bad sensor loses all its open questions and is only recorded from then on', () => {
  const room = openStoreRoom([BEHIND, ON_SHELF], PROPOSE)
  for (const serial of [1, 2, 3]) room.walk('floor-reader', epcOf(SHIRT, serial), 'in', serial)
  room.picture(4, 3)
  room.picture(3, 4)
  room.tick(40)
  expect(answer(room, 'bad-sensor').status).toBe('committed')
  expect(room.reviews().map(({ kind, decision }) => [kind, decision])).toEqual([
    ['proposed-move', 'bad-sensor'],
    ['proposed-move', 'bad-sensor'],
    ['proposed-move', 'bad-sensor'],
    ['shelf-uncertain', null],
  ])
  room.walk('floor-reader', epcOf(SHIRT, 4), 'in', 50)
  expect(room.reviews().length).toBe(4)
  expect(room.stock()).toMatchObject({ 'SHIRT backroom': '5' })
})

test('a question that no sensor raised blames none', () => {
  const room = openStoreRoom()
  room.receipt({ lines: [{ gtin: '4006381333931', description: 'Card' }] }, 5)
  expect(answer(room, 'bad-sensor')).toMatchObject({ status: 'refused', code: 'no-sensor' })
})

test('a question too old to answer is closed with its reason and books nothing', () => {
  const room = asked()
  room.tick(2 * DAY)
  room.tick(2.9 * DAY)
  expect(room.reviews()).toMatchObject([{ decision: null }])
  room.tick(4 * DAY)
  expect(room.reviews()).toMatchObject([{ decision: 'expired' }])
  expect(room.stock()).toMatchObject({ 'SHIRT backroom': '5' })
})

test('a question that money hangs on never goes away: it becomes an alarm', () => {
  const room = openStoreRoom()
  room.receipt({ lines: [{ gtin: '4006381333931', description: 'Card' }] }, 5)
  for (const day of [1, 5, 8, 9]) room.tick(day * DAY)
  expect(room.reviews()).toMatchObject([{ decision: null }])
  const alerts = room.events.filter(({ type }) => type === 'alert')
  expect(alerts).toMatchObject([{ text: expect.stringMatching(/^Unanswered for 7 days: /) }])
})

const report = (report: string, quantity: string, more: object = {}) => ({
  type: 'stock-report',
  report,
  location: 'backroom',
  at: at(9),
  lines: [{ line: 1, sku: 'SHIRT', quantity }],
  ...more,
})

test('another system that disagrees opens one question and overwrites nothing', () => {
  const room = openStoreRoom([BEHIND])
  room.document(report('W1', '7'), 9)
  room.document(report('W1', '7'), 9)
  room.document(report('W2', '7'), 10)
  expect(room.reviews()).toMatchObject([
    {
      kind: 'systems-disagree',
      question: 'office holds 7 of Shirt in backroom (W1); the books hold 5. Which is right?',
    },
  ])
  expect(room.stock()).toEqual({ 'SHIRT backroom': '5' })
  room.document(report('W3', '5'), 11)
  expect(room.reviews()).toMatchObject([{ decision: 'settled' }])
})

test('a count below the books proposes the loss; a person books it', () => {
  const room = openStoreRoom([BEHIND])
  room.document(report('C1', '4', { basis: 'count' }), 9)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '5' })
  answer(room, 'accept')
  expect(room.stock()).toEqual({ 'SHIRT backroom': '4' })
})

test('a report about a place or goods that nobody knows is kept, not compared', () => {
  const room = openStoreRoom([BEHIND])
  const verdict = room.document(report('W1', '7', { location: 'attic' }), 9)
  expect(verdict).toMatchObject({ status: 'kept', code: 'unknown-location' })
  expect(room.reviews()).toEqual([])
})
