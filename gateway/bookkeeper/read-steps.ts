import {
  type DeviceClock,
  decodeEpc,
  decodeReads,
  type Epc,
  type PortalState,
  type PresenceState,
  portalDefaults,
  portalDueAtMs,
  presenceDefaults,
  presenceDueAtMs,
  stepDeviceClock,
  stepPortal,
  stepPresence,
  type TagObservation,
  type TagRead,
  type Unreadable,
} from '../../sensors/index.ts'
import type { DeviceConfig, PortalConfig } from '../config/schema.ts'
import { interpretArrival, interpretPass } from '../interpretation/index.ts'
import type { Work } from './protocol.ts'
import { createSchedule, type Due } from './schedule.ts'
import type { StepParts } from './step-parts.ts'

type Message = Extract<Work, { kind: 'message' }>
type ReadPoint = DeviceConfig['readPoints'][number]

export interface ReadSteps {
  /** `used` is false when nothing of the message could be read. */
  take(
    profile: 'zebra-iotc' | 'impinj-r700',
    message: Message,
  ): { readonly used: boolean; readonly refused: readonly Unreadable[] }
  tick(nowMs: number): void
}

const PORTAL = 'portal'
const PRESENCE = 'presence'
const CLOCK = 'clock'
