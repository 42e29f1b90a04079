import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/**
 * Passwords are kept as scrypt hashes (RFC 7914) with one of the cost settings that OWASP's
 * password storage cheat sheet lists: N=2^15, r=8, p=3 takes 32 MiB and a fraction of a second.
 */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 } as const
const SALT_BYTES = 16
const KEY_BYTES = 32

/** NIST SP 800-63B, 3.1.1.2: eight at least, no rules on what stands in them, 64 or more allowed. */
const LENGTH = { min: 8, max: 200 } as const

/** What is wrong with a new password, as a sentence, or null. */
export function passwordFault(password: string): string | null {
  const { length } = [...password.normalize('NFC')]
  if (length >= LENGTH.min && length <= LENGTH.max) return null
  return `expected a password of ${LENGTH.min} to ${LENGTH.max} characters, got ${length}`
}

/** `scrypt$<salt>$<key>`, both base64url. */
export async function secretOf(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const key = await derive(password, salt)
  return ['scrypt', salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** Takes as long whether it matches or not. */
export async function isPassword(password: string, secret: string): Promise<boolean> {
  const [kind, salt = '', key = ''] = secret.split('$')
  const expected = Buffer.from(key, 'base64url')
  const got = await derive(password, Buffer.from(salt, 'base64url'))
  return kind === 'scrypt' && expected.length === KEY_BYTES && timingSafeEqual(expected, got)
}

function derive(password: string, salt: Buffer): Promise<Buffer> {
  const options: ScryptOptions = COST
  // The same letters typed on another keyboard may come in another form of Unicode.
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
