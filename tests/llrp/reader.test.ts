import { afterEach, expect, test } from 'vitest'
import { LLRP, llrpMessage } from '../../gateway/llrp/messages.ts'
import { type LlrpPorts, type LlrpSettings, startLlrpReader } from '../../gateway/llrp/reader.ts'
import { createLog } from '../../gateway/log.ts'
import { decodeReads } from '../../sensors/index.ts'
import { sample } from '../sensors/fixture-profiles.ts'
import { type SimulatedReader, simulateReader } from './simulated-reader.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
const report = sample('llrp-roaccessreport-multi.hex').bytes
const settings: LlrpSettings = {
  host: '127.0.0.1',
  port: 0,
  antennas: [1, 2],
  tagsPerReport: 1,
  readTid: true,
  keepAliveMs: 60_000,
  dialTimeoutMs: 10_000,
  retryFirstMs: 1,
  retryMaxMs: 5,
  heldBytes: 1_000_000,
}

/** Our client against a reader, with everything it says collected. */
function follow(
  reader: SimulatedReader,
  change: Partial<LlrpSettings> = {},
  onMessage?: LlrpPorts['onMessage'],
) {
  const log: string[] = []
  const epcs: string[] = []
  const waiting: { done: () => boolean; resolve: () => void }[] = []
  const look = () => {
    for (const one of waiting.splice(0))
      if (one.done()) one.resolve()
      else waiting.push(one)
  }
  const client = startLlrpReader(
    { ...settings, port: reader.port, ...change },
    {
      log: createLog('silent', 'test'),
      random: () => 0.5,
      onState: (state, reason) => {
        log.push(reason === '' ? state : `${state}: ${reason}`)
        look()
      },
      onMessage:
        onMessage ??
        ((bytes, done) => {
          const { reads, events } = decodeReads('llrp', 'dock', bytes)
          epcs.push(...reads.map(({ epc }) => epc))
          log.push(...events.map(({ detail }) => detail))
          done()
          look()
        }),
    },
  )
  cleanups.push(() => client.stop())
  return {
    log,
    epcs,
    client,
    until: (done: () => boolean) =>
      done()
        ? Promise.resolve()
        : new Promise<void>((resolve) => void waiting.push({ done, resolve })),
  }
}

const open = async (behaviour: Parameters<typeof simulateReader>[0] = {}) => {
  const reader = await simulateReader(behaviour)
  cleanups.push(() => reader.close())
  return reader
}

test('a plain reader is set up in order and then reads', async () => {
  const reader = await open()
  const { log, until } = follow(reader)
  await until(() => log.includes('reading'))
  expect(reader.heard).toEqual([
    LLRP.enableEventsAndReports,
    LLRP.setReaderConfig,
    LLRP.deleteAccessSpec,
    LLRP.deleteRoSpec,
    LLRP.addRoSpec,
    LLRP.addAccessSpec,
    LLRP.enableAccessSpec,
    LLRP.enableRoSpec,
  ])
  expect(log).toEqual(['connection accepted', 'reading'])
})

test('the specs are the bytes that LLRP prescribes', async () => {
  const reader = await open()
  const { log, until } = follow(reader)
  await until(() => log.includes('reading'))
  const hex = (type: number) => Buffer.from(reader.bodies.get(type) ?? []).toString('hex')
  const together = (...parts: string[]) => parts.join('')
  expect(hex(LLRP.addRoSpec)).toBe(
    together(
      '00b10048 000001a1 0000', // ROSpec 417, priority 0, disabled
      '00b20012 00b3000501 00b600090000000000', // starts immediately, never stops
      '00b7001a 0002 0001 0002', // antennas 1 and 2
      '00b800090000000000 00ba0007000101', // no stop, Gen2
      '00ed0012 02 0001', // a report after one tag
      '00ee000b 1780 015c0005c0', // antenna, RSSI, both times, count; PC and CRC
    ).replaceAll(' ', ''),
  )
  expect(hex(LLRP.addAccessSpec)).toBe(
    together(
      '00cf003e 000001a2 0000 01 00 00000000', // AccessSpec 418, every antenna, Gen2, every ROSpec
      '00d00007000000', // no stop
      '00d10022 0152000f 0153000b 60 0020 0000 0000', // any tag
      '0155000f 0001 00000000 80 0000 0006', // six words of the TID bank
      '00ef000500', // reported with the tag
    ).replaceAll(' ', ''),
  )
  expect(hex(LLRP.setReaderConfig)).toBe(
    together(
      '00 00f40020',
      ...['0001', '0003', '0004', '0008'].map((event) => `00f50007${event}80`),
      '00dc0009010000ea60', // a keep-alive a minute
      '00e2000580', // hold events and reports while we are away
    ).replaceAll(' ', ''),
  )
})

test('reports cut by TCP at any byte arrive whole and once', async () => {
  const reader = await open()
  const { log, epcs, until } = follow(reader)
  await until(() => log.includes('reading'))
  for (const piece of [1, 7, 64]) reader.send(report, piece)
  await until(() => epcs.length >= 9)
  expect(new Set(epcs).size).toBe(3)
  expect(epcs).toHaveLength(9)
})

test('a keep-alive is answered with its own number', async () => {
  const answered = signal()
  const reader = await open({
    onHeard: (type) => {
      if (type === LLRP.keepAliveAck) answered.give()
    },
  })
  const { log, until } = follow(reader)
  await until(() => log.includes('reading'))
  reader.send(llrpMessage(LLRP.keepAlive, 8_004))
  await answered.given
  expect(reader.heard.at(-1)).toBe(LLRP.keepAliveAck)
})

test('a lost connection is told, dialled again, and what the reader kept is taken first', async () => {
  const reader = await open({ kept: [report] })
  const { log, epcs, until } = follow(reader)
  await until(() => log.includes('reading'))
  reader.drop()
  await until(() => log.filter((line) => line === 'reading').length === 2)
  expect(log).toContain('lost: connection lost')
  expect(reader.connections()).toBe(2)
  expect(epcs).toHaveLength(6)
})

test('a reader that goes silent is given up after its keep-alives', async () => {
  const reader = await open()
  const { log, until } = follow(reader, { keepAliveMs: 20 })
  await until(() => log.includes('lost: no sign of life'))
  await until(() => reader.connections() >= 2)
})

test('a reader that already has a client is tried again later', async () => {
  const reader = await open({ attempt: 2 })
  const { log, until } = follow(reader)
  await until(() => log.some((line) => line === 'lost: connection refused with status 2'))
  expect(reader.heard).toEqual([])
})

test('a request that is refused names its step and the words of the reader', async () => {
  const reader = await open({ statuses: { [LLRP.addRoSpec]: 101, [LLRP.deleteRoSpec]: 100 } })
  const { log, until } = follow(reader)
  await until(() => log.some((line) => line.startsWith('lost')))
  expect(log.find((line) => line.startsWith('lost'))).toBe(
    'lost: ADD_ROSPEC: status 101 not as you wish',
  )
})

test('bytes that are no LLRP end the connection', async () => {
  const reader = await open()
  const { log, until } = follow(reader)
  await until(() => log.includes('reading'))
  reader.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await until(() => log.some((line) => line.startsWith('lost: expected a length')))
})

test('while nothing is committed no more than the held bytes are taken', async () => {
  const reader = await open()
  const dones: (() => void)[] = []
  const taken = signal()
  let reports = 0
  const { client } = follow(reader, { heldBytes: 4_000 }, (bytes, done) => {
    if (decodeReads('llrp', 'dock', bytes).reads.length === 0) return done()
    reports += 1
    dones.push(done)
    if (reports >= 26) taken.give()
  })
  await expect.poll(() => reader.heard.includes(LLRP.enableRoSpec)).toBe(true)
  const burst = Buffer.concat(Array.from({ length: 5_000 }, () => report))
  reader.send(burst)
  await taken.given
  await expect.poll(() => dones.length > 26).toBe(true)
  const first = dones.length
  expect(first).toBeLessThan(5_000)
  for (const done of dones.splice(0)) done()
  await expect.poll(() => reports > first).toBe(true)
  client.stop()
})

/** A promise that somebody else keeps. */
function signal(): { readonly given: Promise<void>; give(): void } {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}
