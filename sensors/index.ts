/** The door of the sensors: what was seen, from bytes to observations. Pure, all of it. */

export { readScan, SCAN_CHARS_MAX, type Scan } from './barcode/scan.ts'
export { type MeasureRule, measureRuleSchema } from './barcode/variable-measure.ts'
export {
  type BeamSettings,
  type BeamState,
  beamDefaults,
  stepBeams,
} from './beams.ts'
export {
  type BlindEvent,
  type BlindState,
  blindDefaults,
  blindUntilMs,
  blindWithinMs,
  stepBlindness,
} from './blindness.ts'
export {
  type CandidateEvent,
  type CandidateState,
  candidateDefaults,
  stepCandidate,
} from './candidate.ts'
export {
  type ClockMessage,
  type ClockStep,
  type DeviceClock,
  isClockBad,
  stepDeviceClock,
} from './device-clock.ts'
export { gtinOfClass } from './epc/class-uri.ts'
export { type EncodedEpc, encodeEpc, encodeSgtin96, type Sgtin96 } from './epc/encode.ts'
export { decodeEpc } from './epc/epc.ts'
export type { Epc } from './epc/result.ts'
export { type EventSequence, stepSequence } from './event-sequence.ts'
export { checkDigit, type GtinRefusal, normaliseGtin } from './gtin.ts'
export { dockProfile, garmentProfile, type MobilityProfile } from './mobility.ts'
export type * from './observation.ts'
export {
  type Packing,
  packingDefaults,
  type Received,
  receivedEpcs,
  receivedWith,
  unpack,
} from './packing.ts'
export {
  type PlaceEvent,
  type PlaceSettings,
  type PlaceState,
  placeDefaults,
  placeDueAtMs,
  stepPlace,
} from './place.ts'
export {
  type PortalEvent,
  type PortalStep,
  portalDueAtMs,
  stepPortal,
} from './portal.ts'
export { openHandOvers } from './portal-closing.ts'
export { glanceDueAtMs, glancePortal } from './portal-glance.ts'
export { type HandOver, MARKS } from './portal-marks.ts'
export {
  type RivalSettings,
  type RivalState,
  rivalDefaults,
  rivalsDueAtMs,
  stepRivals,
} from './portal-rivals.ts'
export { type PortalSettings, type PortalTag, portalDefaults } from './portal-settings.ts'
export type { PortalState } from './portal-state.ts'
export type { Crossing } from './portal-verdict.ts'
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
export {
  type DecodeOptions,
  decodeReads,
  READER_PROFILES,
  type ReaderProfile,
} from './profiles.ts'
export {
  hardwareChange,
  type PortalSense,
  type ReadPointMap,
  readPointAt,
  stepPortalSense,
  withReadPoint,
} from './read-points.ts'
export { messageAt as llrpMessageAt } from './readers/llrp-bytes.ts'
export { type Mapping, mappingSchema } from './readers/mapping.ts'
export { bytesOfHex } from './readers/parts.ts'
export {
  cutSerial,
  isSerialFrame,
  isSerialProfile,
  type SerialCut,
  type SerialProfile,
} from './readers/serial-line.ts'
export { type StrayLevel, stepStrayLevel, strayLevelOf } from './stray-level.ts'
export {
  type IdentityEvent,
  type IdentityNote,
  type IdentityState,
  identityDefaults,
  stepIdentity,
} from './tag-identity.ts'
export type * from './tag-read.ts'
