import { createHash } from 'node:crypto'
import { z } from 'zod'

/**
 * What a receiver answers once a batch is on its disk. It names the exact bytes and is signed
 * under an id of its own: without that, a server that only echoes would acknowledge everything.
 */
const acknowledgementSchema = z.strictObject({
  status: z.literal('stored'),
  site: z.string(),
  number: z.int(),
  lastHash: z.string(),
  /** SHA-256 of the request body, hexadecimal. */
  sha256: z.string(),
})

export type Acknowledged = z.infer<typeof acknowledgementSchema>

export function acknowledgementId(idempotencyKey: string): string {
  return `${idempotencyKey}:stored`
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Why this body does not acknowledge what was sent, or null when it does. */
export function whyNotAcknowledged(sent: Acknowledged, body: Uint8Array): string | null {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return 'expected an acknowledgement in JSON'
  }
  const parsed = acknowledgementSchema.safeParse(value)
  if (!parsed.success) return `expected an acknowledgement: ${z.prettifyError(parsed.error)}`
  const got = parsed.data
  const fields = ['site', 'number', 'lastHash', 'sha256'] as const
  const wrong = fields.find((field) => got[field] !== sent[field])
  if (wrong === undefined) return null
  return `expected an acknowledgement of ${wrong} ${sent[wrong]}, got ${String(got[wrong]).slice(0, 100)}`
}
