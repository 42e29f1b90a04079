import type { MeasureRule } from './barcode/variable-measure.ts'
import { decodeBarcodeLines } from './readers/barcode.ts'
import { decodeEdgeX } from './readers/edgex.ts'
import { decodeEpcis } from './readers/epcis.ts'
import { decodeImpinjR700 } from './readers/impinj-r700.ts'
import { decodeIntelRsp } from './readers/intel-rsp.ts'
import { decodeItemSense } from './readers/itemsense.ts'
import { decodeKeonn } from './readers/keonn.ts'
import { decodeLlrp } from './readers/llrp-capture.ts'
import { decodeByMapping, type Mapping } from './readers/mapping.ts'
import { decodeNative } from './readers/native.ts'
import { decodeR2000 } from './readers/r2000.ts'
import { decodeRaddec } from './readers/raddec.ts'
import { decodeSmartReader } from './readers/smartreader.ts'
import { decodeSparkplug } from './readers/sparkplug.ts'
import { decodeThingMagic } from './readers/thingmagic.ts'
import { decodeUhfReader18, decodeUhfReader288 } from './readers/uhfreader.ts'
import { decodeZebraIotc } from './readers/zebra-iotc.ts'
import { decodeZebraSled } from './readers/zebra-sled.ts'
import type { Decoded } from './tag-read.ts'

/** What the configuration adds to a profile: only some need any of it. */
export interface DecodeOptions {
  readonly mapping?: Mapping
  readonly measureRules?: readonly MeasureRule[]
}

type Decoder = (device: string, payload: Uint8Array, options: DecodeOptions) => Decoded

/** How each reader family speaks; the configuration names one per device. */
const DECODERS = {
  native: (device, payload, { measureRules }) => decodeNative(device, payload, measureRules),
  'zebra-iotc': decodeZebraIotc,
  'zebra-sled': decodeZebraSled,
  'impinj-r700': decodeImpinjR700,
  smartreader: decodeSmartReader,
  itemsense: decodeItemSense,
  keonn: (device, payload, { mapping }) => decodeKeonn(device, payload, mapping),
  raddec: decodeRaddec,
  edgex: decodeEdgeX,
  'intel-rsp': decodeIntelRsp,
  epcis: decodeEpcis,
  sparkplug: decodeSparkplug,
  llrp: decodeLlrp,
  thingmagic: decodeThingMagic,
  uhfreader288: decodeUhfReader288,
  uhfreader18: decodeUhfReader18,
  r2000: decodeR2000,
  barcode: (device, payload, { measureRules }) => decodeBarcodeLines(device, payload, measureRules),
  mapping: (device, payload, { mapping }) =>
    mapping ? decodeByMapping(mapping, device, payload) : NO_MAPPING,
} as const satisfies Record<string, Decoder>

const NO_MAPPING: Decoded = {
  reads: [],
  events: [],
  refused: [
    {
      offset: 0,
      code: 'no-mapping',
      message: 'expected a mapping in the configuration of the device',
    },
  ],
}

export type ReaderProfile = keyof typeof DECODERS

export const READER_PROFILES = Object.keys(DECODERS) as readonly ReaderProfile[]

/** One message to common reads; the good part is used, the bad part refused with its offset. */
export function decodeReads(
  profile: ReaderProfile,
  device: string,
  payload: Uint8Array,
  options: DecodeOptions = {},
): Decoded {
  return DECODERS[profile](device, payload, options)
}
