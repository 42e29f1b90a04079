import type { Unreadable } from '../tag-read.ts'

/**
 * Frames of a serial line or socket, found in whatever arrives: a frame counts only when its
 * check holds, so noise, a lost byte or a start mark inside the data costs no more than itself.
 */
export interface FrameRule {
  /** Longest frame; what could begin one further back than this is given up as noise. */
  readonly bytesMax: number
  /** Bytes of the frame that begins at `at`: 0 if none can, -1 if more bytes must tell. */
  length(bytes: Uint8Array, at: number): number
  /** Whether checksum or length prove the frame. */
  holds(bytes: Uint8Array, at: number, length: number): boolean
}

export interface Frame {
  readonly from: number
  readonly to: number
}

export interface Framed {
  readonly frames: readonly Frame[]
  readonly refused: readonly Unreadable[]
  /** Where an unfinished frame begins; the length of the bytes when none does. */
  readonly rest: number
}

/** Noise told one stretch at a time, up to this many. */
const REFUSED_MAX = 100

export function framesOf(bytes: Uint8Array, rule: FrameRule): Framed {
  const frames: Frame[] = []
  const refused: Unreadable[] = []
  let noiseFrom = -1
  let rest = -1
  const endNoise = (at: number) => {
    if (noiseFrom >= 0 && at > noiseFrom && refused.length < REFUSED_MAX)
      refused.push(noise(noiseFrom, at))
    noiseFrom = -1
  }
  let at = 0
  while (at < bytes.length) {
    const length = rule.length(bytes, at)
    const whole = length > 0 && at + length <= bytes.length
    if (whole && rule.holds(bytes, at, length)) {
      endNoise(at)
      frames.push({ from: at, to: at + length })
      at += length
      rest = -1
      continue
    }
    // The first frame that could still be finished; a later whole one shows that it was noise.
    if (rest < 0 && (length < 0 || (length > 0 && !whole))) rest = at
    if (noiseFrom < 0) noiseFrom = at
    at += 1
  }
  if (rest < 0) rest = bytes.length
  endNoise(rest)
  return { frames, refused, rest }
}

function noise(from: number, to: number): Unreadable {
  const message = `expected a frame whose check holds, got ${to - from} bytes of something else`
  return { offset: from, code: 'no-frame', message }
}

/** What one message or file leaves unfinished is refused; a live line waits for more instead. */
export function cutFrame({ rest }: Framed, bytes: Uint8Array): Unreadable[] {
  return rest >= bytes.length
    ? []
    : [
        {
          offset: rest,
          code: 'cut-short',
          message: `expected the rest of a frame, got ${bytes.length - rest} bytes`,
        },
      ]
}
