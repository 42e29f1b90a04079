import { expect, test } from 'vitest'
import { openStoreRoom, type StoreRoom } from '../support/store-room.ts'

/** An answer teaches nothing by itself: it proposes, a second person's word approves, and undoes. */

const JARS = { sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.60' }

/** A camera that may only propose asks after its wait; somebody says what it was. */
function asked(): StoreRoom {
  const room = openStoreRoom([JARS], { authority: { newDevices: 'propose' } })
  room.picture(4, 0)
  room.picture(3, 5)
  room.tick(40)
  return room
}
const answer = (room: StoreRoom, review: number, said: object[], minute = 45) =>
  room.work(
    {
      kind: 'decide',
      review,
      decision: 'correct',
      said,
      user: 'Kim',
      note: '',
      key: `k${review}`,
    },
    minute,
  )
const undo = (room: StoreRoom, lesson: number, key = 'undo-1') =>
  room.work({ kind: 'undo-lesson', lesson, user: 'Ada', note: 'blurred', key }, 60)
const kinds = (room: StoreRoom) =>
  room.reviews().map(({ kind, decision }) => `${kind} ${decision ?? 'open'}`)

test('whoever says what the camera saw books nothing by it and proposes a picture', () => {
  const room = asked()
  expect(kinds(room)).toEqual(['shelf-uncertain open'])
  const verdict = answer(room, 1, [{ sku: 'RAZOR', because: 'named' }])
  expect(verdict.status).toBe('committed')
  expect(kinds(room)).toEqual(['shelf-uncertain correct', 'teach-picture open'])
  expect(room.reviews()[1]?.question).toBe(
    'Kim says that what camera-1 saw is Razor. Is it to be known by this picture from now on?',
  )
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '4' })
})

test('naming what belongs there, or rejecting, proposes nothing', () => {
  const same = asked()
  answer(same, 1, [{ sku: 'JAM', because: 'named' }])
  expect(kinds(same)).toEqual(['shelf-uncertain correct'])
  const rejected = asked()
  rejected.decide(1, 'reject', 45)
  expect(kinds(rejected)).toEqual(['shelf-uncertain reject'])
})

test('a name that no master knows is refused, and the question stays open', () => {
  const room = asked()
  const verdict = answer(room, 1, [{ sku: 'NOTHING', because: 'named' }])
  expect(verdict).toMatchObject({ status: 'refused', code: 'bad-correction' })
  expect(kinds(room)).toEqual(['shelf-uncertain open'])
})

test('an approval can be undone once, by name; what was not approved cannot', () => {
  const room = asked()
  answer(room, 1, [{ sku: 'RAZOR', because: 'named' }])
  expect(undo(room, 2)).toMatchObject({ status: 'refused', code: 'no-such-lesson' })
  room.decide(2, 'accept', 50)
  expect(undo(room, 2).status).toBe('committed')
  expect(undo(room, 2, 'undo-2').status).toBe('committed')
  expect(kinds(room)).toEqual([
    'shelf-uncertain correct',
    'teach-picture accept',
    'unteach-picture accept',
  ])
  const by = room.db
    .prepare<[], string>('select decided_by from review_decision order by review')
    .pluck()
    .all()
  expect(by).toEqual(['Kim', 'manager', 'Ada'])
  expect(() => room.db.exec('delete from review_decision')).toThrow('never deleted')
})
