import { createHmac, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * Signatures as in Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, written
 * `v1,<base64>`; several may stand side by side while a secret is changed.
 */
export interface SignedHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>

/** Of the same recommendation: an old message must not be played again much later. */
const TOLERANCE_MS = 5 * 60_000
/** Key lengths Standard Webhooks allows. */
const SECRET_BYTES = { min: 24, max: 64 }
const SECRET_PREFIX = 'whsec_'
/** Standard base64 with or without its padding. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** The shared secret in a file, `whsec_...` alone on its line. Throws when it is none. */
export function readSecret(file: string): Uint8Array {
  const text = readText(file, 'the shared secret').trim()
  const encoded = text.startsWith(SECRET_PREFIX) ? text.slice(SECRET_PREFIX.length) : ''
  const secret = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0)
  if (secret.length < SECRET_BYTES.min || secret.length > SECRET_BYTES.max)
    throw new Error(
      `expected ${SECRET_PREFIX} and the base64 of ${SECRET_BYTES.min} to ${SECRET_BYTES.max} bytes in ${file}, got something else`,
    )
  return secret
}

/** Text of a file the configuration names; the failure says which and what for. */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`expected ${what} in ${file}, got no readable file`, { cause })
  }
}

export function secretText(secret: Uint8Array): string {
  return `${SECRET_PREFIX}${Buffer.from(secret).toString('base64')}`
}

export function sign(
  secret: Uint8Array,
  id: string,
  atMs: number,
  body: Uint8Array,
): SignedHeaders {
  const timestamp = String(Math.floor(atMs / 1_000))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${macOf(secret, id, timestamp, body).toString('base64')}`,
  }
}

/** Why the headers do not sign this body under this id, or null when they do. */
export function whyUnsigned(
  secret: Uint8Array,
  id: string,
  headers: HeaderFields,
  body: Uint8Array,
  nowMs: number,
): string | null {
  const [named, timestamp, signatures] = [
    headers['webhook-id'],
    headers['webhook-timestamp'],
    headers['webhook-signature'],
  ]
  if (typeof timestamp !== 'string' || typeof signatures !== 'string')
    return 'expected the headers webhook-id, webhook-timestamp and webhook-signature once each'
  if (named !== id) return `expected webhook-id ${id}, got ${String(named).slice(0, 100)}`
  if (!/^\d{1,12}$/.test(timestamp)) return 'expected webhook-timestamp in seconds'
  const apartMs = Math.abs(nowMs - Number(timestamp) * 1_000)
  if (apartMs > TOLERANCE_MS)
    return `expected clocks within ${TOLERANCE_MS / 1_000} s of each other, got ${Math.round(apartMs / 1_000)} s`
  const mac = macOf(secret, id, timestamp, body)
  const isOurs = signatures.split(' ').some((given) => isSame(given, mac))
  return isOurs ? null : 'expected a signature made with the shared secret, got another'
}

function isSame(given: string, mac: Buffer): boolean {
  if (!given.startsWith('v1,')) return false
  const bytes = Buffer.from(given.slice(3), 'base64')
  return bytes.length === mac.length && timingSafeEqual(bytes, mac)
}

function macOf(secret: Uint8Array, id: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()
}
