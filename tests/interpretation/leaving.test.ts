import { expect, test, vi } from 'vitest'
import { at, epcOf, openStoreRoom, SHIRT, type StoreRoom } from '../support/store-room.ts'

/** Who leaves without paying: when it is an alarm, when it waits, and what takes it back. */

// Every read is a commit of its own.
vi.setConfig({ testTimeout: 60_000 })

const SECOND = 1 / 60
const EPC = epcOf(SHIRT, 1)
const ON_FLOOR = {
  sku: 'SHIRT',
  location: 'floor',
  quantity: 3,
  value: '42.00',
  epcs: [1, 2, 3].map((serial) => epcOf(SHIRT, serial)),
}

const beat = (room: StoreRoom, till: string, minute: number, more: object = {}) =>
  room.work(
    {
      kind: 'message',
      device: till,
      topic: till,
      payload: Buffer.from(
        JSON.stringify({ type: 'heartbeat', till, at: at(minute), waiting: 0, ...more }),
      ),
    },
    minute,
  )
const bothSpeak = (room: StoreRoom, minute: number) => {
  beat(room, 'till-1', minute)
  beat(room, 'till-2', minute)
}
const alerts = (room: StoreRoom) =>
  room.events.flatMap((event) => (event.type === 'alert' ? [event.text] : []))
const kinds = (room: StoreRoom) => room.reviews().map(({ kind }) => kind)

/** Reads only: towards the street, as quick as somebody walks. No time passes after them. */
const reads = (room: StoreRoom, epc: string, minute: number, antennas = [2, 2, 2, 2, 1, 1, 1, 1]) =>
  antennas.forEach((antenna, step) => {
    room.hear('exit-reader', epc, antenna, minute + step * 0.3 * SECOND)
  })
/** When the last of those reads was made. */
const lastRead = (minute: number) => minute + 7 * 0.3 * SECOND

const LEFT = 'Shirt (1) left through exit and no till has sold it'

test('while every till speaks, an exit without a sale is an alarm within a second of its last read', () => {
  const room = openStoreRoom([ON_FLOOR])
  bothSpeak(room, 5)
  reads(room, EPC, 5)
  room.tick(lastRead(5) + 0.2 * SECOND)
  expect(alerts(room)).toEqual([])
  room.tick(lastRead(5) + 0.9 * SECOND)
  expect(alerts(room)).toEqual([LEFT])
  expect(kinds(room)).toEqual([])
})

test('it is told once: not at the end of the pass, and not with the question a minute later', () => {
  const room = openStoreRoom([ON_FLOOR])
  bothSpeak(room, 5)
  reads(room, EPC, 5)
  for (const seconds of [1, 2, 3, 4, 30, 70]) room.tick(lastRead(5) + seconds * SECOND)
  expect(alerts(room)).toEqual([LEFT])
  expect(kinds(room)).toEqual(['left-unpaid'])
})

test.each([
  ['has never spoken', () => {}],
  ['spoke 16 seconds ago', (room: StoreRoom) => void beat(room, 'till-2', 5 - 16 * SECOND)],
  [
    'still has receipts to hand in',
    (room: StoreRoom) => void beat(room, 'till-2', 5, { waiting: 2 }),
  ],
  ['speaks of an hour ago', (room: StoreRoom) => void beat(room, 'till-2', 5, { at: at(-55) })],
])('while a till %s, an exit waits for it', (_, lag) => {
  const room = openStoreRoom([ON_FLOOR])
  lag(room)
  beat(room, 'till-1', 5)
  reads(room, EPC, 5)
  room.tick(lastRead(5) + 4 * SECOND)
  expect(alerts(room)).toEqual([])
  beat(room, 'till-1', lastRead(5) + 5 * SECOND)
  beat(room, 'till-2', lastRead(5) + 5 * SECOND)
  room.tick(lastRead(5) + 6 * SECOND)
  expect(alerts(room)).toEqual([LEFT])
})

test('a receipt made just now is the word of its till; one of an hour ago is not', () => {
  const room = openStoreRoom([ON_FLOOR])
  beat(room, 'till-1', 5)
  room.receipt({ till: 'till-2', receipt: '1', lines: [{ gtin: SHIRT }], at: -55 }, 5)
  reads(room, EPC, 5)
  room.tick(lastRead(5) + SECOND)
  expect(alerts(room)).toEqual([])
  room.receipt({ till: 'till-2', receipt: '2', lines: [{ kind: 'non-stock' }] }, 5.1)
  room.tick(5.11)
  expect(alerts(room)).toEqual([LEFT])
})

test('a sale excuses one exit of its GTIN for ten minutes, and not one minute more', () => {
  const room = openStoreRoom([ON_FLOOR])
  room.receipt({ lines: [{ gtin: SHIRT }] }, 5)
  bothSpeak(room, 14)
  reads(room, EPC, 14)
  room.tick(14.1)
  expect(alerts(room)).toEqual([])
  room.receipt({ receipt: '2', lines: [{ gtin: SHIRT }] }, 20)
  bothSpeak(room, 31)
  reads(room, epcOf(SHIRT, 2), 31)
  room.tick(31.1)
  expect(alerts(room)).toEqual(['Shirt (2) left through exit and no till has sold it'])
})

test('for how long a sale excuses an exit is what the store has configured', () => {
  const room = openStoreRoom([ON_FLOOR], { policy: { saleExcusesExitMs: 1_800_000 } })
  room.receipt({ lines: [{ gtin: SHIRT }] }, 5)
  bothSpeak(room, 30)
  reads(room, EPC, 30)
  room.tick(30.1)
  expect(alerts(room)).toEqual([])
})

test('who turns back within the pass has not left, and the alarm says so', () => {
  const room = openStoreRoom([ON_FLOOR])
  bothSpeak(room, 5)
  reads(room, EPC, 5)
  room.tick(lastRead(5) + 0.9 * SECOND)
  expect(alerts(room)).toEqual([LEFT])
  reads(room, EPC, lastRead(5) + 1.5 * SECOND, [1, 1, 2, 2, 2, 2, 2, 2])
  for (const seconds of [4, 6, 8, 12, 20, 120]) room.tick(lastRead(5) + seconds * SECOND)
  expect(alerts(room)).toEqual([LEFT, 'Shirt (1) has not left through exit after all'])
  expect(kinds(room)).toEqual([])
})

test('a sale told after the alarm calls it off, and names the receipt', () => {
  const room = openStoreRoom([ON_FLOOR])
  bothSpeak(room, 5)
  reads(room, EPC, 5)
  room.tick(lastRead(5) + 0.9 * SECOND)
  room.receipt({ lines: [{ gtin: SHIRT }], at: 4 }, 5.2)
  for (const minute of [5.3, 6.5, 9]) room.tick(minute)
  expect(alerts(room)).toEqual([LEFT, 'Shirt (1) was paid after all on till-1 receipt 1'])
  expect(kinds(room)).toEqual([])
  expect(room.evidence('till:till-1/2026-03-02/1')).toEqual(['till-line', 'portal-pass'])
})

test('a reader that tells of an exit an hour later is asked about and alarms nobody', () => {
  const room = openStoreRoom([ON_FLOOR])
  bothSpeak(room, 65)
  for (const [step, antenna] of [2, 2, 2, 2, 1, 1, 1, 1].entries())
    room.work(
      {
        kind: 'message',
        device: 'exit-reader',
        topic: 'exit-reader',
        payload: Buffer.from(
          JSON.stringify({
            type: 'PORTAL',
            timestamp: at(5 + step * 0.3 * SECOND).replace('Z', '+0000'),
            data: { antenna, eventNum: 1, format: 'epc', idHex: EPC, peakRssi: -50, reads: 1 },
          }),
        ),
      },
      65,
    )
  for (const seconds of [1, 4, 70]) room.tick(65 + seconds * SECOND)
  expect(alerts(room)).toEqual([])
  expect(kinds(room)).toEqual(['left-unpaid'])
})

test('a crash between alarm and question tells nothing twice', () => {
  const room = openStoreRoom([ON_FLOOR])
  bothSpeak(room, 5)
  reads(room, EPC, 5)
  room.tick(lastRead(5) + 0.9 * SECOND)
  room.reopen()
  for (const seconds of [2, 4, 70]) room.tick(lastRead(5) + seconds * SECOND)
  expect(alerts(room)).toEqual([LEFT])
  expect(kinds(room)).toEqual(['left-unpaid'])
})

test('what an exchange hands out leaves without an alarm; what it took back does not', () => {
  const room = openStoreRoom([ON_FLOOR])
  room.receipt({ receipt: '1', lines: [{ gtin: SHIRT, serial: '1' }] }, 1)
  room.walk('exit-reader', EPC, 'out', 2)
  const original = { till: 'till-1', fiscalDay: '2026-03-02', receipt: '1', line: 1 }
  const back = { gtin: SHIRT, serial: '1', quantity: '-1', net: '-10.00', tax: '-2.10', original }
  const out = { gtin: SHIRT, serial: '2' }
  room.receipt({ receipt: '2', lines: [back, out], tenders: [] }, 10)
  bothSpeak(room, 11)
  reads(room, epcOf(SHIRT, 2), 11)
  room.tick(11.2)
  expect(alerts(room)).toEqual([])
  bothSpeak(room, 12)
  reads(room, EPC, 12)
  room.tick(12.2)
  expect(alerts(room)).toEqual([LEFT])
})

test('a till that hands in its backlog newest first answers each exit with its own sale', () => {
  const room = openStoreRoom([ON_FLOOR])
  for (const [serial, minute] of [
    [1, 6],
    [2, 31],
  ] as const) {
    reads(room, epcOf(SHIRT, serial), minute)
    room.tick(minute + 3)
  }
  expect(kinds(room)).toEqual(['left-unpaid', 'left-unpaid'])
  const told = alerts(room).length
  room.receipt({ receipt: '8', lines: [{ gtin: SHIRT }], at: 30 }, 240)
  expect(room.reviews().map(({ decision }) => decision)).toEqual([null, 'settled'])
  room.receipt({ receipt: '7', lines: [{ gtin: SHIRT }], at: 5 }, 241)
  room.tick(242)
  expect(room.reviews().map(({ decision }) => decision)).toEqual(['settled', 'settled'])
  expect(alerts(room)).toHaveLength(told)
  expect(room.stock()).toEqual({ 'SHIRT floor': '1' })
})

test('a store without a till waits: nothing there could tell of a sale', () => {
  const room = openStoreRoom([ON_FLOOR], { devices: READERS_ONLY })
  reads(room, EPC, 5)
  room.tick(lastRead(5) + 4 * SECOND)
  expect(alerts(room)).toEqual([])
  room.tick(7)
  expect(kinds(room)).toEqual(['left-unpaid'])
})

const READERS_ONLY = [
  {
    id: 'exit-reader',
    profile: 'zebra-iotc',
    topics: ['zebra/exit-reader'],
    readPoints: [1, 2].map((antenna) => ({
      antenna,
      portal: 'exit',
      side: antenna === 1 ? 'outer' : 'inner',
    })),
  },
]
