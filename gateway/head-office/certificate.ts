import { generate } from 'selfsigned'

export interface Certificates {
  /** PEM to trust; its key is forgotten at once, so nobody can sign a second server with it. */
  readonly ca: string
  readonly serverKey: string
  readonly serverCertificate: string
}

const DAY_MS = 86_400_000
/** Long enough that a reference receiver never stops on a forgotten renewal. */
const VALID_DAYS = 3_650

/** An authority made on the spot, and a server of it on this machine's loopback address. */
export async function makeCertificates(nowMs: number): Promise<Certificates> {
  const common = {
    keyType: 'ec',
    algorithm: 'sha256',
    // A day back: the clock that reads it may be behind the one that wrote it.
    notBeforeDate: new Date(nowMs - DAY_MS),
    notAfterDate: new Date(nowMs + VALID_DAYS * DAY_MS),
  } as const
  const authority = await generate([{ name: 'commonName', value: 'Tallygate head office CA' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { ca: authority.cert, serverKey: server.private, serverCertificate: server.cert }
}
