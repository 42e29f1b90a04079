import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { fingerprintOf } from '../../ledger-core/index.ts'
import { Lane } from '../bookkeeper/lane.ts'
import { isLocked } from '../bookkeeper/lock.ts'
import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import { dataFolderAt } from '../data-folder.ts'
import { type BusinessCommand, businessCommandSchema } from '../documents/business-command.ts'
import {
  documentSchema,
  type Masters,
  mastersSchema,
  type PurchaseOrder,
} from '../documents/business-event.ts'
import { createLog } from '../log.ts'
import { secretOf } from '../people/password.ts'
import { schemaFaults, tellFaults } from '../schema-faults.ts'

export interface Submission {
  readonly masters: Masters | null
  readonly orders: readonly PurchaseOrder[]
  readonly commands?: readonly BusinessCommand[]
  /** What a person says: answers to questions. */
  readonly said?: readonly Said[]
  readonly logins?: readonly LoginWish[]
}

/** A password in clear only on its way to the gateway of this machine; null takes the login away. */
export interface LoginWish {
  readonly person: string
  readonly password: string | null
  readonly user: string
}

export type Said = Extract<WorkBody, { kind: 'decide' | 'undo-lesson' }>

export type Submitted =
  | {
      readonly status: 'committed'
      /** Entry of each work, in their order (masters first); null: nothing was booked by it. */
      readonly sequences: readonly (number | null)[]
      readonly through: 'gateway' | 'own process'
    }
  | { readonly status: 'refused'; readonly code: string; readonly message: string }

/** A big import is one commit: 20,000 SKUs with their stock took 7 s, five times that is the most. */
const ANSWER_MS = 180_000
/** Who says so, where no gateway is asked. */
const ACTOR = 'import'

type Send = (work: Wished) => Promise<Pick<Verdict, 'status' | 'code' | 'message' | 'sequence'>>
type Wished =
  | Extract<WorkBody, { kind: 'masters' | 'document' | 'command' | Said['kind'] }>
  | ({ readonly kind: 'login' } & LoginWish)

/**
 * One writer per folder: a running gateway is asked through its API; without one the bookkeeper
 * runs here, which takes the folder's lock, so that no gateway starts meanwhile.
 */
export async function submit(config: Config, submission: Submission): Promise<Submitted> {
  const works = worksOf(submission)
  if (typeof works === 'string') return refused('too-much', works)
  const folder = dataFolderAt(config.dataFolder)
  if (isLocked(folder.lockFile)) return viaGateway(config, folder.portsFile, works)
  return viaOwnLane(config, works, submission.masters?.at)
}

/** The works as the schemas of the API read them, or what these hold against them: mostly length. */
function worksOf(submission: Submission): Wished[] | string {
  const { masters, orders, commands = [], said = [], logins = [] } = submission
  const works: Wished[] = []
  if (masters) {
    const { data, error } = mastersSchema.safeParse(masters)
    if (error) return toldOf(error, masters)
    works.push({ kind: 'masters', masters: data, actor: ACTOR })
  }
  for (const order of orders) {
    const { data, error } = documentSchema.safeParse(order)
    if (error) return toldOf(error, order)
    works.push({ kind: 'document', document: data, actor: ACTOR })
  }
  for (const command of commands) {
    const { data, error } = businessCommandSchema.safeParse(command)
    if (error) return toldOf(error, command)
    works.push({ kind: 'command', command: data })
  }
  return [...works, ...said, ...logins.map((login) => ({ kind: 'login' as const, ...login }))]
}

/** What the bookkeeper is handed: never a password. */
async function bodyOf(work: Wished): Promise<WorkBody> {
  if (work.kind !== 'login') return work
  const { password, ...rest } = work
  return { ...rest, secret: password === null ? null : await secretOf(password) }
}

const toldOf = (error: z.ZodError, value: unknown) =>
  tellFaults(schemaFaults(error, value), { root: 'file', most: 5 })

async function viaOwnLane(
  config: Config,
  works: readonly Wished[],
  at = '1970-01-01T00:00:00Z',
): Promise<Submitted> {
  // Simulated time goes on where it stood; the machine's own would end it for ever.
  let simulatedMs = Date.parse(at)
  const lane = new Lane({
    config,
    log: createLog('error', 'tallygate'),
    nowMs: () => (config.clock === 'simulated' ? simulatedMs : systemClock.nowMs()),
    onEvents: () => {},
    onSealed: () => {},
    onStoreRefusing: () => {},
  })
  try {
    simulatedMs = Math.max(simulatedMs, await lane.start())
    return await sendAll(
      works,
      async (work) => {
        const body = await bodyOf(work)
        return await new Promise<Verdict>((resolve) => lane.submit(body, resolve))
      },
      'own process',
    )
  } finally {
    await lane.stop()
  }
}

const portsShape = z.object({ http: z.int(), key: z.string() })

interface Api {
  readonly url: string
  /** Of the data folder: lets us speak for whoever is named. */
  readonly key: string
}

const committedShape = z.object({ status: z.literal('committed'), sequence: z.int().optional() })
const problemShape = z.object({ code: z.string(), detail: z.string() })
const siteShape = z.object({ site: z.object({ id: z.string() }) })

async function viaGateway(
  config: Config,
  portsFile: string,
  works: readonly Wished[],
): Promise<Submitted> {
  const api = await apiOf(config, portsFile).catch(() => null)
  if (api === null)
    return refused(
      'gateway-not-open',
      `expected the gateway that holds ${config.dataFolder} to answer, got nothing; it may be starting, or another import runs: try again`,
    )
  try {
    return await sendAll(works, (work) => post(api, work, config), 'gateway')
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause)
    return refused(
      'no-answer',
      `expected the gateway's answer, got ${got}; send the same import again: it posts what is missing`,
    )
  }
}

/** A file of ports outlives its gateway: whoever listens there now must be ours. */
async function apiOf(config: Config, portsFile: string): Promise<Api | null> {
  const { http, key } = portsShape.parse(JSON.parse(readFileSync(portsFile, 'utf8')))
  const url = `http://127.0.0.1:${http}/api/v1`
  const status = await fetch(`${url}/status`, { signal: AbortSignal.timeout(ANSWER_MS) })
  const { site } = siteShape.parse(await status.json())
  return site.id === config.site.id ? { url, key } : null
}

async function post({ url, key }: Api, work: Wished, config: Config): ReturnType<Send> {
  const [path, content, named] = contentOf(work)
  const body = JSON.stringify(content)
  const { bodyBytes } = config.http
  if (Buffer.byteLength(body) > bodyBytes) {
    const message = `expected at most ${bodyBytes} bytes (http.bodyBytes) beside a running gateway, got ${Buffer.byteLength(body)}; stop it for the import, or raise the setting`
    return { status: 'refused', code: 'too-much', message }
  }
  const response = await fetch(`${url}/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': named ?? fingerprintOf(content),
      authorization: `Bearer ${key}`,
    },
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  const answer: unknown = await response.json()
  if (response.ok) {
    const { status, sequence } = committedShape.parse(answer)
    return sequence === undefined ? { status } : { status, sequence }
  }
  const { code, detail } = problemShape.parse(answer)
  return { status: 'refused', code, message: detail }
}

function contentOf(work: Wished): readonly [path: string, content: object, key?: string] {
  switch (work.kind) {
    case 'masters':
      return ['masters', work.masters]
    case 'document':
      return ['documents', work.document]
    case 'command':
      return ['commands', work.command]
    case 'login': {
      const { kind: _, ...login } = work
      return ['logins', login]
    }
    case 'decide': {
      const { kind: _, review, key, ...content } = work
      return [`reviews/${review}/decisions`, content, key]
    }
    case 'undo-lesson': {
      const { user, note } = work
      return [`lessons/${work.lesson}/undo`, { user, note }, work.key]
    }
  }
}

/** Masters first, in one commit; then the orders. What was sent before is answered as it was. */
async function sendAll(
  works: readonly Wished[],
  send: Send,
  through: 'gateway' | 'own process',
): Promise<Submitted> {
  const sequences: (number | null)[] = []
  for (const [index, work] of works.entries()) {
    const verdict = await send(work)
    if (verdict.status !== 'committed') {
      const { code = verdict.status, message = 'expected the disk to write, got it refusing' } =
        verdict
      const before = index === 0 ? 'nothing was posted' : `${index} of ${works.length} were posted`
      return refused(code, `${message} (${before})`)
    }
    sequences.push(verdict.sequence ?? null)
  }
  return { status: 'committed', sequences, through }
}

function refused(code: string, message: string): Submitted {
  return { status: 'refused', code, message }
}
