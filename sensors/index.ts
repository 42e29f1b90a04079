/** The door of the sensors: what was seen, from bytes to observations. Pure, all of it. */

export { readScan, type Scan } from './barcode/scan.ts'
export { type MeasureRule, measureRuleSchema } from './barcode/variable-measure.ts'
export { type ClockStep, type DeviceClock, stepDeviceClock } from './device-clock.ts'
export {
  type EncodedEpc,
  encodeEpc,
  encodeSgtin96,
  type Sgtin96,
} from './epc/encode.ts'
export { decodeEpc } from './epc/epc.ts'
export type { Epc, EpcRefusal } from './epc/result.ts'
export { checkDigit, type GtinRefusal, normaliseGtin } from './gtin.ts'
export type * from './observation.ts'
export {
  type PortalEvent,
  type PortalSettings,
  type PortalState,
  type PortalStep,
  type PortalTag,
  portalDefaults,
  portalDueAtMs,
  stepPortal,
} from './portal.ts'
export {
  type PresenceEvent,
  type PresenceSettings,
  type PresenceState,
  type PresenceStep,
  type PresentTag,
  presenceDefaults,
  presenceDueAtMs,
  stepPresence,
} from './presence.ts'
export { type DecodeOptions, decodeReads, READER_PROFILES, type ReaderProfile } from './profiles.ts'
export { messageAt as llrpMessageAt } from './readers/llrp-bytes.ts'
export { type Mapping, mappingSchema } from './readers/mapping.ts'
export { bytesOfHex } from './readers/parts.ts'
export type * from './tag-read.ts'
