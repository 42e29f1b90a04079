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
  let noise: Noise | null = null
  let rest = -1
  for (let at = 0; at < bytes.length; ) {
    const length = rule.length(bytes, at)
    const seen = length === 0 ? 'noise' : outcomeAt(bytes, rule, at, length)
    if (seen === 'frame') {
      tell(noise, at)
      frames.push({ from: at, to: at + length })
      at += length
      noise = null
      rest = -1
      continue
    }
    // The first frame that could still be finished; a later whole one shows that it was noise.
    if (rest < 0 && seen === 'unfinished') rest = at
    noise ??= { from: at, broken: seen === 'broken' ? length : 0 }
    at += 1
  }
  const end = rest < 0 ? bytes.length : rest
  tell(noise, end)
  return { frames, refused, rest: end }

  function tell(stretch: Noise | null, to: number): void {
    if (stretch && to > stretch.from && refused.length < REFUSED_MAX)
      refused.push(told(stretch, to))
  }
}

function outcomeAt(bytes: Uint8Array, rule: FrameRule, at: number, length: number) {
  if (length < 0 || at + length > bytes.length) return 'unfinished'
  return rule.holds(bytes, at, length) ? 'frame' : 'broken'
}

interface Noise {
  readonly from: number
  /** Bytes of the frame that seemed to begin there and failed its check; 0 when none did. */
  readonly broken: number
}

function told({ from, broken }: Noise, to: number): Unreadable {
  return broken > 0
    ? {
        offset: from,
        code: 'bad-check',
        message: `expected the check of a frame of ${broken} bytes to hold`,
      }
    : {
        offset: from,
        code: 'no-frame',
        message: `expected a frame, got ${to - from} bytes of something else`,
      }
}

/**
 * What one message or file leaves unfinished is refused; a live line waits for more instead. What
 * follows a broken frame directly is most likely its remainder and was told with it.
 */
export function cutFrame({ rest, frames, refused }: Framed, bytes: Uint8Array): Unreadable[] {
  if (rest >= bytes.length || (refused.at(-1)?.offset ?? -1) >= (frames.at(-1)?.to ?? 0)) return []
  const message = `expected the rest of a frame, got ${bytes.length - rest} bytes`
  return [{ offset: rest, code: 'cut-short', message }]
}
