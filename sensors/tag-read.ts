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
}

/** Anything a device says about itself. */
export interface DeviceEvent {
  readonly device: string
  readonly kind: 'heartbeat' | 'status' | 'gpi' | 'error' | 'reads-lost'
  readonly atMs: number | null
  readonly detail: string
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
