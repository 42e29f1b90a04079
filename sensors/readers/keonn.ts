import type { Decoded } from '../tag-read.ts'
import { decodeByMapping, KEONN_EXAMPLE, type Mapping } from './mapping.ts'
import { deviceEvent } from './parts.ts'

/**
 * Keonn AdvanNet: the body of MQTT and HTTP messages is a template of the installer, so a mapping
 * of the configuration reads it; without one the published example layout is taken. The event
 * stream on TCP 3177 keeps itself alive with empty `ADVANNET/1.1` frames; its XML is not read.
 */
export function decodeKeonn(
  device: string,
  payload: Uint8Array,
  mapping: Mapping = KEONN_EXAMPLE,
): Decoded {
  return startsWith(payload, HEAD)
    ? decodeStream(device, payload)
    : decodeByMapping(mapping, device, payload)
}

const HEAD = 'ADVANNET/'

function startsWith(payload: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (payload[at] !== text.charCodeAt(at)) return false
  return true
}

const FRAMES_MAX = 1_000

function decodeStream(device: string, payload: Uint8Array): Decoded {
  const text = new TextDecoder('latin1').decode(payload)
  const events = []
  const refused = []
  let at = 0
  while (text.startsWith(HEAD, at) && events.length + refused.length < FRAMES_MAX) {
    const head = /^ADVANNET\/[\d.]+\r?\n(?:[\w-]+: ?[^\r\n]{0,200}\r?\n){0,20}\r?\n?/.exec(
      text.slice(at, at + HEAD_CHARS_MAX),
    )
    const length = Number(/content-length: ?(\d{1,7})/i.exec(head?.[0] ?? '')?.[1] ?? Number.NaN)
    if (head === null || Number.isNaN(length)) {
      refused.push({
        offset: at,
        code: 'bad-header',
        message: 'expected header lines with Content-Length',
      })
      break
    }
    if (length === 0) events.push(deviceEvent(device, 'heartbeat', null, 'keep-alive'))
    else
      refused.push({
        offset: at,
        code: 'xml-not-read',
        message: `expected a message by template, got ${length} bytes of XML`,
      })
    at += head[0].length + length
    while (text.charAt(at) === '\r' || text.charAt(at) === '\n') at += 1
  }
  return { reads: [], events, refused }
}

const HEAD_CHARS_MAX = 4_096
