/** The door of the sensors: what was seen, from bytes to observations. Pure, all of it. */
export {
  type ClockMessage,
  type ClockStep,
  type DeviceClock,
  isClockBad,
  stepDeviceClock,
} from './device-clock.ts'
export { decodeEpc, type Epc, encodeSgtin96, type Sgtin96 } from './epc.ts'
export { checkDigit, type GtinRefusal, normaliseGtin } from './gtin.ts'
export type * from './observation.ts'
export {
  type PortalEvent,
  type PortalState,
  type PortalStep,
  portalDueAtMs,
  stepPortal,
} from './portal.ts'
export { type PortalSettings, type PortalTag, portalDefaults } from './portal-settings.ts'
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
export { decodeReads, type ReaderProfile } from './profiles.ts'
export type * from './tag-read.ts'
