import { type DecodeOptions, mappingSchema, type ReaderProfile } from '../../sensors/index.ts'

/** One message of a reader family, and what the least decoder of the same reads would parse. */
export interface Message {
  readonly name: string
  readonly profile: ReaderProfile
  readonly payload: Uint8Array
  readonly reads: number
  readonly options: DecodeOptions
  /** The same bytes as text; for frames the smallest JSON that could carry the same reads. */
  readonly floorText: string
  readonly floorName: string
}

const EPC = '3036451FD40C0E4000000065'
const FRAMES = 20

function text(
  name: string,
  profile: ReaderProfile,
  value: unknown,
  reads: number,
  options: DecodeOptions = {},
): Message {
  const floorText = JSON.stringify(value)
  const floorName = 'JSON.parse of the same bytes'
  return { name, profile, payload: Buffer.from(floorText), reads, options, floorText, floorName }
}

function bytes(name: string, profile: ReaderProfile, payload: Buffer, reads: number): Message {
  const floorText = JSON.stringify(Array(reads).fill({ epc: EPC, antenna: 1, rssi: -52 }))
  const floorName = 'JSON.parse of {epc, antenna, rssi} for each read'
  return { name, profile, payload, reads, options: {}, floorText, floorName }
}

const frames = (profile: ReaderProfile, hex: string, readsEach = 1) =>
  bytes(`${profile} frames`, profile, Buffer.from(hex.repeat(FRAMES), 'hex'), FRAMES * readsEach)

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
const AT_MS = 1_772_442_927_412
const SLED = {
  type: 'CYCLE_COUNT',
  timestamp: `${at}Z`,
  data: {
    tagData: [
      {
        EPCid: EPC,
        TID: 'E2801191200072A1F3B40300',
        PC: '3000',
        CRC: 'E705',
        channel: 866.3,
        eventNum: 501,
        format: 'epc',
        peakRssi: -44,
        phase: 0,
        seenCount: 2,
        firstSeenTime: AT_MS - 900,
        lastSeenTime: AT_MS,
      },
    ],
  },
}
const SMART_READER = {
  readerName: 'exit-01',
  site: '0417',
  tag_reads: [
    {
      epc: EPC,
      firstSeenTimestamp: AT_MS * 1_000,
      antennaPort: 2,
      antennaZone: 'Exit left',
      peakRssi: -56.5,
      txPower: 30,
      frequency: 866.9,
      rfPhase: 1.5,
    },
  ],
}
const ITEM_SENSE = {
  epc: EPC,
  tagId: '',
  jobId: 'b7f6d3a1-52c4-4f0e-8a59-4a1f0c9e7d21',
  fromZone: 'BACKROOM',
  toZone: 'FLOOR',
  fromFacility: 'STORE0417',
  toFacility: 'STORE0417',
  observationTime: '2026-03-02T09:15:27Z',
}
const KEONN = {
  devid: 'AdvanReader-07',
  devip: '10.4.17.21',
  reads: [{ epc: EPC, sku: '', serial: '', rssi: '-62', ts: `${AT_MS}` }],
}
const RADDEC = {
  transmitterId: EPC.toLowerCase(),
  transmitterIdType: 5,
  rssiSignature: [
    {
      receiverId: '84248dee102a',
      receiverIdType: 2,
      receiverAntenna: 3,
      rssi: -54,
      numberOfDecodings: 3,
    },
  ],
  timestamp: AT_MS,
  events: [0],
}
const EDGEX = {
  apiVersion: 'v3',
  event: {
    deviceName: 'SpeedwayR-1A-02-7C',
    sourceName: 'ROAccessReport',
    origin: AT_MS * 1_000_000,
    readings: [
      {
        deviceName: 'SpeedwayR-1A-02-7C',
        resourceName: 'ROAccessReport',
        valueType: 'Object',
        objectValue: {
          TagReportData: [
            {
              EPC96: { EPC: 'MDZFH9QMDkAAAABl' },
              AntennaID: 1,
              PeakRSSI: -48,
              FirstSeenUTC: AT_MS * 1_000,
              LastSeenUTC: AT_MS * 1_000,
              TagSeenCount: 5,
            },
          ],
        },
      },
    ],
  },
}
const INTEL = {
  jsonrpc: '2.0',
  method: 'inventory_data',
  params: {
    sent_on: AT_MS,
    period: 500,
    device_id: 'RSP-150005',
    facility_id: 'SalesFloor',
    data: [
      { epc: EPC, antenna_id: 0, last_read_on: AT_MS, rssi: -547, phase: -26, frequency: 909_250 },
    ],
  },
}
const EPCIS = {
  '@context': ['https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld'],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: `${at}Z`,
  epcisBody: {
    eventList: [
      {
        type: 'ObjectEvent',
        eventTime: `${at}Z`,
        eventTimeZoneOffset: '+00:00',
        epcList: ['urn:epc:id:sgtin:9521141.012345.101'],
        action: 'OBSERVE',
        bizStep: 'receiving',
        readPoint: { id: 'urn:epc:id:sgln:9521141.00417.dock-01' },
      },
    ],
  },
}
const OWN = { reads: [{ epc: EPC, ts: `${at}Z` }] }
const MAPPING = { mapping: mappingSchema.parse({ reads: 'reads', epc: 'epc', at: 'ts' }) }
const LLRP_REPORT =
  '043d0000002900001f4100f0001f8d3036451fd40c0e400000006581000186d08200064c070712b320'
const MERCURY_FRAME =
  'FF2822000010001B01FF0101CC110D3A540000008C00210500000F008030003036451FD40C0E4000000065E705AAC3'
const SPARKPLUG_NDATA =
  '08a886d3eeca33122c0a077461672f657063189486d3eeca33200c7a1833303336343531464434304330453430303030303030363512180a0b7461672f616e74656e6e61189486d3eeca33200750011801'

/** Every profile once; the two that a store's readers send most also as a batch. */
export const messages: readonly Message[] = [
  text('a native read', 'native', [NATIVE], 1),
  text('a Zebra event', 'zebra-iotc', ZEBRA, 1),
  text('a Zebra batch', 'zebra-iotc', Array(100).fill(ZEBRA), 100),
  text('a Zebra sled tag', 'zebra-sled', SLED, 1),
  text('an Impinj event', 'impinj-r700', [IMPINJ], 1),
  text('a SmartReader tag', 'smartreader', SMART_READER, 1),
  text('an ItemSense item', 'itemsense', ITEM_SENSE, 1),
  text('a Keonn read', 'keonn', KEONN, 1),
  text('a raddec', 'raddec', RADDEC, 1),
  text('an EdgeX report', 'edgex', EDGEX, 1),
  text('an Intel RSP report', 'intel-rsp', INTEL, 1),
  text('an EPCIS event', 'epcis', EPCIS, 1),
  text('a mapped read', 'mapping', OWN, 1, MAPPING),
  bytes('a Sparkplug NDATA', 'sparkplug', Buffer.from(SPARKPLUG_NDATA, 'hex'), 1),
  frames('llrp', LLRP_REPORT),
  frames('thingmagic', MERCURY_FRAME),
  frames('uhfreader288', '1500010101010c3036451fd40c0e400000006540c363'),
  frames('uhfreader18', '20000101020c3036451fd40c0e40000000650c3036451fd40c0e4000000066dfdc', 2),
  frames('r2000', 'a01301891930003036451fd40c0e40000000654dd0'),
  bytes('barcode lines', 'barcode', Buffer.from(']E09521141123454\r\n'.repeat(FRAMES)), FRAMES),
]
