import { expect, test } from 'vitest'
import { checkDigit } from '../../sensors/index.ts'
import { at, epcOf, JAM, mastersOf, openStoreRoom, SHIRT } from '../support/store-room.ts'

const withDigit = (body: string) => `${body}${checkDigit(body)}`
/** A tray of six jars, under a GTIN with its own indicator digit. */
const TRAY = withDigit('1952188000001')

const jam = (quantity: number) => ({
  sku: 'JAM',
  location: 'jam-shelf',
  quantity,
  value: `${quantity}.00`,
})

/** A store whose books know a tray of six. */
function openRoom(jars: number) {
  const room = openStoreRoom([jam(jars)])
  const masters = {
    ...mastersOf([], 'trays'),
    skus: [],
    packs: [{ gtin: TRAY, sku: 'JAM', quantity: '6' }],
  }
  const verdict = room.work({ kind: 'masters', masters, actor: 'office' }, 0)
  expect(verdict).toMatchObject({ status: 'committed' })
  return room
}

test('a tray sold at the till takes its six jars, and comes back as six', () => {
  const room = openRoom(20)
  room.receipt({ lines: [{ gtin: TRAY, quantity: '2' }] }, 5)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '8' })
  room.receipt({ receipt: '2', lines: [{ gtin: TRAY, quantity: '-1' }] }, 6)
  expect(
    Object.values(room.stock())
      .map(Number)
      .reduce((a, b) => a + b),
  ).toBe(14)
})

test('part of a tray is no quantity of it: the line is sold unmapped and asked about', () => {
  const room = openRoom(20)
  room.receipt({ lines: [{ gtin: TRAY, quantity: '0.5' }] }, 5)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '20' })
  expect(room.reviews().map(({ kind }) => kind)).toEqual(['unmapped-line'])
})

test('papers may count in trays: ordered, announced, signed for and moved are six jars each', () => {
  const room = openRoom(1)
  const order = {
    type: 'purchase-order',
    order: 'PO-6',
    supplier: 'acme',
    at: at(1),
    lines: [{ line: 1, gtin: TRAY, quantity: '4', cost: '24.00' }],
  }
  expect(room.document(order, 1)).toMatchObject({ status: 'committed' })
  const advice = {
    type: 'despatch-advice',
    delivery: 'D-6',
    order: 'PO-6',
    at: at(2),
    lines: [{ orderLine: 1, gtin: TRAY, sku: 'JAM', quantity: '4' }],
  }
  expect(room.document(advice, 2)).toMatchObject({ status: 'committed' })
  const signed = {
    type: 'goods-receipt',
    delivery: 'D-6',
    signedBy: 'mia',
    at: at(3),
    lines: [{ orderLine: 1, gtin: TRAY, quantity: '4' }],
  }
  expect(room.document(signed, 3)).toMatchObject({ status: 'committed' })
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '1', 'JAM backroom': '24' })
  const moved = {
    type: 'transfer',
    transfer: 'T-6',
    from: 'backroom',
    to: 'floor',
    at: at(4),
    lines: [{ line: 1, gtin: TRAY, quantity: '1' }],
  }
  expect(room.document(moved, 4)).toMatchObject({ status: 'committed' })
  expect(room.stock()).toMatchObject({ 'JAM backroom': '18', 'JAM floor': '6' })
})

test('a paper that names another SKU than its GTIN, or an unknown GTIN, is kept for a person', () => {
  const room = openRoom(1)
  const order = (line: object) => ({
    type: 'purchase-order',
    order: 'PO-7',
    supplier: 'acme',
    at: at(1),
    lines: [{ line: 1, quantity: '1', cost: '6.00', ...line }],
  })
  expect(room.document(order({ gtin: TRAY, sku: 'SHIRT' }), 1)).toMatchObject({
    code: 'line-differs',
  })
  const unknown = withDigit('1952188000099')
  expect(room.document(order({ gtin: unknown }), 2)).toMatchObject({ code: 'unknown-sku' })
})

test('a GTIN of one unit is no pack, and a pack is no GTIN of one unit', () => {
  const room = openRoom(1)
  const packs = [{ gtin: JAM, sku: 'JAM', quantity: '6' }]
  const asPack = { ...mastersOf([], 'clash'), skus: [], packs }
  expect(room.work({ kind: 'masters', masters: asPack, actor: 'office' }, 1)).toMatchObject({
    code: 'gtin-taken',
  })
  const [shirt, ...others] = mastersOf([], 'clash-2').skus
  const skus = [{ ...shirt!, gtins: [SHIRT, TRAY] }, ...others]
  const asUnit = { ...mastersOf([], 'clash-2'), skus }
  expect(room.work({ kind: 'masters', masters: asUnit, actor: 'office' }, 2)).toMatchObject({
    code: 'gtin-taken',
  })
})

test('a tagged tray at the door adds nothing to what its jars say', () => {
  const room = openRoom(6)
  room.walk('floor-reader', epcOf(TRAY, 1), 'in', 5)
  room.tick(7)
  expect(room.stock()).toEqual({ 'JAM jam-shelf': '6' })
  expect(room.quarantine()).toEqual([])
})
