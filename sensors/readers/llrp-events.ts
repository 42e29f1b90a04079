import { epochMs } from '../device-time.ts'
import type { Collected } from '../tag-read.ts'
import { type LlrpMessage, type LlrpParameter, parameterAt, u16, u64 } from './llrp-bytes.ts'
import { deviceEvent } from './parts.ts'

/** READER_EVENT_NOTIFICATION (LLRP 1.1, 14.2.6): what a reader says about itself. */
export function takeReaderEvent(
  device: string,
  bytes: Uint8Array,
  message: LlrpMessage,
  into: Collected,
): void {
  const data = parameterAt(bytes, message.from, message.to)
  if (data?.type !== NOTIFICATION_DATA) {
    into.refused.push({
      offset: message.from,
      code: 'bad-parameter',
      message: 'expected ReaderEventNotificationData',
    })
    return
  }
  let atMs: number | null = null
  for (let at = data.from; at < data.to; ) {
    const part = parameterAt(bytes, at, data.to)
    if (part === null) {
      into.refused.push({
        offset: at,
        code: 'bad-parameter',
        message: 'expected a parameter that ends inside the event',
      })
      return
    }
    if (part.type === UTC_TIMESTAMP && part.to - part.from >= 8)
      atMs = epochMs(u64(bytes, part.from))
    else takePart(device, atMs, bytes, part, into)
    at = part.to
  }
}

const NOTIFICATION_DATA = 246
const UTC_TIMESTAMP = 128

function takePart(
  device: string,
  atMs: number | null,
  bytes: Uint8Array,
  { type, from }: LlrpParameter,
  into: Collected,
): void {
  const { events } = into
  switch (type) {
    case 129:
      // Uptime instead of a time of day; nothing to say beside the event itself.
      return
    case 248: {
      const pin = u16(bytes, from)
      const level = (bytes[from + 2] ?? 0) & 0x80 ? 'high' : 'low'
      events.push(deviceEvent(device, 'gpi', atMs, `gpi ${pin} ${level}`, { pin, level }))
      return
    }
    case 250: {
      const percent = bytes[from] ?? 0
      events.push(deviceEvent(device, 'reads-retained', atMs, `report buffer ${percent} % full`))
      return
    }
    case 251:
      events.push(deviceEvent(device, 'reads-lost', atMs, 'report buffer overflow'))
      return
    case 252:
      events.push(deviceEvent(device, 'error', atMs, 'reader exception'))
      return
    case 255: {
      const connected = bytes[from] === 1
      const antenna = u16(bytes, from + 1)
      const detail = `antenna ${antenna} ${connected ? 'connected' : 'disconnected'}`
      events.push(deviceEvent(device, 'antenna', atMs, detail, { antenna, connected }))
      return
    }
    case 256: {
      const status = u16(bytes, from)
      const connected = status === 0
      const detail = `connection ${connected ? 'accepted' : `refused, status ${status}`}`
      events.push(deviceEvent(device, connected ? 'status' : 'error', atMs, detail, { connected }))
      return
    }
    case 257:
      events.push(
        deviceEvent(device, 'status', atMs, 'connection closed by the reader', {
          connected: false,
        }),
      )
      return
    default:
      events.push(deviceEvent(device, 'status', atMs, `reader event ${type}`))
  }
}
