import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bytesOfHex,
  type Decoded,
  decodeReads,
  mappingSchema,
  READER_PROFILES,
  type ReaderProfile,
} from '../../sensors/index.ts'
import { sample, samples } from './fixture-profiles.ts'

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'golden.json'), 'utf8'),
) as Record<string, Decoded>
const mapping = mappingSchema.parse({ reads: 'reads', epc: 'epc', at: 'ts' })
const decode = (profile: ReaderProfile, bytes: Uint8Array) =>
  decodeReads(profile, 'reader-1', bytes, profile === 'mapping' ? { mapping } : {})
const bytesOf = (text: string) => new TextEncoder().encode(text)
const hexBytes = (text: string) => bytesOfHex(text) ?? new Uint8Array()
const epcs = ({ reads }: Decoded) => reads.map(({ epc }) => epc)
const codes = ({ refused }: Decoded) => refused.map(({ code }) => code)
const together = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))

/** What must hold for whatever bytes: the lists are well formed and their size is bounded. */
function expectSound(decoded: Decoded, bytes: Uint8Array): void {
  for (const read of decoded.reads) {
    expect(read.epc).toMatch(/^([0-9A-F]{2}){1,64}$/)
    expect(Number.isInteger(read.antenna) && read.antenna >= 0).toBe(true)
    expect(read.atMs === null || Number.isFinite(read.atMs)).toBe(true)
    expect(read.rssiCdbm === null || Number.isInteger(read.rssiCdbm)).toBe(true)
    expect(read.count).toBeGreaterThanOrEqual(1)
  }
  for (const { offset, code, message } of decoded.refused) {
    expect(offset).toBeGreaterThanOrEqual(0)
    expect(offset).toBeLessThanOrEqual(bytes.length)
    expect(code).toMatch(/^[a-z-]+$/)
    expect(message).toMatch(/expected/)
    expect(message.length).toBeLessThanOrEqual(260)
  }
}

test('every sample of every family decodes to its golden common read', () => {
  for (const { name, profile, bytes } of samples)
    expect({ name, ...decode(profile, bytes) }).toEqual({ name, ...golden[name] })
  expect(Object.keys(golden)).toHaveLength(samples.length)
})

test('every family of the list has a sample', () => {
  const covered = new Set(samples.map(({ profile }) => profile))
  expect(READER_PROFILES.filter((profile) => !covered.has(profile))).toEqual(['mapping'])
})

test('a sample cut at any byte is used as far as it goes, and never more', () => {
  for (const { name, profile, bytes } of samples) {
    const whole = epcs(decode(profile, bytes))
    for (let length = 0; length < bytes.length; length++) {
      const cut = decode(profile, bytes.subarray(0, length))
      const wrong = epcs(cut).filter((epc, index) => !whole[index]?.startsWith(epc))
      expect(wrong, `${name} at ${length}`).toEqual([])
      if (cut.refused.length > 0) expectSound(cut, bytes.subarray(0, length))
    }
  }
}, 60_000)

describe.each(READER_PROFILES)('%s', (profile) => {
  test('takes any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        expectSound(decode(profile, bytes), bytes),
      ),
      { numRuns: 150 },
    )
  })

  test('takes any JSON without throwing', () => {
    fc.assert(
      fc.property(fc.json(), (text) => expectSound(decode(profile, bytesOf(text)), bytesOf(text))),
      { numRuns: 100 },
    )
  })

  test('takes its own samples with bytes changed, inserted and lost', () => {
    const own = samples.filter((one) => one.profile === profile)
    for (const { bytes } of own)
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(bytes.length), fc.nat(2), fc.nat(255)), { maxLength: 4 }),
          (changes) => {
            const list = [...bytes]
            for (const [at, kind, byte] of changes)
              list.splice(at, kind === 1 ? 0 : 1, ...(kind === 2 ? [] : [byte]))
            const changed = Uint8Array.from(list)
            expectSound(decode(profile, changed), changed)
          },
        ),
        { numRuns: 60 },
      )
  })
})

test('a quarter megabyte of the worst bytes is answered with few words', () => {
  const size = 262_144
  const worst = [
    '[',
    '{',
    '{"a":',
    '[1,',
    '"',
    'x',
    '{}',
    ']',
    '1 ',
    '\u00e4{',
    '{"type":"SIMPLE","data":{}}',
  ].map((text) => bytesOf(text.repeat(Math.ceil(size / text.length))).subarray(0, size))
  for (const byte of [0x00, 0xff, 0xa0, 0xcf, 0x80, 0x0a, 0x15])
    worst.push(new Uint8Array(size).fill(byte))
  const mercury = new Uint8Array(size)
  for (let at = 0; at < size; at++) mercury[at] = at % 2 === 0 ? 0xff : 0xf0
  for (const bytes of [...worst, mercury])
    for (const profile of [
      'zebra-iotc',
      'native',
      'mapping',
      'llrp',
      'sparkplug',
      'thingmagic',
      'uhfreader288',
      'r2000',
      'barcode',
    ] as const) {
      const decoded = decode(profile, bytes)
      expect(decoded.refused.length).toBeLessThanOrEqual(10_100)
      expect(decoded.reads).toEqual([])
    }
}, 60_000)

describe('JSON as it really arrives', () => {
  const event = (serial: string) =>
    `{"type":"SIMPLE","timestamp":"2026-03-02T09:15:27.412+0000","data":{"idHex":"3036451fd40c0e40000000${serial}"}}`

  test('objects back to back with no separator are one read each', () => {
    const decoded = decode('zebra-iotc', bytesOf(`${event('65')}${event('66')}\r\n${event('67')}`))
    expect(epcs(decoded).map((epc) => epc.slice(-2))).toEqual(['65', '66', '67'])
  })

  test('a batch cut off in its last event keeps the events before', () => {
    const text = `[${event('65')},${event('66')},${event('67').slice(0, 40)}`
    const decoded = decode('zebra-iotc', bytesOf(text))
    expect(epcs(decoded)).toHaveLength(2)
    expect(decoded.refused).toMatchObject([{ offset: text.length - 40, code: 'not-json' }])
  })

  test('a bad event in a good batch is refused where it stands', () => {
    const bad = '{"type":"SIMPLE","data":{"idHex":"xyz"}}'
    const decoded = decode('zebra-iotc', bytesOf(`[${event('65')}, ${bad},${event('66')}]`))
    expect(epcs(decoded)).toHaveLength(2)
    expect(decoded.refused).toMatchObject([{ offset: 3 + event('65').length, code: 'no-epc' }])
  })

  test('an offset counts bytes, not letters', () => {
    const text = `{"type":"error","data":{"message":"Größe"}} {"type":"?"}`
    expect(decode('zebra-iotc', bytesOf(text)).refused[0]?.offset).toBe(bytesOf(text).length - 12)
  })
})

describe('Zebra', () => {
  const heartbeat = (data: unknown) =>
    decode(
      'zebra-iotc',
      bytesOf(
        JSON.stringify({ type: 'heartbeat', timestamp: '2026-03-02T09:15:27.412+0000', data }),
      ),
    )

  test('a heartbeat with dropped messages says that reads are lost, wherever the counter stands', () => {
    const now = heartbeat({
      reader_gateway: { dataPathStatistics: [{ numDataMessagesDropped: 7 }] },
    })
    const before = heartbeat({ reader_gateway: { numDataMessagesDropped: 7 } })
    for (const decoded of [now, before])
      expect(decoded.events).toContainEqual(
        expect.objectContaining({ kind: 'reads-lost', amount: 7 }),
      )
  })

  test('retained messages announce a replay, and an unreachable time server a bad clock', () => {
    const { events } = heartbeat({
      reader_gateway: { dataPathStatistics: [{ numDataMessagesRetained: 150_000 }] },
      system: { ntp: { offset: 3, reach: 0 } },
    })
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'reads-retained', amount: 150_000 }),
    )
    expect(events).toContainEqual(expect.objectContaining({ kind: 'clock' }))
  })

  test('a tag that timed out at an ATR7000 is told as gone and is no read', () => {
    const text =
      '{"type":"DIRECTIONALITY","timestamp":"2026-03-02T09:15:27.412+0000","data":{"tagId":"3036451fd40c0e4000000065","state":"TIMED_OUT","zone":2}}'
    const decoded = decode('zebra-iotc', bytesOf(text))
    expect(decoded.reads).toEqual([])
    expect(decoded.events).toMatchObject([{ kind: 'presence', present: false, to: '2' }])
  })

  test('an access error in the place of a TID is left out, the read stays', () => {
    const text =
      '{"type":"CUSTOM","data":{"idHex":"3036451fd40c0e4000000065","TID":"Error: tag returned error code 0x03"}}'
    expect(decode('zebra-iotc', bytesOf(text)).reads[0]).not.toHaveProperty('tid')
  })

  test('a CRC that does not fit PC and EPC marks the read', () => {
    const text =
      '{"type":"CUSTOM","data":{"idHex":"3036451fd40c0e4000000065","PC":"3000","CRC":"E706"}}'
    expect(decode('zebra-iotc', bytesOf(text)).reads[0]?.crcHolds).toBe(false)
  })
})

describe('Impinj', () => {
  test('an overflow says how many reads are lost', () => {
    const text = '{"timestamp":"2026-03-02T09:15:27Z","overflowEvent":{"eventsPurged":412}}'
    expect(decode('impinj-r700', bytesOf(text)).events).toMatchObject([
      { kind: 'reads-lost', amount: 412 },
    ])
  })

  test('the line ends that keep an HTTP stream alive are a sign of life, no status', () => {
    expect(decode('impinj-r700', bytesOf('\r\n')).events).toMatchObject([{ kind: 'heartbeat' }])
    expect(decode('impinj-r700', bytesOf('')).events).toMatchObject([
      { kind: 'status', detail: 'disconnected' },
    ])
  })

  test('an empty webhook array is nothing, and nothing is wrong with it', () => {
    expect(decode('impinj-r700', bytesOf('[]'))).toEqual({ reads: [], events: [], refused: [] })
  })
})

describe('serial frames', () => {
  const one = sample('chafon-uhfreader288-one.hex').bytes
  const tag = sample('thingmagic-tag-frame.hex').bytes
  const r2000 = sample('r2000-a0-realtime-inventory.hex').bytes

  test.each([
    ['uhfreader288', one],
    ['thingmagic', tag],
    ['r2000', r2000],
  ] as const)(
    '%s finds its frames again after noise, a lost byte and a broken frame',
    (profile, frame) => {
      const broken = Uint8Array.from(frame, (byte, at) => (at === 10 ? byte ^ 4 : byte))
      const stream = together(hexBytes('ff00a0cf'), frame, broken, frame.subarray(1), frame)
      const decoded = decode(profile, stream)
      expect(decoded.reads).toHaveLength(2)
      expect(decoded.refused.length).toBeGreaterThanOrEqual(2)
      expect(decoded.refused[0]?.offset).toBe(0)
    },
  )

  test('a start mark inside the data of a Mercury frame does not break it', () => {
    const frame = hexBytes(
      'FF2822000010001B01FF0101CC110D3A540000008C00210500000F008030003036451FD40C0E40FF000065',
    )
    const epc = hexBytes('30003036451FD40C0E40FF000065')
    const withTagCrc = together(frame, words(gen2(epc)))
    const whole = together(withTagCrc, words(mercury(withTagCrc.subarray(1))))
    expect(epcs(decode('thingmagic', together(whole, whole)))).toEqual(
      Array(2).fill('3036451FD40C0E40FF000065'),
    )
  })

  test('a Mercury tag whose own CRC fails is refused although its frame is whole', () => {
    const body = Uint8Array.from(tag.subarray(0, -2), (byte, at) => (at === 40 ? byte ^ 1 : byte))
    const decoded = decode('thingmagic', together(body, words(mercury(body.subarray(1)))))
    expect(decoded.reads).toEqual([])
    expect(codes(decoded)).toEqual(['bad-tag'])
  })

  test('a FastID block of a UHFReader288 is EPC and TID', () => {
    const block = '983036451FD40C0E4000000065E2801191200072A1F3B4031240'
    const body = hexBytes(`2100010101 01${block}`.replace(' ', ''))
    const frame = together(body, chafon(body))
    frame[0] = frame.length - 1
    const fixed = together(frame.subarray(0, -2), chafon(frame.subarray(0, -2)))
    expect(decode('uhfreader288', fixed).reads).toMatchObject([
      {
        epc: '3036451FD40C0E4000000065',
        tid: 'E2801191200072A1F3B40312',
        rssiRaw: 0x40,
        antenna: 1,
      },
    ])
  })

  test('an R2000 board without antenna or tag says so', () => {
    const answer = (code: number) => {
      const body = [0xa0, 0x04, 0x01, 0x89, code]
      return Uint8Array.from([...body, (256 - (body.reduce((a, b) => a + b, 0) & 0xff)) & 0xff])
    }
    expect(decode('r2000', answer(0x22)).events).toMatchObject([
      { kind: 'antenna', connected: false },
    ])
    expect(decode('r2000', answer(0x36)).events).toMatchObject([{ kind: 'heartbeat' }])
  })
})

describe('LLRP', () => {
  const [one, multi, alive] = [
    'llrp-roaccessreport-one.hex',
    'llrp-roaccessreport-multi.hex',
    'llrp-keepalive.hex',
  ].map((name) => sample(name).bytes) as [Uint8Array, Uint8Array, Uint8Array]

  test('messages one after the other are taken in order, the unfinished one is told', () => {
    const decoded = decode('llrp', together(one, alive, multi, one.subarray(0, 20)))
    expect(decoded.reads).toHaveLength(4)
    expect(decoded.refused).toMatchObject([
      { offset: one.length + alive.length + multi.length, code: 'cut-short' },
    ])
  })

  test('what did not change since the tag before is carried on inside one report only', () => {
    const [, second] = decode('llrp', multi).reads
    expect(second).toMatchObject({ antenna: 1, rssiCdbm: -4_800 })
    const [, alone] = decode(
      'llrp',
      together(multi, sample('llrp-roaccessreport-one.hex').bytes),
    ).reads.slice(2)
    expect(alone?.rssiCdbm).toBe(-4_800)
  })

  test('after a message of a wrong length the next whole one is taken up again', () => {
    const wrong = (length: string) =>
      together(hexBytes(`043d${length}00001f41`), one.subarray(10), multi, alive)
    for (const length of ['00000008', '7fffffff']) {
      const decoded = decode('llrp', wrong(length))
      expect(codes(decoded)).toEqual(['no-message'])
      expect(decoded.refused).toMatchObject([{ offset: 0 }])
      expect(decoded.reads).toEqual(decode('llrp', multi).reads)
      expect(decoded.events).toMatchObject([{ kind: 'heartbeat' }])
    }
    // Cut in a way that its length swallows what follows: told where it began, the rest used.
    const cut = decode('llrp', together(hexBytes('043d0000ffff00001f41'), multi))
    expect(cut.refused).toMatchObject([{ offset: 0, code: 'cut-short' }])
    expect(cut.reads).toEqual(decode('llrp', multi).reads)
  })

  test('a reader event of another version or an absurd length is no message', () => {
    expect(codes(decode('llrp', hexBytes('043dffffffff00001f41')))).toEqual(['no-message'])
    expect(codes(decode('llrp', hexBytes('003d0000000a00001f41')))).toEqual(['no-message'])
  })
})

describe('Sparkplug', () => {
  test('an alias without its name is refused, the metrics beside it stay', () => {
    const nameless = hexBytes('12041005500b')
    const decoded = decode('sparkplug', together(sample('sparkplugb-ndata.hex').bytes, nameless))
    expect(decoded.reads).toHaveLength(1)
    expect(codes(decoded)).toEqual(['unknown-alias'])
  })
})

describe('EPCIS', () => {
  test('an event declared an error is told and makes no read', () => {
    const event = {
      type: 'ObjectEvent',
      eventTime: '2026-03-02T09:15:27Z',
      action: 'OBSERVE',
      epcList: ['urn:epc:id:sgtin:9521141.012345.101'],
      errorDeclaration: { declarationTime: '2026-03-02T10:00:00Z', reason: 'did_not_occur' },
    }
    const decoded = decode('epcis', bytesOf(JSON.stringify(event)))
    expect(decoded.reads).toEqual([])
    expect(decoded.events).toHaveLength(1)
  })

  test.each([
    'urn:epcglobal:cbv:bizstep:retail_selling',
    'https://ref.gs1.org/cbv/BizStep-retail_selling',
    'retail_selling',
  ])('the word in %s is retail_selling', (bizStep) => {
    const event = {
      type: 'ObjectEvent',
      eventTime: '2026-03-02T09:15:27Z',
      action: 'OBSERVE',
      bizStep,
    }
    expect(decode('epcis', bytesOf(JSON.stringify(event))).events[0]?.step?.bizStep).toBe(
      'retail_selling',
    )
  })
})

describe('a mapping of the configuration', () => {
  test('reads nested fields, epoch seconds, tenths of dBm and a URI', () => {
    const own = mappingSchema.parse({
      reads: 'body.tags',
      epc: 'id',
      epcAs: 'uri',
      at: 'seen.0',
      atAs: 's',
      antenna: 'port',
      antennaFrom: 0,
      rssi: 'level',
      rssiAs: 'tenths',
      count: 'n',
      place: '$.gate',
    })
    const text = JSON.stringify({
      gate: 'Dock 1',
      body: {
        tags: [
          {
            id: 'urn:epc:id:sgtin:9521141.012345.101',
            seen: ['1772442927.5'],
            port: '1',
            level: -547,
            n: '4',
          },
        ],
      },
    })
    expect(
      decodeReads('mapping', 'home-made', bytesOf(text), { mapping: own }).reads,
    ).toMatchObject([
      {
        epc: '3016451FD40C0E4000000065',
        atMs: 1_772_442_927_500,
        antenna: 2,
        rssiCdbm: -5_470,
        count: 4,
        place: 'Dock 1',
      },
    ])
  })

  test('reads columns of lines, and refuses the line that has no EPC', () => {
    const own = mappingSchema.parse({
      format: 'lines',
      separator: ';',
      epc: '1',
      at: '0',
      rssi: '2',
      rssiAs: 'raw',
    })
    const text = '2026-03-02T09:15:27Z;3036451FD40C0E4000000065;77\nheader;epc;level\n'
    const decoded = decodeReads('mapping', 'home-made', bytesOf(text), { mapping: own })
    expect(decoded.reads).toMatchObject([{ rssiRaw: 77, rssiCdbm: null, atMs: 1_772_442_927_000 }])
    expect(decoded.refused).toMatchObject([{ offset: 49, code: 'no-epc' }])
  })

  test('a device of this profile without a mapping is told what is missing', () => {
    expect(codes(decodeReads('mapping', 'home-made', bytesOf('{}')))).toEqual(['no-mapping'])
  })

  test('a path never reaches into inherited properties', () => {
    const own = mappingSchema.parse({ epc: 'constructor.name' })
    expect(codes(decodeReads('mapping', 'home-made', bytesOf('{}'), { mapping: own }))).toEqual([
      'no-epc',
    ])
  })
})

/** The checksums once more, written the long way. */
function gen2(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const top = (crc >> 15) ^ ((byte >> bit) & 1)
      crc = ((crc << 1) & 0xffff) ^ (top ? 0x1021 : 0)
    }
  return crc ^ 0xffff
}

function mercury(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes)
    for (let bit = 7; bit >= 0; bit--) {
      const top = crc >> 15
      crc = ((crc << 1) & 0xffff) | ((byte >> bit) & 1)
      if (top) crc ^= 0x1021
    }
  return crc
}

function chafon(bytes: Uint8Array): Uint8Array {
  let crc = 0xffff
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc ^ (byte >> bit)) & 1 ? 0x8408 : 0)
  return Uint8Array.from([crc & 0xff, crc >> 8])
}

const words = (value: number) => Uint8Array.from([value >> 8, value & 0xff])
