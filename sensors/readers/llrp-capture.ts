import { type Decoded, nothingYet } from '../tag-read.ts'
import { SENT, takeLlrp } from './llrp.ts'
import { messageAt } from './llrp-bytes.ts'

/**
 * LLRP bytes that are complete: a file, a capture. There a bad header need not be the end: the
 * next message that fits is taken up again.
 */
export function decodeLlrp(device: string, payload: Uint8Array): Decoded {
  const into = nothingYet()
  for (let at: number | null = 0; at !== null; ) {
    const rest: number = takeLlrp(device, payload, into, at)
    if (rest >= payload.length) break
    if (into.refused.at(-1)?.offset !== rest) {
      const message = `expected the rest of a message, got ${payload.length - rest} bytes`
      into.refused.push({ offset: rest, code: 'cut-short', message })
    }
    at = nextMessage(payload, rest + 1)
  }
  return into
}

/** A message of a kind that readers send, and behind it the end or another header. */
function nextMessage(bytes: Uint8Array, from: number): number | null {
  for (let at = from; at < bytes.length; at++) {
    const message = messageAt(bytes, at)
    if (message === null || typeof message === 'string' || !SENT.has(message.type)) continue
    if (message.to === bytes.length || typeof messageAt(bytes, message.to) !== 'string') return at
  }
  return null
}
