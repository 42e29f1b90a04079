import type { ReaderProfile } from '../profiles.ts'
import { type FrameRule, framesOf } from './framing.ts'
import { R2000_FRAMES } from './r2000.ts'
import { THINGMAGIC_FRAMES } from './thingmagic.ts'
import { UHFREADER_FRAMES } from './uhfreader.ts'

/** The profiles that come over a serial line; a scanner's lines have no frame but their end. */
const SERIAL = {
  thingmagic: THINGMAGIC_FRAMES,
  uhfreader288: UHFREADER_FRAMES,
  uhfreader18: UHFREADER_FRAMES,
  r2000: R2000_FRAMES,
  barcode: null,
} as const satisfies Partial<Record<ReaderProfile, FrameRule | null>>

export type SerialProfile = keyof typeof SERIAL

export function isSerialProfile(profile: string): profile is SerialProfile {
  return Object.hasOwn(SERIAL, profile)
}

export interface SerialCut {
  /** Bytes that can be decoded now; what follows is begun and waits for more. */
  readonly upTo: number
  /** Whole frames or lines among them; 0: nothing but noise. */
  readonly whole: number
}

/**
 * Where a serial line may be cut so that no frame is torn. What waits is never longer than the
 * longest frame; the caller bounds a scanner's line, which may never end.
 */
export function cutSerial(profile: SerialProfile, bytes: Uint8Array): SerialCut {
  const rule = SERIAL[profile]
  if (rule) {
    const { frames, rest } = framesOf(bytes, rule)
    return { upTo: rest, whole: frames.length }
  }
  const upTo = 1 + Math.max(bytes.lastIndexOf(CR), bytes.lastIndexOf(LF))
  return { upTo, whole: upTo > 0 ? 1 : 0 }
}

const [CR, LF] = [13, 10]

/** Whether these bytes are exactly one frame, its check included: what may be sent to a module. */
export function isSerialFrame(profile: SerialProfile, bytes: Uint8Array): boolean {
  const rule = SERIAL[profile]
  if (!rule) return false
  const [frame] = framesOf(bytes, rule).frames
  return frame?.from === 0 && frame.to === bytes.length
}
