import { expect, test } from 'vitest'
import { openLedger } from '../../ledger-core/index.ts'
import { checkDigit } from '../../sensors/index.ts'
import { at, epcOf, JAM, mastersOf, openStoreRoom, SHIRT, SITE } from '../support/store-room.ts'

const order = (quantity = '3') => ({
  type: 'purchase-order',
  order: 'PO-1',
  supplier: 'weaver',
  at: at(0),
  lines: [
    { line: 1, sku: 'SHIRT', quantity, cost: '45.00' },
    { line: 2, sku: 'JAM', quantity: '10', cost: '16.00' },
  ],
})
const shirtsOnly = { ...order(), lines: order().lines.slice(0, 1) }
const tags = [1, 2, 3].map((serial) => epcOf(SHIRT, serial))
const shirts = { orderLine: 1, sku: 'SHIRT', quantity: '3', epcs: tags }
const jars = { orderLine: 2, sku: 'JAM', quantity: '10' }
const advice = (lines: object[] = [shirts]) => ({
  type: 'despatch-advice',
  delivery: 'DA-1',
  order: 'PO-1',
  at: at(10),
  lines,
})
const signature = (lines: object[]) => ({
  type: 'goods-receipt',
  delivery: 'DA-1',
  signedBy: 'Ann',
  at: at(40),
  lines,
})
const counted = (sku: string, quantity: string) => ({
  orderLine: sku === 'SHIRT' ? 1 : 2,
  sku,
  quantity,
})

test('goods are received by themselves only when everything announced has been seen', () => {
  const room = openStoreRoom()
  room.document(shirtsOnly, 0)
  room.document(advice(), 10)
  for (const tag of tags.slice(0, 2)) room.walk('dock-reader', tag, 'in', 20)
  expect(room.stock()).toEqual({})
  room.walk('dock-reader', tags[2]!, 'in', 21)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3' })
})

test('a pallet that rolls in, out and in again is one receipt', () => {
  const room = openStoreRoom()
  room.document(shirtsOnly, 0)
  room.document(advice(), 10)
  for (const tag of tags.slice(0, 2)) room.walk('dock-reader', tag, 'in', 20)
  room.walk('dock-reader', tags[0]!, 'out', 21)
  room.walk('dock-reader', tags[2]!, 'in', 22)
  expect(room.stock()).toEqual({})
  room.walk('dock-reader', tags[0]!, 'in', 23)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3' })
  for (const tag of tags) room.walk('dock-reader', tag, 'out', 30)
  for (const tag of tags) room.walk('dock-reader', tag, 'in', 31)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3' })
  expect(room.reviews()).toEqual([])
})

test('untagged goods wait for a signature, and what was signed for is what is received', () => {
  const room = openStoreRoom()
  room.document(order(), 0)
  room.document(advice([shirts, jars]), 10)
  for (const tag of tags) room.walk('dock-reader', tag, 'in', 20)
  expect(room.stock()).toEqual({})
  room.document(signature([counted('SHIRT', '3'), counted('JAM', '9')]), 40)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3', 'JAM backroom': '9' })
})

test('a signature that comes first waits for announcement and order, in any order', () => {
  const papers = [order(), advice([shirts, jars]), signature([counted('SHIRT', '3')])]
  for (const sequence of [
    [2, 1, 0],
    [2, 0, 1],
    [1, 2, 0],
    [0, 2, 1],
  ]) {
    const room = openStoreRoom()
    for (const [minute, index] of sequence.entries()) room.document(papers[index]!, minute)
    expect(room.stock()).toEqual({ 'SHIRT backroom': '3' })
  }
})

test('tags that came in before their announcement count as seen when it arrives', () => {
  const room = openStoreRoom()
  room.document(shirtsOnly, 0)
  for (const tag of tags) room.walk('dock-reader', tag, 'in', 5)
  room.document(advice(), 10)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3' })
})

test('tags that nobody ever announces become a question, not stock', () => {
  const room = openStoreRoom()
  room.walk('dock-reader', tags[0]!, 'in', 5)
  room.tick(6 * 60)
  expect(room.stock()).toEqual({})
  expect(room.reviews()).toMatchObject([{ kind: 'unexpected-delivery' }])
})

test('a delivery nobody signs for is asked about, and a late signature settles the question', () => {
  const room = openStoreRoom()
  room.document(order(), 0)
  room.document(advice([shirts, jars]), 10)
  room.tick(10 + 4 * 60)
  expect(room.reviews()).toMatchObject([{ kind: 'delivery-unconfirmed', decision: null }])
  room.document(signature([counted('SHIRT', '3'), counted('JAM', '10')]), 300)
  expect(room.reviews()).toMatchObject([{ kind: 'delivery-unconfirmed', decision: 'settled' }])
  expect(room.stock()).toEqual({ 'SHIRT backroom': '3', 'JAM backroom': '10' })
})

test('fewer signed for than tags seen: the signature is booked and the rest is asked about', () => {
  const room = openStoreRoom()
  room.document(order(), 0)
  room.document(advice([shirts, jars]), 10)
  for (const tag of tags) room.walk('dock-reader', tag, 'in', 20)
  room.document(signature([counted('SHIRT', '2')]), 40)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2' })
  expect(room.reviews()).toMatchObject([{ kind: 'delivery-differs' }])
})

test('the same announcement twice is one delivery; another content is asked about', () => {
  const room = openStoreRoom()
  room.document(shirtsOnly, 0)
  room.document(advice(), 10)
  room.document(advice(), 11)
  expect(room.reviews()).toEqual([])
  room.document(advice([{ ...shirts, quantity: '2', epcs: tags.slice(1) }]), 12)
  expect(room.reviews()).toMatchObject([{ kind: 'document-conflict' }])
})

test('papers about goods nobody knows are refused, kept and never half booked', () => {
  const room = openStoreRoom()
  const verdict = room.document(advice([{ ...jars, sku: 'NOVELTY' }]), 10)
  expect(verdict).toMatchObject({ status: 'kept', code: 'unknown-sku' })
  expect(room.quarantine()).toMatchObject([{ device: 'office', business: 1 }])
  const broken = room.document({ type: 'transfer', from: 'backroom' }, 11)
  expect(broken).toMatchObject({ status: 'kept', code: 'bad-document' })
})

test('a tag of goods nobody has registered is visible and never in the books', () => {
  const room = openStoreRoom()
  const stranger = epcOf(`0952173100999${checkDigit('0952173100999')}`, 7)
  room.walk('dock-reader', stranger, 'in', 5)
  room.walk('exit-reader', stranger, 'out', 6)
  room.tick(60 * 12)
  expect(room.stock()).toEqual({})
  expect(room.quarantine()).toMatchObject([{ code: 'unknown-tag', device: 'dock-reader' }])
})

test('units carried through the floor door change their place; a tag that dithers is asked once', () => {
  const room = openStoreRoom([
    { sku: 'SHIRT', location: 'backroom', quantity: 2, value: '28.00', epcs: tags.slice(0, 2) },
  ])
  room.walk('floor-reader', tags[0]!, 'in', 5)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1', 'SHIRT floor': '1' })
  room.walk('floor-reader', tags[0]!, 'in', 6)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '1', 'SHIRT floor': '1' })
  room.walk('floor-reader', tags[0]!, 'out', 7)
  expect(room.stock()).toEqual({ 'SHIRT backroom': '2' })
})

test('a tag on the smart shelf moves there from wherever it was last booked', () => {
  const room = openStoreRoom([
    { sku: 'SHIRT', location: 'floor', quantity: 1, value: '14.00', epcs: [tags[0]!] },
  ])
  room.place(tags[0]!, 5)
  expect(room.stock()).toEqual({ 'SHIRT smart-shelf': '1' })
  room.place(tags[1]!, 6)
  expect(room.reviews()).toMatchObject([{ kind: 'tag-without-stock' }])
})

test('a transfer moves stock once, and its picture only confirms it', () => {
  const room = openStoreRoom([
    { sku: 'JAM', location: 'jam-shelf', quantity: 1, value: '1.60' },
    { sku: 'JAM', location: 'backroom', quantity: 5, value: '8.00' },
  ])
  room.picture(1, 0)
  const lines = [{ line: 1, sku: 'JAM', quantity: '3' }]
  const transfer = { type: 'transfer', transfer: 'TR-1', from: 'backroom', to: 'jam-shelf' }
  room.document({ ...transfer, at: at(5), lines }, 5)
  room.document({ ...transfer, at: at(5), lines }, 6)
  room.picture(4, 7)
  expect(room.stock()).toEqual({ 'JAM backroom': '2', 'JAM jam-shelf': '4' })
  expect(room.evidence('transfer:TR-1/1')).toEqual(['document', 'shelf-change'])
  room.picture(3, 9)
  expect(room.stock()).toEqual({ 'JAM backroom': '2', 'JAM jam-shelf': '3', 'JAM basket': '1' })
})

const shelfAndBackroom = [
  { sku: 'JAM', location: 'jam-shelf', quantity: 1, value: '1.60' },
  { sku: 'JAM', location: 'backroom', quantity: 5, value: '8.00' },
]

test('goods that appear before their transfer is sent wait for it, and are no question', () => {
  const room = openStoreRoom(shelfAndBackroom)
  room.picture(1, 0)
  room.picture(3, 5)
  const lines = [{ line: 1, sku: 'JAM', quantity: '2' }]
  const transfer = { type: 'transfer', transfer: 'TR-1', from: 'backroom', to: 'jam-shelf' }
  room.document({ ...transfer, at: at(6), lines }, 6)
  room.tick(60)
  expect(room.reviews()).toEqual([])
  expect(room.stock()).toEqual({ 'JAM backroom': '3', 'JAM jam-shelf': '3' })
  expect(room.evidence('transfer:TR-1/1')).toEqual(['document', 'shelf-change'])
})

test('goods whose transfer does not come are asked about, and a late transfer answers', () => {
  const room = openStoreRoom([
    { sku: 'JAM', location: 'jam-shelf', quantity: 1, value: '1.60' },
    { sku: 'JAM', location: 'backroom', quantity: 5, value: '8.00' },
  ])
  room.picture(1, 0)
  room.picture(3, 5)
  room.tick(9)
  expect(room.reviews()).toMatchObject([{ kind: 'shelf-put-without-source', decision: null }])
  const lines = [{ line: 1, sku: 'JAM', quantity: '2' }]
  const transfer = { type: 'transfer', transfer: 'TR-1', from: 'backroom', to: 'jam-shelf' }
  room.document({ ...transfer, at: at(6), lines }, 12)
  expect(room.reviews()).toMatchObject([{ decision: 'settled' }])
  expect(room.stock()).toEqual({ 'JAM backroom': '3', 'JAM jam-shelf': '3' })
  room.tick(60)
  expect(room.reviews()).toHaveLength(1)
})

test('what documents moved and no picture ever showed becomes a question after half an hour', () => {
  const room = openStoreRoom([{ sku: 'JAM', location: 'backroom', quantity: 5, value: '8.00' }])
  room.picture(0, 0)
  const lines = [{ line: 1, sku: 'JAM', quantity: '2' }]
  const transfer = { type: 'transfer', transfer: 'TR-1', from: 'backroom', to: 'jam-shelf' }
  room.document({ ...transfer, at: at(5), lines }, 5)
  room.tick(40)
  expect(room.reviews()).toMatchObject([{ kind: 'shelf-differs' }])
})

test('a camera that hangs contradicts no paper; when it is back it finds what was put there', () => {
  const room = openStoreRoom([{ sku: 'JAM', location: 'backroom', quantity: 5, value: '8.00' }])
  room.picture(0, 0)
  const hangs = (minute: number) => {
    const frameSha256 = String(minute).padStart(64, 'f')
    const said = { kind: 'unusable', camera: 'camera-1', reason: 'frozen', detail: '' } as const
    const sample = { ...said, atMs: Date.parse(at(minute)), frameSha256 }
    room.work({ kind: 'sample', sample }, minute)
  }
  hangs(4)
  const lines = [{ line: 1, sku: 'JAM', quantity: '2' }]
  const transfer = { type: 'transfer', transfer: 'TR-1', from: 'backroom', to: 'jam-shelf' }
  room.document({ ...transfer, at: at(5), lines }, 5)
  hangs(30)
  room.tick(40)
  expect(room.reviews()).toEqual([])
  room.picture(2, 45)
  room.tick(45.2)
  room.tick(90)
  expect(room.reviews()).toEqual([])
  expect(room.stock()).toEqual({ 'JAM backroom': '3', 'JAM jam-shelf': '2' })
})

test('a camera that is back and does not show it is believed again', () => {
  const room = openStoreRoom([{ sku: 'JAM', location: 'backroom', quantity: 5, value: '8.00' }])
  room.picture(0, 0)
  const said = { kind: 'unusable', camera: 'camera-1', reason: 'dark', detail: '' } as const
  const sample = { ...said, atMs: Date.parse(at(4)), frameSha256: '4'.padStart(64, 'f') }
  room.work({ kind: 'sample', sample }, 4)
  const lines = [{ line: 1, sku: 'JAM', quantity: '2' }]
  const transfer = { type: 'transfer', transfer: 'TR-1', from: 'backroom', to: 'jam-shelf' }
  room.document({ ...transfer, at: at(5), lines }, 5)
  room.picture(0, 45)
  room.tick(50)
  expect(room.reviews()).toMatchObject([{ kind: 'shelf-differs' }])
})

test('a doubtful picture the till does not explain is asked about; a late till line answers', () => {
  const room = openStoreRoom([{ sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '6.40' }])
  room.picture(4, 0)
  // A slot just under the line where the model begins to call something a product.
  room.picture(3, 5, 705)
  expect(room.reviews()).toEqual([])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '4' })
  room.tick(26)
  expect(room.reviews()).toMatchObject([{ kind: 'shelf-uncertain', decision: null }])
  room.receipt({ lines: [{ gtin: JAM }] }, 28)
  expect(room.reviews()).toMatchObject([{ decision: 'settled' }])
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
  room.tick(60)
  expect(room.reviews()).toHaveLength(1)
})

test('masters are all or nothing, and the same import again changes nothing', () => {
  const opening = [{ sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '6.40' }]
  const room = openStoreRoom(opening)
  const masters = mastersOf(opening)
  room.receipt({ lines: [{ gtin: JAM }] }, 1)
  const again = room.work({ kind: 'masters', masters, actor: 'office' }, 2)
  expect(again.status).toBe('committed')
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '3' })
  const [shirt] = masters.skus
  const skus = [
    { ...shirt!, sku: 'NOVELTY', gtins: [] },
    { ...shirt!, sku: 'LOST', gtins: [], home: 'nowhere' },
  ]
  const broken = { ...masters, key: 'second', skus, opening: [] }
  const refused = room.work({ kind: 'masters', masters: broken, actor: 'office' }, 3)
  expect(refused).toMatchObject({ status: 'refused', code: 'unknown-location' })
  const named = openLedger(room.db, SITE).skus()
  expect(named.map(({ sku }) => sku).sort()).toEqual(['JAM', 'RAZOR', 'SHIRT'])
})
