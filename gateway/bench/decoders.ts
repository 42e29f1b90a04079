import { decodeReads, type ReaderProfile } from '../../sensors/index.ts'
import { interleave, type Ratio } from './ratio.ts'

/** One bench: reads per second of a profile beside JSON.parse of the same content. */
export interface DecoderBench {
  readonly profile: ReaderProfile
  readonly payload: Uint8Array
  readonly reads: number
  /** The same reads as the smallest JSON that could carry them, where the payload is binary. */
  readonly floorText: string
}

const EPC = '3036451FD40C0E4000000065'
const MESSAGES = 2_000

/** Decoded reads per second beside JSON.parse of the same bytes (for frames: of the like JSON). */
export async function benchDecoder(bench: DecoderBench, rounds: number): Promise<Ratio> {
  const { profile, payload, reads, floorText } = bench
  const ours = () => rate(reads, () => decodeReads(profile, 'bench', payload).reads.length)
  const floor = () => rate(reads, () => countOf(JSON.parse(floorText)))
  ours()
  floor()
  const measured = await interleave(rounds, ours, floor)
  return {
    name: `decode ${profile} (${payload.length} bytes, ${reads} reads a message)`,
    floorName: isText(payload)
      ? 'JSON.parse of the same bytes'
      : 'JSON.parse of {epc, antenna, rssi} per read',
    hold: '>= 0.1',
    unit: 'reads/s',
    better: 'more',
    limit: 0.1,
    ...measured,
  }
}

function rate(reads: number, decode: () => number): number {
  const startedAt = performance.now()
  let seen = 0
  for (let round = 0; round < MESSAGES; round++) seen += decode()
  const seconds = (performance.now() - startedAt) / 1_000
  if (seen !== MESSAGES * reads) throw new Error(`expected ${MESSAGES * reads} reads, got ${seen}`)
  return seen / seconds
}

const countOf = (value: unknown) => (Array.isArray(value) ? value.length : 1)
const isText = (payload: Uint8Array) => payload[0] === 0x7b || payload[0] === 0x5b

const text = (profile: ReaderProfile, value: unknown, reads: number): DecoderBench => {
  const floorText = JSON.stringify(value)
  return { profile, payload: Buffer.from(floorText), reads, floorText }
}

const binary = (
  profile: ReaderProfile,
  hex: string,
  copies: number,
  each: number,
): DecoderBench => {
  const reads = copies * each
  const floorText = JSON.stringify(Array(reads).fill({ epc: EPC, antenna: 1, rssi: -52 }))
  return { profile, payload: Buffer.from(hex.repeat(copies), 'hex'), reads, floorText }
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

/** What a store is likely to send most: single events, a batch, and frames of two serial families. */
export const decoderBenches: readonly DecoderBench[] = [
  text('zebra-iotc', ZEBRA, 1),
  text('zebra-iotc', Array(100).fill(ZEBRA), 100),
  text('impinj-r700', [IMPINJ], 1),
  text('native', [NATIVE], 1),
  binary('llrp', LLRP_REPORT, 20, 1),
  binary('thingmagic', MERCURY_FRAME, 20, 1),
  binary('uhfreader288', '1500010101010c3036451fd40c0e400000006540c363', 20, 1),
  binary('r2000', 'a01301891930003036451fd40c0e40000000654dd0', 20, 1),
]
