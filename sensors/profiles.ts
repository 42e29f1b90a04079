import { decodeImpinjR700 } from './impinj-r700.ts'
import type { Decoded } from './tag-read.ts'
import { decodeZebraIotc } from './zebra-iotc.ts'

/** How each reader family speaks; the configuration names one per device. */
const DECODERS = {
  'zebra-iotc': decodeZebraIotc,
  'impinj-r700': decodeImpinjR700,
} as const

export type ReaderProfile = keyof typeof DECODERS

/** One message to common reads; the good part is used, the bad part refused with its offset. */
export function decodeReads(profile: ReaderProfile, device: string, payload: Uint8Array): Decoded {
  return DECODERS[profile](device, payload)
}
