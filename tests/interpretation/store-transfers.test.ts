import { expect, test } from 'vitest'
import { businessCommandSchema } from '../../gateway/documents/business-command.ts'
import { at, openStoreRoom, type StoreRoom } from '../support/store-room.ts'

/** Goods on their way to another store: in transit, arriving in parts, and growing old. */

const DAY = 24 * 60
const CLOSE = 18 * 60 + 1
const BEHIND = { sku: 'SHIRT', location: 'backroom', quantity: 5, value: '70.00' }

const told = (room: StoreRoom, id: string, command: object, minute: number) => {
  const body = { id, actor: 'kim', at: at(minute), command }
  return room.work({ kind: 'command', command: businessCommandSchema.parse(body) }, minute)
}
const dispatch = (room: StoreRoom) =>
  told(
    room,
    'T-1/out',
    {
      kind: 'dispatch',
      transfer: 'T-1',
      toSite: 'store-2',
      parts: [{ sku: 'SHIRT', quantity: '4', from: 'backroom' }],
    },
    5,
  )
const confirm = (room: StoreRoom, quantity: string, minute: number) =>
  told(
    room,
    `T-1/confirmed/${minute}`,
    { kind: 'confirm-arrival', transfer: 'T-1', lines: [{ sku: 'SHIRT', quantity }] },
    minute,
  )
const closes = (room: StoreRoom, from: number, to: number) => {
  for (let day = from; day <= to; day++) room.tick(CLOSE + day * DAY)
}
const states = (room: StoreRoom) =>
  room.reviews().map(({ kind, decision }) => `${kind} ${decision ?? 'open'}`)

test('what is not confirmed after a week is asked about once, and the last arrival answers it', () => {
  const room = openStoreRoom([BEHIND])
  expect(dispatch(room).status).toBe('committed')
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1', 'SHIRT in-transit:T-1': '4' })
  room.tick(10)
  closes(room, 0, 3)
  expect(confirm(room, '3', CLOSE + 3 * DAY + 10).status).toBe('committed')
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1', 'SHIRT in-transit:T-1': '1' })
  closes(room, 4, 6)
  expect(states(room)).toEqual([])
  closes(room, 7, 9)
  expect(states(room)).toEqual(['transfer-overdue open'])
  expect(room.reviews()[0]?.question).toBe(
    'Transfer T-1 left 7 days ago and the other store has not confirmed 1 of Shirt. What has become of it?',
  )
  confirm(room, '1', CLOSE + 9 * DAY + 10)
  closes(room, 10, 10)
  expect(states(room)).toEqual(['transfer-overdue settled'])
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1' })
})

test('a transfer that wholly arrives in time is never asked about', () => {
  const room = openStoreRoom([BEHIND])
  dispatch(room)
  room.tick(10)
  closes(room, 0, 0)
  confirm(room, '4', CLOSE + 10)
  closes(room, 1, 12)
  expect(states(room)).toEqual([])
})

test('a person says that it was lost on the way, and it is written off from there', () => {
  const room = openStoreRoom([BEHIND])
  dispatch(room)
  room.tick(10)
  closes(room, 0, 7)
  const verdict = room.work(
    {
      kind: 'decide',
      review: 1,
      decision: 'correct',
      said: [{ sku: 'SHIRT', quantity: '4', from: 'in-transit:T-1', to: 'shrinkage' }],
      user: 'Kim',
      note: 'the van was robbed',
      key: 'k1',
    },
    CLOSE + 7 * DAY + 5,
  )
  expect(verdict.status).toBe('committed')
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1' })
})
