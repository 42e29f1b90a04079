import { decodeReads, type ReaderProfile } from '../../sensors/index.ts'
import { type Figure, interleave, type Progress, ratioOf } from './ratio.ts'

/** Reads per second of each reader family beside JSON.parse, which is the least a decoder does. */
export async function benchDecoders(rounds: number, progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const message of messages) {
    progress(message.name)
    figures.push(await benchMessage(message, rounds))
  }
  return figures
}

interface Message {
  readonly name: string
  readonly profile: ReaderProfile
  readonly payload: Uint8Array
  readonly reads: number
  /** The same bytes as text; for frames the smallest JSON that could carry the same reads. */
  readonly floorText: string
  readonly floorName: string
}

const EPC = '3036451FD40C0E4000000065'
const MESSAGES = 2_000

async function benchMessage(message: Message, rounds: number): Promise<Figure> {
  const { name, profile, payload, reads, floorText, floorName } = message
  const ours = () => rate(reads, () => decodeReads(profile, 'bench', payload).reads.length)
  const floor = () => rate(reads, () => countOf(JSON.parse(floorText)))
  ours()
  floor()
  return ratioOf(await interleave(rounds, ours, floor), {
    name: `decode ${name}`,
    method: [
      `${payload.length} bytes with ${reads} reads, ${MESSAGES} times`,
      `floor: ${floorName}`,
    ],
    unit: 'reads/s',
    hold: WORST,
  })
}

/** No decoder may cost more than twenty times its parse: then it would do something twice. */
const WORST = { better: 'more', limit: 0.05 } as const

function rate(reads: number, decode: () => number): number {
  const startedAt = performance.now()
  let seen = 0
  for (let round = 0; round < MESSAGES; round++) seen += decode()
  const seconds = (performance.now() - startedAt) / 1_000
  if (seen !== MESSAGES * reads) throw new Error(`expected ${MESSAGES * reads} reads, got ${seen}`)
  return seen / seconds
}

const countOf = (value: unknown) => (Array.isArray(value) ? value.length : 1)

function text(name: string, profile: ReaderProfile, value: unknown, reads: number): Message {
  const floorText = JSON.stringify(value)
  const floorName = 'JSON.parse of the same bytes'
  return { name, profile, payload: Buffer.from(floorText), reads, floorText, floorName }
}

const COPIES = 20

function frames(profile: ReaderProfile, hex: string): Message {
  const floorText = JSON.stringify(Array(COPIES).fill({ epc: EPC, antenna: 1, rssi: -52 }))
  const payload = Buffer.from(hex.repeat(COPIES), 'hex')
  const floorName = 'JSON.parse of {epc, antenna, rssi} for each read'
  return { name: `${profile} frames`, profile, payload, reads: COPIES, floorText, floorName }
}

const at = '2026-03-02T09:15:27.412'
const ZEBRA = {
  type: 'PORTAL',
  timestamp: `${at}+0000`,
  data: {
    antenna: 2,
    eventNum: 48_216,
    format: 'epc',
    idHex: EPC.toLowerCase(),
    peakRssi: -48,
    reads: 1,
  },
}
const IMPINJ = {
  timestamp: `${at}277184Z`,
  eventType: 'tagInventory',
  tagInventoryEvent: {
    epc: 'MDZFH9QMDkAAAABl',
    tid: '4oARkSAAcqHztAMS',
    antennaPort: 2,
    transmitPowerCdbm: 3_000,
    peakRssiCdbm: -5_625,
    frequency: 866_900,
  },
}
const NATIVE = { epc: EPC, at: `${at}Z`, antenna: 2, rssiDbm: -56.25, count: 1 }
const LLRP_REPORT =
  '043d0000002900001f4100f0001f8d3036451fd40c0e400000006581000186d08200064c070712b320'
const MERCURY_FRAME =
  'FF2822000010001B01FF0101CC110D3A540000008C00210500000F008030003036451FD40C0E4000000065E705AAC3'

/** What a store is likely to send most: single events, a batch, and frames. */
const messages: readonly Message[] = [
  text('a Zebra event', 'zebra-iotc', ZEBRA, 1),
  text('a Zebra batch', 'zebra-iotc', Array(100).fill(ZEBRA), 100),
  text('an Impinj event', 'impinj-r700', [IMPINJ], 1),
  text('a native read', 'native', [NATIVE], 1),
  frames('llrp', LLRP_REPORT),
  frames('thingmagic', MERCURY_FRAME),
  frames('uhfreader288', '1500010101010c3036451fd40c0e400000006540c363'),
  frames('r2000', 'a01301891930003036451fd40c0e40000000654dd0'),
]
