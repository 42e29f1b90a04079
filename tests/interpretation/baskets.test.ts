import { expect, test } from 'vitest'
import { JAM, openStoreRoom, type StoreRoom } from '../support/store-room.ts'

/** What is taken from a shelf and neither sold nor put back: one task a unit, over several days. */

const DAY = 24 * 60
/** The day ends at three in the night; the room's clock starts at nine. */
const CLOSE = 18 * 60 + 1
const JARS = { sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.60' }

function withPicked(units: number, more: object = {}): StoreRoom {
  const room = openStoreRoom([JARS], more)
  room.picture(4, 0)
  room.picture(4 - units, 5)
  // A day is closed by the first tick after it; the clock was heard before.
  room.tick(10)
  return room
}
const answer = (room: StoreRoom, review: number, minute: number, said: object) =>
  room.work(
    {
      kind: 'decide',
      review,
      decision: 'correct',
      said: [said],
      user: 'Kim',
      note: '',
      key: `k${review}`,
    },
    minute,
  )
const states = (room: StoreRoom) =>
  room.reviews().map(({ kind, decision }) => `${kind} ${decision ?? 'open'}`)

test('each unit still out at the close is one task, asked once however many days pass', () => {
  const room = withPicked(2)
  for (const day of [0, 1, 2, 3]) room.tick(CLOSE + day * DAY)
  room.reopen()
  room.tick(CLOSE + 4 * DAY)
  expect(states(room)).toEqual(['basket-open open', 'basket-open open'])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2', 'JAM basket': '2' })
})

test('one is found on the shelf, one was sold late, one is lost: three answers, three records', () => {
  const room = withPicked(3)
  room.tick(CLOSE)
  const [found, late, lost] = room.reviews()
  answer(room, found!.id, CLOSE + 1, { to: 'jam-shelf', because: 'found' })
  answer(room, late!.id, CLOSE + 2, { to: 'jam-shelf', because: 'sold-late' })
  room.decide(lost!.id, 'accept', CLOSE + 3)
  room.tick(CLOSE + DAY)
  expect(states(room)).toEqual(['basket-open correct', 'basket-open correct', 'basket-open accept'])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
  const said = room.db
    .prepare<[], { said: string | null; decided_by: string }>(
      'select said, decided_by from review_decision order by review',
    )
    .all()
  expect(said.map((row) => row.said)).toEqual([
    '[{"to":"jam-shelf","because":"found"}]',
    '[{"to":"jam-shelf","because":"sold-late"}]',
    null,
  ])
})

test('an answer that comes twice books nothing twice', () => {
  const room = withPicked(1)
  room.tick(CLOSE)
  const [task] = room.reviews()
  for (const minute of [CLOSE + 1, CLOSE + 2])
    answer(room, task!.id, minute, { to: 'jam-shelf', because: 'found' })
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '4' })
})

test('a unit that is sold the next morning answers its own task at once', () => {
  const room = withPicked(2)
  room.tick(CLOSE)
  room.receipt({ lines: [{ gtin: JAM }] }, CLOSE + 60)
  room.tick(CLOSE + 61)
  expect(states(room)).toEqual(['basket-open settled', 'basket-open open'])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2', 'JAM basket': '1' })
})

test('a unit that the camera sees put back answers its own task', () => {
  const room = withPicked(1)
  room.tick(CLOSE)
  room.picture(4, CLOSE + 60)
  room.tick(CLOSE + 61)
  expect(states(room)).toEqual(['basket-open settled'])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '4' })
})

test('after a day out it is in no basket: the next sale takes another from the shelf', () => {
  const room = withPicked(1)
  room.tick(CLOSE)
  room.tick(CLOSE + DAY + 1)
  room.receipt({ lines: [{ gtin: JAM }] }, CLOSE + DAY + 60)
  room.tick(CLOSE + DAY + 61)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '2', 'JAM basket': '1' })
  expect(states(room)).toEqual(['basket-open open'])
})

test('a till that was offline sold it that very day: told two days later, it is that unit', () => {
  const room = withPicked(1)
  room.tick(CLOSE)
  room.tick(CLOSE + DAY + 1)
  room.receipt({ lines: [{ gtin: JAM }], at: 30 }, CLOSE + 2 * DAY)
  room.tick(CLOSE + 2 * DAY + 1)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
  expect(states(room)).toEqual(['basket-open settled'])
})

test('what is rejected stays out and is asked anew at the next close', () => {
  const room = withPicked(1)
  room.tick(CLOSE)
  room.decide(room.reviews()[0]!.id, 'reject', CLOSE + 1)
  room.tick(CLOSE + 2)
  expect(states(room)).toEqual(['basket-open reject'])
  room.tick(CLOSE + DAY)
  expect(states(room)).toEqual(['basket-open reject', 'basket-open open'])
})

test('unanswered for a week it becomes an alarm and stays open', () => {
  const room = withPicked(1)
  for (let day = 0; day <= 8; day++) room.tick(CLOSE + day * DAY)
  expect(states(room)).toEqual(['basket-open open'])
  const told = room.events.flatMap((event) => (event.type === 'alert' ? [event.text] : []))
  expect(told).toHaveLength(1)
  expect(told[0]).toMatch(/^Unanswered for 7 days: One Jam was taken/)
})

test('nothing is written off without a person unless the store says so, and then within limits', () => {
  const careful = withPicked(3)
  for (let day = 0; day <= 6; day++) careful.tick(CLOSE + day * DAY)
  expect(careful.stock()).toEqual({ 'JAM jam-shelf': '1', 'JAM basket': '3' })

  const policy = { lossUnitsPerDay: 1, lossPriceMax: 500, lossAfterMs: 2 * DAY * 60_000 }
  const room = withPicked(3, { policy })
  for (const [day, left] of [
    [0, '3'],
    [1, '3'],
    [3, '2'],
    [4, '1'],
  ] as const) {
    room.tick(CLOSE + day * DAY)
    expect(room.stock()['JAM basket'], `day ${day}`).toBe(left)
  }
  expect(states(room)).toEqual(['basket-open settled', 'basket-open settled', 'basket-open open'])
  const [by] = room.db
    .prepare<[], string>("select actor from entry where source_key like 'basket:%'")
    .pluck()
    .all()
  expect(by).toBe('policy')

  const dear = withPicked(1, { policy: { ...policy, lossPriceMax: 300 } })
  for (let day = 0; day <= 6; day++) dear.tick(CLOSE + day * DAY)
  expect(dear.stock()['JAM basket']).toBe('1')
})
