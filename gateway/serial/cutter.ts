import { cutSerial, SCAN_CHARS_MAX, type SerialProfile } from '../../sensors/index.ts'

/** What can be decoded of what has arrived. */
export interface CutMessage {
  readonly bytes: Uint8Array
  /** False: only noise, as from a wrong baud rate. */
  readonly isWhole: boolean
}

export interface Cutter {
  push(chunk: Uint8Array): CutMessage | null
}

/**
 * Cuts a serial line so that no frame and no scan is torn; what has begun waits for more. One for
 * each opening of the port: what had begun when the line broke will never end.
 */
export function createCutter(profile: SerialProfile): Cutter {
  let held = new Uint8Array(0)
  let skipping = false
  return {
    push(chunk) {
      const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
      const { upTo, whole } = cutSerial(profile, bytes)
      // A copy: a few bytes must not keep a whole chunk alive.
      held = bytes.slice(upTo)
      let from = 0
      if (skipping && upTo > 0) {
        from = bytes.findIndex(isLineEnd)
        skipping = false
      }
      // A line that never ends is given up up to its end: its tail would pass for another scan.
      if (profile === 'barcode' && held.length > SCAN_CHARS_MAX) {
        held = held.slice(0, 0)
        if (!skipping) {
          skipping = true
          return { bytes: bytes.slice(from), isWhole: true }
        }
      }
      return upTo > from ? { bytes: bytes.slice(from, upTo), isWhole: whole > 0 } : null
    },
  }
}

const isLineEnd = (byte: number) => byte === 13 || byte === 10
