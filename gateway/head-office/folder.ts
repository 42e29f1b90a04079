import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretText } from '../forwarding/signature.ts'
import { makeCertificates } from './certificate.ts'

/** Where a receiver keeps what it has, and what a gateway needs to reach it. */
export interface HeadOfficeFolder {
  readonly databaseFile: string
  /** PEM the gateway trusts. */
  readonly caFile: string
  readonly serverKeyFile: string
  readonly serverCertificateFile: string
  readonly secretFile: string
}

const ONLY_OURS = 0o600
const SECRET_BYTES = 32

/** Makes what is missing: certificates on the first start, a secret where none is given. */
export async function prepareFolder(
  path: string,
  secretFile: string | undefined,
  nowMs: number,
): Promise<HeadOfficeFolder> {
  const folder: HeadOfficeFolder = {
    databaseFile: join(path, 'head-office.sqlite'),
    caFile: join(path, 'ca.pem'),
    serverKeyFile: join(path, 'server-key.pem'),
    serverCertificateFile: join(path, 'server.pem'),
    secretFile: secretFile ?? join(path, 'head-office.secret'),
  }
  mkdirSync(path, { recursive: true })
  const { caFile, serverKeyFile, serverCertificateFile } = folder
  if (![caFile, serverKeyFile, serverCertificateFile].every((file) => existsSync(file))) {
    const made = await makeCertificates(nowMs)
    write(serverKeyFile, made.serverKey)
    write(serverCertificateFile, made.serverCertificate)
    // Last: while it is missing, all three are made again.
    write(caFile, made.ca)
  }
  if (secretFile === undefined && !existsSync(folder.secretFile))
    write(folder.secretFile, `${secretText(randomBytes(SECRET_BYTES))}\n`)
  return folder
}

export function tlsOf({ serverKeyFile, serverCertificateFile }: HeadOfficeFolder) {
  return { key: readFileSync(serverKeyFile), cert: readFileSync(serverCertificateFile) }
}

/** Whole or not at all. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: ONLY_OURS })
  renameSync(`${file}.new`, file)
}
