import type { DestinationConfig } from '../config/schema.ts'
import {
  type Acknowledged,
  acknowledgementId,
  sha256Of,
  whyNotAcknowledged,
} from './acknowledgement.ts'
import { createPoster, type HttpsAnswer } from './https-post.ts'
import { readSecret, readText, sign, whyUnsigned } from './signature.ts'
import type { UplinkEvent } from './uplink-state.ts'

/** A sealed batch as the books give it: same number, same bytes, same key on every try. */
export interface OutgoingBatch {
  readonly number: number
  readonly idempotencyKey: string
  readonly lastHash: string
  readonly sealedAtMs: number
  readonly bytes: Uint8Array
}

type Delivered = Extract<UplinkEvent, { type: 'delivered' | 'trouble' | 'refused' }>

export type Deliver = (batch: OutgoingBatch, signal: AbortSignal) => Promise<Delivered>

/**
 * The receiver read the content and does not want it: sending the same bytes sooner will not help.
 * Everything else that is no acknowledgement (rights, addresses, clocks, outages) may heal.
 */
const REFUSES_CONTENT = new Set([400, 409, 410, 413, 415, 422])
/** Of what a receiver says, as much as a person reads. */
const SAID_CHARACTERS = 300

/** Ready to send to one destination. Throws when its secret or certificate cannot be read. */
export function createDelivery(
  destination: DestinationConfig,
  site: string,
  wallClockMs: () => number,
): Deliver {
  const { id, caFile, secretFile, timeoutMs } = destination
  const url = new URL(destination.url)
  if (url.protocol !== 'https:')
    throw new Error(`expected an https address for destination ${id}, got ${destination.url}`)
  const secret = readSecret(secretFile)
  const ca = caFile === undefined ? null : readText(caFile, 'the certificate authority')
  const poster = createPoster(url, ca, timeoutMs)
  return async (batch, signal) => {
    const { idempotencyKey: key, bytes } = batch
    const signed = sign(secret, key, wallClockMs(), bytes)
    const headers = { 'content-type': 'application/json', 'idempotency-key': key, ...signed }
    let answer: HttpsAnswer
    try {
      answer = await poster.post(headers, bytes, signal)
    } catch (error) {
      return { type: 'trouble', reason: error instanceof Error ? error.message : String(error) }
    }
    if (answer.status !== 200 && answer.status !== 201) return declined(answer, wallClockMs())
    const { number, lastHash } = batch
    const sent = { status: 'stored', site, number, lastHash, sha256: sha256Of(bytes) } as const
    const reason = whyUnproved(answer, sent, key, wallClockMs())
    return reason === null ? { type: 'delivered' } : { type: 'trouble', reason }
  }

  function whyUnproved(answer: HttpsAnswer, sent: Acknowledged, key: string, nowMs: number) {
    const { headers, body } = answer
    return (
      whyUnsigned(secret, acknowledgementId(key), headers, body, nowMs) ??
      whyNotAcknowledged(sent, body)
    )
  }
}

function declined({ status, headers, body }: HttpsAnswer, nowMs: number): Delivered {
  const reason = `HTTP ${status}: ${said(body)}`
  if (REFUSES_CONTENT.has(status)) return { type: 'refused', reason }
  const retryAfterMs = retryAfter(headers['retry-after'], nowMs)
  return { type: 'trouble', reason, ...(retryAfterMs === null ? {} : { retryAfterMs }) }
}

/** The detail of a problem document (RFC 9457), or the beginning of whatever came. */
function said(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8')
  let words = text
  try {
    const problem: unknown = JSON.parse(text)
    if (typeof problem === 'object' && problem !== null && 'detail' in problem)
      words = String(problem.detail)
  } catch {
    // Not JSON: said as it came.
  }
  return words.replace(/[^\x20-\x7e]+/g, ' ').slice(0, SAID_CHARACTERS)
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}
