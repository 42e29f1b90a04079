import { expect, test } from 'vitest'
import { openLedger } from '../../ledger-core/index.ts'
import { checkDigit } from '../../sensors/index.ts'
import {
  at,
  epcOf,
  JAM,
  mastersOf,
  openStoreRoom,
  SHIRT,
  SITE,
  type StoreRoom,
} from '../support/store-room.ts'

/** A scan means what its place makes of it: it feeds a receiving session or a count, never the books. */

const sscc = (serial: number) => {
  const body = `1952173100000${String(serial).padStart(4, '0')}`
  return `${body}${checkDigit(body)}`
}
const HONEY = `0952188000099${checkDigit('0952188000099')}`
const CASE = `1952188000001${checkDigit('1952188000001')}`
const CHEESE = `0280012300000${checkDigit('0280012300000')}`
const scanner = (id: string, scansAt: string, more: object = {}) => ({
  id,
  profile: 'native',
  topics: [id],
  scansAt,
  ...more,
})
const devices = [
  scanner('dock-scanner', 'dock'),
  scanner('handheld', 'backroom'),
  scanner('floor-scanner', 'floor'),
  { id: 'office', profile: 'document', topics: ['office/document'] },
  { id: 'till-1', profile: 'till', topics: ['till/till-1'] },
  {
    id: 'dock-reader',
    profile: 'zebra-iotc',
    topics: ['zebra/dock'],
    readPoints: [1, 2].map((antenna) => ({
      antenna,
      portal: 'dock',
      side: antenna === 1 ? 'outer' : 'inner',
    })),
  },
]
const opened = (opening: Parameters<typeof openStoreRoom>[0] = [], more: object = {}) =>
  openStoreRoom(opening, { devices, ...more })
const scan = (room: StoreRoom, device: string, text: string, minute: number, more: object = {}) =>
  room.work(
    {
      kind: 'message',
      device,
      topic: device,
      payload: Buffer.from(JSON.stringify({ text, ...more })),
    },
    minute,
  )
const tags = [1, 2, 3, 4].map((serial) => epcOf(SHIRT, serial))

const ordered = (room: StoreRoom, order = 'PO-1') =>
  room.document(
    {
      type: 'purchase-order',
      order,
      supplier: 'weaver',
      at: at(0),
      lines: [
        { line: 1, sku: 'SHIRT', quantity: '4', cost: '60.00' },
        { line: 2, sku: 'JAM', quantity: '12', cost: '19.20' },
      ],
    },
    0,
  )
const jars = (quantity = '12') => ({ orderLine: 2, sku: 'JAM', quantity })
const shirts = { orderLine: 1, sku: 'SHIRT', quantity: '4', epcs: tags }
const advised = (room: StoreRoom, lines: object[], more: object = {}, delivery = 'DA-1') =>
  room.document({ type: 'despatch-advice', delivery, order: 'PO-1', at: at(5), lines, ...more }, 5)
const openQuestions = (room: StoreRoom) =>
  room.reviews().filter(({ decision }) => decision === null)
const codes = (room: StoreRoom) => room.quarantine().map(({ code }) => code)

test('jars scanned one by one fill the session, and a person says that it is received', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars('3')])
  for (let jar = 0; jar < 3; jar++) scan(room, 'dock-scanner', JAM, 10 + jar)
  expect(room.stock()).toEqual({})
  const [question] = openQuestions(room)
  expect(question).toMatchObject({ kind: 'delivery-complete' })
  room.decide(question!.id, 'accept', 20)
  expect(room.stock()).toEqual({ 'JAM backroom': '3' })
})

test('one jar too few or too many asks nobody: the session waits for a signature', () => {
  for (const scans of [2, 4]) {
    const room = opened()
    ordered(room)
    advised(room, [jars('3')])
    for (let jar = 0; jar < scans; jar++) scan(room, 'dock-scanner', JAM, 10 + jar)
    // The third of four completes it for a moment; what came then is for the one who answers.
    const [question] = openQuestions(room)
    if (question) expect(room.decide(question.id, 'accept', 20).code).toBe('no-longer-true')
    expect(room.stock()).toEqual({})
  }
})

test('the label of a sealed pallet stands for all that is on it', () => {
  const room = opened()
  ordered(room)
  const contents = [{ orderLine: 2, quantity: '12' }]
  advised(room, [jars()], { packs: [{ pack: sscc(1), contents }] })
  scan(room, 'dock-scanner', `(00)${sscc(1)}`, 10)
  const [question] = openQuestions(room)
  expect(question?.question).toMatch(/sealed container.*dock-scanner may not book that alone/)
  room.decide(question!.id, 'accept', 20)
  expect(room.stock()).toEqual({ 'JAM backroom': '12' })
})

test('a scanner that a person has promoted books what is complete by itself', () => {
  const own = [scanner('dock-scanner', 'dock', { authority: 'post' }), ...devices.slice(1)]
  const room = opened([], { devices: own })
  ordered(room)
  advised(room, [jars()], {
    packs: [{ pack: sscc(1), contents: [{ orderLine: 2, quantity: '12' }] }],
  })
  scan(room, 'dock-scanner', `(00)${sscc(1)}`, 10)
  expect(room.stock()).toEqual({ 'JAM backroom': '12' })
  expect(room.reviews()).toEqual([])
})

test('a case taken out of the pallet and scanned singly ends what the seal said', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars()], {
    packs: [{ pack: sscc(1), contents: [{ orderLine: 2, quantity: '12' }] }],
  })
  scan(room, 'dock-scanner', JAM, 9)
  scan(room, 'dock-scanner', `(00)${sscc(1)}`, 10)
  expect(openQuestions(room)).toEqual([])
  for (let jar = 0; jar < 11; jar++) scan(room, 'dock-scanner', JAM, 11 + jar)
  expect(openQuestions(room)).toMatchObject([{ kind: 'delivery-complete' }])
})

test('a pallet that is scanned before its paper comes counts as seen when it does', () => {
  const room = opened()
  ordered(room)
  scan(room, 'dock-scanner', `(00)${sscc(1)}`, 2)
  advised(room, [jars()], {
    packs: [{ pack: sscc(1), contents: [{ orderLine: 2, quantity: '12' }] }],
  })
  expect(openQuestions(room)).toMatchObject([{ kind: 'delivery-complete' }])
})

test('a pallet that nobody ever announces is asked about', () => {
  const room = opened()
  scan(room, 'dock-scanner', `(00)${sscc(7)}`, 2)
  room.tick(60)
  expect(room.reviews()).toEqual([])
  room.tick(5 * 60)
  expect(room.reviews()).toMatchObject([{ kind: 'unexpected-delivery' }])
  expect(room.reviews()[0]?.question).toContain(sscc(7))
})

test('a label that says another number than the papers is asked about and books nothing', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars()], {
    packs: [{ pack: sscc(1), contents: [{ orderLine: 2, quantity: '12' }] }],
  })
  scan(room, 'dock-scanner', `]C100${sscc(1)}02${JAM}3710`, 10)
  expect(openQuestions(room)).toMatchObject([{ kind: 'delivery-differs' }])
  expect(room.stock()).toEqual({})
})

test('a label fills in what an SSCC holds where the paper says nothing of it', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars()], { packs: [{ pack: sscc(1) }] })
  scan(room, 'dock-scanner', `]C100${sscc(1)}02${JAM}3712`, 10)
  expect(openQuestions(room)).toMatchObject([{ kind: 'delivery-complete' }])
})

test('serials are matched with the announced tags, each once, and no scan adds to a tag', () => {
  const room = opened()
  ordered(room)
  advised(room, [shirts])
  for (const serial of [1, 1, 2, 3]) scan(room, 'dock-scanner', `(01)${SHIRT}(21)${serial}`, 10)
  scan(room, 'dock-scanner', SHIRT, 11)
  expect(codes(room)).toEqual(['scan-adds-nothing'])
  expect(openQuestions(room)).toEqual([])
  room.walk('dock-reader', tags[3]!, 'in', 12)
  expect(openQuestions(room)).toMatchObject([{ kind: 'delivery-complete' }])
})

test('lot and last day of the labels go into the books with the receipt', () => {
  const room = opened()
  ordered(room)
  advised(room, [{ orderLine: 1, sku: 'SHIRT', quantity: '2' }])
  for (const minute of [10, 11]) scan(room, 'dock-scanner', `]C101${SHIRT}1726123110L-77`, minute)
  room.decide(openQuestions(room)[0]!.id, 'accept', 20)
  const layers = openLedger(room.db, SITE).layers('SHIRT')
  expect(layers).toMatchObject([{ quantity: 2n, facts: { lot: 'L-77', expires: '2026-12-31' } }])
})

test('a case of twelve is twelve jars', () => {
  const room = opened()
  const masters = { ...mastersOf([], 'packs'), packs: [{ gtin: CASE, sku: 'JAM', quantity: '12' }] }
  room.work({ kind: 'masters', masters, actor: 'office' }, 0)
  ordered(room)
  advised(room, [jars()])
  scan(room, 'dock-scanner', CASE, 10)
  expect(openQuestions(room)).toMatchObject([{ kind: 'delivery-complete' }])
})

test('two open deliveries of the same goods: the one whose note was scanned first is meant', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars('1')])
  advised(room, [jars('2')], {}, 'DA-2')
  scan(room, 'dock-scanner', JAM, 10)
  expect(codes(room)).toEqual(['scan-ambiguous'])
  scan(room, 'dock-scanner', 'DA-2', 11)
  scan(room, 'dock-scanner', JAM, 12)
  scan(room, 'dock-scanner', JAM, 13)
  const [question] = openQuestions(room)
  expect(question?.question).toContain('DA-2')
})

test('a scan that the device tells again is the same scan; a second beep is another', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars('2')])
  const first = { at: at(10), id: 'boot-1/17' }
  scan(room, 'dock-scanner', JAM, 10, first)
  scan(room, 'dock-scanner', JAM, 11, first)
  expect(openQuestions(room)).toEqual([])
  scan(room, 'dock-scanner', JAM, 12, { ...first, id: 'boot-1/18' })
  expect(openQuestions(room)).toHaveLength(1)
})

test('the last scan is taken back by the undo code, and by an office paper', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars('2')])
  for (const minute of [10, 11]) scan(room, 'dock-scanner', JAM, minute)
  scan(room, 'dock-scanner', 'TALLYGATE:UNDO', 12)
  const [question] = openQuestions(room)
  expect(room.decide(question!.id, 'accept', 13)).toMatchObject({ code: 'no-longer-true' })
  room.document({ type: 'scan-undo', scanner: 'dock-scanner', at: at(14) }, 14)
  scan(room, 'dock-scanner', 'TALLYGATE:UNDO', 15)
  expect(codes(room)).toEqual(['scan-nothing-to-undo'])
  for (const minute of [16, 17]) scan(room, 'dock-scanner', JAM, minute)
  room.decide(question!.id, 'accept', 18)
  expect(room.stock()).toEqual({ 'JAM backroom': '2' })
})

const start = (room: StoreRoom, skus?: string[]) =>
  command(room, { kind: 'start-count', count: 'C-1', location: 'backroom', skus }, 'manager', 20)
const command = (room: StoreRoom, body: object, actor: string, minute: number) => {
  const id = `${JSON.stringify(body)}/${minute}`.slice(0, 200)
  const told = { id, actor, at: at(minute), note: '', command: body }
  return room.work({ kind: 'command', command: told as never }, minute)
}
const approve = (room: StoreRoom, minute: number) =>
  command(room, { kind: 'approve-count', count: 'C-1', reason: 'monthly' }, 'manager', minute)
const inBackroom = [
  { sku: 'JAM', location: 'backroom', quantity: 5, value: '8.00' },
  { sku: 'SHIRT', location: 'backroom', quantity: 2, value: '28.00' },
]

test('scans at a place that is being counted fill its blind sheet; approving it books them', () => {
  const room = opened(inBackroom)
  start(room)
  for (let jar = 0; jar < 4; jar++) scan(room, 'handheld', JAM, 21 + jar)
  for (const serial of [1, 2, 2]) scan(room, 'handheld', `(01)${SHIRT}(21)${serial}`, 26)
  expect(codes(room)).toEqual(['scan-repeated'])
  expect(room.stock()).toEqual({ 'JAM backroom': '5', 'SHIRT backroom': '2' })
  expect(approve(room, 30)).toMatchObject({ status: 'committed' })
  expect(room.stock()).toEqual({ 'JAM backroom': '4', 'SHIRT backroom': '2' })
})

test('a sheet with a line that nobody has counted is not approved, and keeps its scans', () => {
  const room = opened(inBackroom)
  start(room)
  for (let jar = 0; jar < 4; jar++) scan(room, 'handheld', JAM, 21 + jar)
  expect(approve(room, 30)).toMatchObject({ status: 'refused', code: 'wrong-state' })
  for (const serial of [1, 2]) scan(room, 'handheld', `(01)${SHIRT}(21)${serial}`, 31)
  expect(approve(room, 32)).toMatchObject({ status: 'committed' })
  expect(room.stock()).toMatchObject({ 'JAM backroom': '4' })
})

test('a wrong scan of a count is taken back; the first one of a line leaves it uncounted', () => {
  const room = opened(inBackroom)
  start(room, ['JAM'])
  scan(room, 'handheld', JAM, 21)
  scan(room, 'handheld', 'TALLYGATE:UNDO', 22)
  expect(approve(room, 23)).toMatchObject({ code: 'wrong-state' })
  for (let jar = 0; jar < 6; jar++) scan(room, 'handheld', JAM, 24 + jar)
  scan(room, 'handheld', 'TALLYGATE:UNDO', 31)
  approve(room, 32)
  expect(room.stock()).toMatchObject({ 'JAM backroom': '5' })
})

test('goods of another sheet are not counted into this one', () => {
  const room = opened(inBackroom)
  start(room, ['JAM'])
  scan(room, 'handheld', SHIRT, 21)
  expect(codes(room)).toEqual(['scan-unexpected'])
  expect(room.stock()).toEqual({ 'JAM backroom': '5', 'SHIRT backroom': '2' })
})

test('what a person counts by hand takes the place of scans', () => {
  const room = opened(inBackroom)
  start(room, ['JAM'])
  scan(room, 'handheld', JAM, 21)
  const body = {
    kind: 'record-count',
    count: 'C-1',
    sku: 'JAM',
    location: 'backroom',
    quantity: '5',
  }
  command(room, body, 'ann', 22)
  scan(room, 'handheld', JAM, 23)
  approve(room, 24)
  expect(room.stock()).toMatchObject({ 'JAM backroom': '5' })
})

test('scans that nothing waits for are kept with their reason', () => {
  const room = opened(inBackroom)
  scan(room, 'floor-scanner', JAM, 1)
  scan(room, 'floor-scanner', `(00)${sscc(1)}`, 2)
  scan(room, 'dock-scanner', JAM, 3)
  scan(room, 'floor-scanner', '(10)LOT-9', 4)
  expect(codes(room)).toEqual([
    'scan-no-session',
    'scan-no-session',
    'scan-unexpected',
    'scan-adds-nothing',
  ])
  expect(room.stock()).toEqual({ 'JAM backroom': '5', 'SHIRT backroom': '2' })
})

test('an unknown barcode is shown once and counted; its master makes the scans count', () => {
  const room = opened()
  const order = {
    type: 'purchase-order',
    order: 'PO-1',
    supplier: 'weaver',
    at: at(0),
    lines: [{ line: 1, sku: 'HONEY', quantity: '3', cost: '9.00' }],
  }
  for (const minute of [1, 2, 3]) scan(room, 'dock-scanner', HONEY, minute)
  expect(codes(room)).toEqual(['unknown-barcode'])
  const known = room.db
    .prepare<[], string>("select body from state where kind = 'memory.strange-code'")
    .pluck()
    .all()
    .map((body) => JSON.parse(body))
  expect(known).toMatchObject([{ gtin14: HONEY, scans: 3 }])
  const masters = mastersOf([], 'later')
  const [, , jam] = masters.skus
  const honey = { ...jam!, sku: 'HONEY', name: 'Honey', gtins: [HONEY] }
  const only = { ...masters, skus: [honey], locations: [], suppliers: [], planogram: [] }
  room.work({ kind: 'masters', masters: only, actor: 'office' }, 10)
  // Nothing was open for it: kept with that reason, and no longer a stranger.
  expect(codes(room)).toEqual(['unknown-barcode', 'scan-unexpected'])
  room.document(order, 11)
})

test('goods by weight are counted by the weight on their label, and by nothing else', () => {
  const room = opened()
  const masters = mastersOf([], 'weighed')
  const [, , jam] = masters.skus
  const cheese = { ...jam!, sku: 'CHEESE', name: 'Cheese', gtins: [CHEESE], quantityScale: 3 }
  const only = { ...masters, skus: [cheese], locations: [], suppliers: [], planogram: [] }
  room.work({ kind: 'masters', masters: only, actor: 'office' }, 0)
  room.document(
    {
      type: 'purchase-order',
      order: 'PO-1',
      supplier: 'weaver',
      at: at(0),
      lines: [{ line: 1, sku: 'CHEESE', quantity: '1.750', cost: '9.00' }],
    },
    1,
  )
  advised(room, [{ orderLine: 1, sku: 'CHEESE', quantity: '1.750' }])
  scan(room, 'dock-scanner', `(01)${CHEESE}`, 10)
  scan(room, 'dock-scanner', `(01)${CHEESE}(3922)1250`, 10)
  expect(codes(room)).toEqual(['scan-unmeasured', 'scan-unmeasured'])
  scan(room, 'dock-scanner', `(01)${CHEESE}(3103)001250`, 11)
  scan(room, 'dock-scanner', `(01)${CHEESE}(3103)000500`, 12)
  expect(openQuestions(room)).toMatchObject([{ kind: 'delivery-complete' }])
})

test('what was scanned outlives a crash', () => {
  const room = opened()
  ordered(room)
  advised(room, [jars('2')])
  scan(room, 'dock-scanner', JAM, 10, { id: 'a' })
  room.reopen()
  scan(room, 'dock-scanner', JAM, 11, { id: 'a' })
  expect(openQuestions(room)).toEqual([])
  scan(room, 'dock-scanner', JAM, 12, { id: 'b' })
  expect(openQuestions(room)).toHaveLength(1)
})
