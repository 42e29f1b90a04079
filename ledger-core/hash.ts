import { hash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'

/** What the first entry names as its predecessor. */
export const GENESIS_HASH = '0'.repeat(64)

/** SHA-256 of UTF-8 text or bytes, lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data)
}

/** Fingerprint of input facts as received: SHA-256 over their canonical JSON. */
export function fingerprintOf(facts: unknown): string {
  return sha256Hex(canonicalJson(facts))
}
