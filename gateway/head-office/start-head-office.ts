import type { AddressInfo } from 'node:net'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { canonicalJson } from '../../ledger-core/index.ts'
import { acknowledgementId } from '../forwarding/acknowledgement.ts'
import { readSecret, sign, whyUnsigned } from '../forwarding/signature.ts'
import type { Log } from '../log.ts'
import { prepareFolder, tlsOf } from './folder.ts'
import { type HeadOfficeStore, openStore } from './store.ts'
import { takeBatch } from './take-batch.ts'

export interface HeadOfficeOptions {
  /** Everything it keeps; made when missing. */
  readonly folder: string
  /** 0 takes a free port. */
  readonly port: number
  /** Without one a secret is made in the folder. */
  readonly secretFile?: string
  readonly nowMs: () => number
  readonly log: Log
}

export interface HeadOffice {
  /** Where gateways send their batches. */
  readonly url: string
  readonly port: number
  readonly caFile: string
  readonly secretFile: string
  stop(): Promise<void>
}

/** A batch holds at most some hundred entries; a receipt of a thousand lines still fits. */
const BODY_BYTES_MAX = 16_777_216
const REQUEST_MS = 30_000
const KEY = /^[a-z0-9:-]{1,128}$/
const SITE = /^[a-z0-9][a-z0-9-]{0,63}$/

/**
 * The reference receiver: what head office has to do with a batch, and nothing more. Only on this
 * machine, because one secret stands for all stores and reading needs none.
 */
export async function startHeadOffice(options: HeadOfficeOptions): Promise<HeadOffice> {
  const { nowMs, log } = options
  const folder = await prepareFolder(options.folder, options.secretFile, nowMs())
  const secret = readSecret(folder.secretFile)
  const store = openStore(folder.databaseFile)
  const server = fastify({
    https: tlsOf(folder),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS,
    connectionTimeout: REQUEST_MS,
    forceCloseConnections: true,
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  server.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const { statusCode = 500, message } = error
    if (statusCode >= 500) log.error({ cause: message }, 'a batch could not be taken')
    const detail = statusCode >= 500 ? 'head office cannot store batches now' : message
    return problem(reply, statusCode, statusCode >= 500 ? 'not-stored' : 'bad-request', detail)
  })
  server.setNotFoundHandler((request, reply) =>
    problem(
      reply,
      404,
      'no-such-page',
      `expected /v1/batches or /v1/sites/SITE, got ${request.url}`,
    ),
  )
  server.post('/v1/batches', (request, reply) => receive(request, reply, secret, store, options))
  server.get<{ Params: { site: string } }>('/v1/sites/:site', ({ params: { site } }, reply) => {
    const report = SITE.test(site) ? siteReport(store, site) : null
    if (report === null) return problem(reply, 404, 'no-such-site', `no batch of "${site}" is here`)
    return reply.type('application/json').send(canonicalJson(report))
  })
  server.addHook('onClose', () => store.close())
  await server.listen({ host: '127.0.0.1', port: options.port }).catch(async (cause) => {
    await server.close()
    throw cause
  })
  const { port } = server.server.address() as AddressInfo
  const { caFile, secretFile } = folder
  const url = `https://127.0.0.1:${port}/v1/batches`
  return { url, port, caFile, secretFile, stop: () => server.close() }
}

function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  secret: Uint8Array,
  store: HeadOfficeStore,
  { nowMs, log }: HeadOfficeOptions,
): FastifyReply {
  const { headers, body } = request
  const key = headers['idempotency-key']
  if (typeof key !== 'string' || !KEY.test(key))
    return problem(reply, 400, 'no-key', 'expected one Idempotency-Key header')
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  // The key is the signed id: nobody can put another key on signed bytes.
  const unsigned = whyUnsigned(secret, key, headers, bytes, nowMs())
  if (unsigned !== null) {
    log.warn({ key, reason: unsigned }, 'an unsigned batch was refused')
    return problem(reply, 401, 'not-signed', unsigned)
  }
  const taken = takeBatch(store, bytes, key, nowMs())
  if (taken.status === 'refused') {
    log.error({ key, code: taken.code, reason: taken.message }, 'a batch was refused')
    return problem(reply, taken.http, taken.code, taken.message)
  }
  const answer = Buffer.from(canonicalJson(taken.acknowledgement))
  log.info({ key, first: taken.first }, 'a batch is stored')
  return reply
    .code(taken.first === 'now' ? 201 : 200)
    .headers({ ...sign(secret, acknowledgementId(key), nowMs(), answer) })
    .type('application/json')
    .send(answer)
}

/** What a person lays beside the store's own reports. */
function siteReport(store: HeadOfficeStore, site: string): object | null {
  const last = store.lastBatch(site)
  if (last === null) return null
  const { accounts, moved } = store.sums(site)
  const total = (of: 'debitMinor' | 'creditMinor') =>
    accounts.reduce((sum, account) => sum + account[of], 0n)
  return {
    site,
    currency: store.currency(site),
    batches: last.number,
    entries: last.lastSequence,
    lastHash: last.lastHash,
    lastReceivedAtMs: last.receivedAtMs,
    trialBalance: accounts,
    debitMinor: total('debitMinor'),
    creditMinor: total('creditMinor'),
    moved,
    alarms: store.alarms(site),
  }
}

/** RFC 9457. */
function problem(reply: FastifyReply, status: number, code: string, detail: string): FastifyReply {
  const title = code.replaceAll('-', ' ')
  return reply
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title, status, code, detail }))
}
