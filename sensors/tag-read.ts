import type { Scan } from './barcode/scan.ts'

/** The common read every decoder gives, whatever the vendor. */
export interface TagRead {
  /** Device id from the connection or topic table, never from the payload. */
  readonly device: string
  /** 1-based antenna port; 0 when the reader does not say. */
  readonly antenna: number
  /** Upper-case hexadecimal of the whole EPC field. */
  readonly epc: string
  /** Device time, UTC milliseconds; null when the reader sends none. */
  readonly atMs: number | null
  /** Device time as text, kept because it may be finer than milliseconds. */
  readonly atText: string
  /** Peak RSSI in hundredths of dBm (-5625 = -56.25 dBm); null when not sent. */
  readonly rssiCdbm: number | null
  /** Reader's own event number; null when it has none. */
  readonly eventNumber: number | null
  /** Reads this report stands for. */
  readonly count: number
  /** Bits of the EPC when they end inside the last byte of `epc`. */
  readonly epcBits?: number
  readonly tid?: string
  /** Gen2 protocol control word and the tag's own CRC-16, four hex digits each. */
  readonly pc?: string
  readonly crc?: string
  /** Whether CRC-16 over PC and EPC gives `crc`; absent when one of them was not reported. */
  readonly crcHolds?: boolean
  /** Signal strength without a known unit: good for ranking reads of one device, no more. */
  readonly rssiRaw?: number
  readonly phaseDeg?: number
  readonly frequencyKhz?: number
  /** First of the reads this report stands for, device time. */
  readonly firstAtMs?: number
  /** Device time that is no clock: since boot, or since the device's last sign of life. */
  readonly uptimeUs?: number
  readonly sinceSignMs?: number
  /** Which run of the device counted `eventNumber`, where it says so. */
  readonly boot?: string
  /** The sender itself says that this is history. */
  readonly replayed?: true
  /** Zone or read point in the sender's own words. */
  readonly place?: string
  /** Identity as the sender wrote it, when that was no hexadecimal EPC. */
  readonly uri?: string
}

export type DeviceEventKind =
  | 'heartbeat'
  | 'status'
  | 'gpi'
  | 'gpo'
  | 'antenna'
  | 'error'
  | 'reads-lost'
  /** The device keeps reads back; a replay is on its way. */
  | 'reads-retained'
  /** The device's clock is not to be trusted. */
  | 'clock'
  /** The sender's own reading of reads: which way a tag went, where it now is. */
  | 'direction'
  | 'presence'
  /** A barcode. */
  | 'scan'
  /** An EPCIS business step. */
  | 'business-step'

/** Anything a device says that is no read. */
export interface DeviceEvent {
  readonly device: string
  readonly kind: DeviceEventKind
  readonly atMs: number | null
  /** One line for a person. */
  readonly detail: string
  /** Input or output pin and its new level; which level means a broken beam is configuration. */
  readonly pin?: number
  readonly level?: 'high' | 'low'
  readonly antenna?: number
  readonly connected?: boolean
  /** Messages or reads lost or kept back. */
  readonly amount?: number
  readonly epc?: string
  readonly direction?: 'in' | 'out' | 'none' | 'unknown'
  /** 0..1000, thousandths, where the sender gives one. */
  readonly confidence?: number
  readonly from?: string
  readonly to?: string
  readonly present?: boolean
  readonly scan?: Scan
  /** Names a scan within its device: told again, it is the same. Absent: the device names none. */
  readonly scanId?: string
  /** What stands behind the device's name: a serial number or a hardware address. */
  readonly hardware?: string
  readonly step?: BusinessStep
}

/** What an EPCIS event says; lists are bounded by the message. */
export interface BusinessStep {
  readonly type: string
  readonly action: string
  readonly bizStep: string
  readonly disposition: string
  readonly readPoint: string
  readonly bizLocation: string
  readonly eventId: string
  readonly parent: string
  readonly epcs: readonly string[]
  readonly quantities: readonly { readonly epcClass: string; readonly quantity: number }[]
  readonly transactions: readonly { readonly type: string; readonly id: string }[]
}

/** A part of a message that could not be used. The rest of the message was. */
export interface Unreadable {
  /** Byte offset in the payload where the bad part begins. */
  readonly offset: number
  readonly code: string
  /** Expected and got, in one sentence. */
  readonly message: string
}

export interface Decoded {
  readonly reads: readonly TagRead[]
  readonly events: readonly DeviceEvent[]
  readonly refused: readonly Unreadable[]
}

/** A decoder's own three lists while it works through a message. */
export interface Collected {
  readonly reads: TagRead[]
  readonly events: DeviceEvent[]
  readonly refused: Unreadable[]
}

export function nothingYet(): Collected {
  return { reads: [], events: [], refused: [] }
}

/** Why a part of a message is refused; the decoder's frame adds the offset. */
export interface Reason {
  readonly code: string
  readonly message: string
}
