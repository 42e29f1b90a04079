import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  documentSchema,
  mastersSchema,
  receiptSchema,
} from '../../gateway/documents/business-event.ts'
import { GOODS } from '../../gateway/simulator/catalogue.ts'
import { type Day, openWorld, simulateDay } from '../../gateway/simulator/day.ts'
import { mastersOf } from '../../gateway/simulator/masters.ts'
import { SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'
import type { Message } from '../../gateway/simulator/story/messages.ts'
import { READERS, type ReaderName } from '../../gateway/simulator/story/readers.ts'
import type { World } from '../../gateway/simulator/world.ts'
import { decodeEpc, decodeReads, normaliseGtin } from '../../sensors/index.ts'

const SEEDS = [1, -40, 90_071_992_547]

const lived = (seed: number, days = 1): { world: World; days: Day[] } => {
  const world = openWorld(seed)
  return { world, days: Array.from({ length: days }, (_, day) => simulateDay(world, seed, day)) }
}

/** One day of each seed is enough to look at from several sides. */
const days = new Map<number, ReturnType<typeof lived>>()
const oneDay = (seed: number) => {
  const known = days.get(seed) ?? lived(seed)
  days.set(seed, known)
  return known
}

const bytesOf = (day: Day) =>
  createHash('sha256')
    .update(
      JSON.stringify(day, (_key, value: unknown) => (value instanceof Set ? [...value] : value)),
    )
    .digest('hex')

const messagesOf = (day: Day): Message[] => day.instants.flatMap(({ messages }) => messages)
const textsOf = (day: Day, device: string): string[] =>
  messagesOf(day).flatMap((message) =>
    message.device === device && message.body.kind === 'text' ? [message.body.text] : [],
  )

describe('a simulated day', () => {
  test('is the same for the same seed, byte for byte, and another for another', {
    timeout: 60_000,
  }, () => {
    const [first, again, other] = [lived(7, 2), lived(7, 2), lived(8, 2)]
    expect(again.days.map(bytesOf)).toEqual(first.days.map(bytesOf))
    expect(again.world.moves).toEqual(first.world.moves)
    expect(bytesOf(other.days[0]!)).not.toBe(bytesOf(first.days[0]!))
  })

  test.each(SEEDS)(
    'seed %d: its moments rise and are never more than five minutes apart',
    (seed) => {
      const { startMs, endMs, instants } = oneDay(seed).days[0]!
      const moments = instants.map(({ atMs }) => atMs)
      expect(moments[0]).toBe(startMs)
      expect(moments.at(-1)).toBe(endMs)
      const steps = moments.slice(1).map((atMs, index) => atMs - moments[index]!)
      expect(Math.min(...steps)).toBeGreaterThan(0)
      expect(Math.max(...steps)).toBeLessThanOrEqual(300_000)
    },
  )

  test.each(SEEDS)('seed %d: no honest thing is left in a basket at close', (seed) => {
    const { world } = oneDay(seed)
    expect(world.units.filter(({ location }) => location === 'basket')).toEqual([])
  })

  test.each(SEEDS)('seed %d: every unit is where its last move took it', (seed) => {
    const { world } = oneDay(seed)
    const opened = openWorld(seed)
    for (const { sku } of GOODS) {
      const moved = (location: string) =>
        world.moves.filter((move) => move.sku === sku && move.to === location).length -
        world.moves.filter((move) => move.sku === sku && move.from === location).length
      for (const place of ['backroom', 'floor', 'shelf-r1', 'shelf-c1', 'shelf-c2', 'basket'])
        expect(world.quantity(sku, place)).toBe(opened.quantity(sku, place) + moved(place))
    }
  })

  test.each(SEEDS)('seed %d: each pack on a camera shelf has a place of its own', (seed) => {
    const { world } = oneDay(seed)
    for (const { location } of SHELVES) {
      const standing = world.units.filter((unit) => unit.location === location)
      expect(world.filledSlots(location).size).toBe(standing.length)
    }
  })

  test.each(SEEDS)('seed %d: two hands at one shelf are well apart', (seed) => {
    const [day] = oneDay(seed).days
    for (const { camera } of SHELVES) {
      const frames = messagesOf(day!).flatMap(({ device, body }) =>
        device === camera && body.kind === 'frame' ? [body] : [],
      )
      const arms = frames.filter(({ scene }) => scene.arm).map(({ atMs }) => atMs)
      const pauses = arms.slice(1).map((atMs, index) => atMs - arms[index]!)
      expect(pauses.filter((pause) => pause > 6_000 && pause < 20_000)).toEqual([])
      expect(frames.map(({ atMs }) => atMs)).toEqual(frames.map(({ atMs }) => atMs).sort())
    }
  })

  test.each(SEEDS)('seed %d: what tills and the office send keeps to the contract', (seed) => {
    const [day] = oneDay(seed).days
    const receipts = [...textsOf(day!, 'till-1'), ...textsOf(day!, 'till-2')]
    expect(receipts.length).toBeGreaterThan(15)
    for (const text of receipts) {
      const { lines, rounding, total, tenders } = receiptSchema.parse(JSON.parse(text))
      const cents = (amount: string) => Math.round(Number(amount) * 100)
      const sum = lines.reduce((minor, { net, tax }) => minor + cents(net) + cents(tax), 0)
      expect(sum + cents(rounding)).toBe(cents(total))
      expect(tenders.reduce((minor, { amount }) => minor + cents(amount), 0)).toBe(cents(total))
    }
    const documents = textsOf(day!, 'office').map((text) => documentSchema.parse(JSON.parse(text)))
    const types = new Set(documents.map(({ type }) => type))
    expect([...types].sort()).toEqual([
      'despatch-advice',
      'goods-receipt',
      'purchase-order',
      'stock-report',
      'tag-sweep',
      'transfer',
    ])
  })

  test('misbehaves as devices do: some messages come twice, some are not JSON', () => {
    const [day] = oneDay(3).days
    const texts = textsOf(day!, 'exit-reader')
    expect(new Set(texts).size).toBeLessThan(texts.length)
    expect(textsOf(day!, 'floor-reader')).toContain('connected')
    expect(messagesOf(day!).some(({ body }) => body.kind === 'frame' && body.scene.dark)).toBe(true)
  })
})

describe('the readers', () => {
  const BROKEN = { 'dock-reader': 1, 'floor-reader': 1, 'exit-reader': 0, 'shelf-reader': 0 }

  test.each(Object.keys(READERS) as ReaderName[])(
    '%s: its messages are read as real ones',
    (reader) => {
      const { days, world } = oneDay(2)
      const ours = new Set(world.units.map(({ epc }) => epc))
      const profile = READERS[reader].maker === 'zebra' ? 'zebra-iotc' : 'impinj-r700'
      const decoded = textsOf(days[0]!, reader).map((text) =>
        decodeReads(profile, reader, Buffer.from(text)),
      )
      const broken = decoded.filter(({ refused }) => refused.length > 0)
      expect(broken.length).toBeLessThanOrEqual(BROKEN[reader] * 2)
      const reads = decoded.flatMap(({ reads }) => reads)
      expect(reads.length).toBeGreaterThan(100)
      for (const { atMs, rssiCdbm, antenna } of reads) {
        expect(atMs).toBeGreaterThan(days[0]!.startMs)
        expect(rssiCdbm).toBeLessThan(-3_500)
        expect(antenna).toBeGreaterThan(0)
      }
      const foreign = new Set(reads.map(({ epc }) => epc).filter((epc) => !ours.has(epc)))
      expect(foreign.size).toBeLessThanOrEqual(reader === 'exit-reader' ? 3 : 0)
    },
  )

  test('tags carry the GTIN of their goods', () => {
    for (const { epc, good, serial } of openWorld(4).units) {
      if (epc === null) continue
      expect(decodeEpc(epc)).toMatchObject({ gtin14: good.gtin14, serial })
    }
  })
})

describe('the masters', () => {
  test('name forty goods with valid GTINs, their places and the opening stock', () => {
    const masters = mastersSchema.parse(mastersOf(openWorld(1), Date.parse('2026-03-01T20:00:00Z')))
    expect(masters.skus).toHaveLength(40)
    const gtins = masters.skus.flatMap(({ gtins }) => gtins)
    expect(new Set(gtins).size).toBe(40)
    for (const gtin of gtins) expect(normaliseGtin(gtin)).toBe(gtin)
    const epcs = masters.opening.flatMap(({ epcs }) => epcs)
    expect(new Set(epcs).size).toBe(epcs.length)
    const zones = SHELVES.flatMap(({ zones }) => zones)
    expect(masters.planogram).toHaveLength(zones.length)
    const known = new Set(masters.skus.map(({ sku }) => sku))
    expect(zones.filter(({ sku }) => !known.has(sku))).toEqual([])
  })
})
