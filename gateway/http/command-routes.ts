import { z } from 'zod'
import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import { LEVELS } from '../config/authority.ts'
import type { Config } from '../config/schema.ts'
import { businessCommandSchema } from '../documents/business-command.ts'
import {
  documentSchema,
  heartbeatSchema,
  mastersSchema,
  receiptSchema,
  sessionEndSchema,
  voidSchema,
} from '../documents/business-event.ts'
import type { Fault } from '../import/tables.ts'
import { MOVEMENT_KINDS } from '../interpretation/conclusion.ts'
import { nameFault } from '../people/names.ts'
import type { Caller } from '../people/sign-in.ts'
import type { Reader } from '../reports/reader.ts'
import { Problem } from './problem.ts'
import { type Answered, Created, defineRoute, type JsonRoute } from './route.ts'

export type Submit = (body: WorkBody) => Promise<Verdict>

/** A program on this machine, or anybody before the first login is given. */
const UNNAMED = 'api'

const actorOf = (caller: Caller) => (caller.kind === 'person' ? caller.person : UNNAMED)

/** One question is about one thing seen; more parts than this are a count. */
const SAID_MAX = 20

/** When the disk refuses, it is tried again every half second; longer waits are a person's. */
const RETRY_AFTER_S = 5

const committedSchema = z.object({
  status: z
    .enum(['committed', 'checked'])
    .describe('checked: a dry run, which found nothing wrong and kept nothing'),
  sequence: z.int().optional().describe('the entry it was booked as, if it was booked at once'),
})
type Committed = z.infer<typeof committedSchema>

const changing = { method: 'POST', changes: true, answer: committedSchema } as const

/**
 * Requests that change the books. Each is answered after the commit of everything it does, so a
 * 2xx is a promise. The same content again is answered the same and books nothing: what makes a
 * repeat a repeat is the source key inside it (till and receipt, order, delivery, review), so a
 * client that lost our answer simply asks again with the same key and body.
 */
export function commandRoutes(submit: Submit, config: Config, reader: Reader): JsonRoute[] {
  const commit = async (work: WorkBody) => answerOf(await submit(work))
  const tills = new Set(config.devices.filter(isTill).map(({ id }) => id))
  /** The till's own message, so that both ways run through the same steps. */
  const tillSays = async (body: { readonly till: string }) => {
    const { till } = body
    if (!tills.has(till)) {
      const detail = `expected a configured till (${[...tills].join(', ') || 'none'}), got "${till}"`
      return new Problem(422, 'unknown-till', detail)
    }
    const payload = Buffer.from(JSON.stringify(body))
    const topic = `tallygate/v1/${till}/receipt`
    return await commit({ kind: 'message', device: till, topic, payload })
  }
  return [
    defineRoute({
      ...changing,
      path: '/api/v1/masters',
      summary: 'import SKUs, places, planogram and opening stock; all or nothing',
      query: z.strictObject({
        dryRun: z.enum(['true', 'false']).default('false').describe('check only, keep nothing'),
      }),
      body: mastersSchema,
      handle: async ({ body, query, caller }) => {
        const faults = await reader.ask({ report: 'check-masters', masters: body })
        if (faults.length > 0) return importProblem(faults)
        if (query.dryRun === 'true') return { status: 'checked' as const }
        return commit({ kind: 'masters', masters: body, actor: actorOf(caller) })
      },
    }),
    defineRoute({
      ...changing,
      isFact: true,
      path: '/api/v1/documents',
      summary: 'hand in a purchase order, despatch advice, goods receipt or transfer',
      body: documentSchema,
      handle: ({ body, caller }) =>
        commit({ kind: 'document', document: body, actor: actorOf(caller) }),
    }),
    defineRoute({
      ...changing,
      path: '/api/v1/commands',
      summary: 'tell the books something: a count, an invoice, a write-off, a period to close',
      speaker: 'actor',
      body: businessCommandSchema,
      handle: async ({ body }) => {
        const { command } = body
        const fault = command.kind === 'assign-roles' ? nameFault(command.person, config) : null
        if (fault !== null) return new Problem(422, 'not-fit', fault)
        return commit({ kind: 'command', command: body })
      },
    }),
    defineRoute({
      ...changing,
      isFact: true,
      path: '/api/v1/receipts',
      summary: 'hand in a till receipt, as the till itself does over MQTT',
      body: receiptSchema,
      handle: ({ body }) => tillSays(body),
    }),
    defineRoute({
      ...changing,
      isFact: true,
      path: '/api/v1/voids',
      summary: 'take a till receipt back before its day is closed',
      body: voidSchema,
      handle: ({ body }) => tillSays(body),
    }),
    defineRoute({
      ...changing,
      path: '/api/v1/heartbeats',
      summary: 'a till is there and has handed in everything, as it says itself over MQTT',
      body: heartbeatSchema,
      handle: ({ body }) => tillSays(body),
    }),
    defineRoute({
      ...changing,
      path: '/api/v1/sessions',
      summary: 'somebody has left a store without a till: their baskets are sold',
      body: sessionEndSchema,
      handle: ({ body }) => tillSays(body),
    }),
    ...personRoutes(commit),
  ]
}

/** What a person decides: an answer to a question, how far a sensor is trusted. */
function personRoutes(commit: (work: WorkBody) => Promise<Answered<Committed>>): JsonRoute[] {
  return [
    defineRoute({
      ...changing,
      path: '/api/v1/reviews/{id}/decisions',
      summary: 'answer a review; final',
      speaker: 'user',
      params: z.object({ id: z.coerce.number().int().min(1) }),
      body: z.strictObject({
        decision: z.enum(['accept', 'correct', 'split', 'reject', 'bad-sensor']),
        said: z
          .array(
            z.strictObject({
              sku: z.string().min(1).max(200).optional(),
              quantity: z.string().min(1).max(20).optional().describe('decimal, base units'),
              from: z.string().min(1).max(200).optional(),
              to: z.string().min(1).max(200).optional().describe('a place, or "shrinkage"'),
              because: z
                .enum(['found', 'sold-late', 'named'])
                .optional()
                .describe(
                  "found, sold-late: why a unit in nobody's basket goes back; named: nothing moved, it is this SKU",
                ),
            }),
          )
          .max(SAID_MAX)
          .default([])
          .describe('what happened instead: one movement corrects, several split'),
        user: z.string().min(1).max(100),
        note: z.string().max(1_000).default(''),
      }),
      handle: ({ params, body, key }) =>
        commit({ kind: 'decide', review: params.id, ...body, key }),
    }),
    defineRoute({
      ...changing,
      path: '/api/v1/lessons/{id}/undo',
      summary: 'take an approved picture out of the gallery again; kept with who did it',
      speaker: 'user',
      params: z.object({ id: z.coerce.number().int().min(1).describe('the review that approved') }),
      body: z.strictObject({
        user: z.string().min(1).max(100),
        note: z.string().max(1_000).default(''),
      }),
      handle: ({ params, body, key }) =>
        commit({ kind: 'undo-lesson', lesson: params.id, ...body, key }),
    }),
    defineRoute({
      ...changing,
      path: '/api/v1/authority',
      summary: 'promote or demote a sensor for one kind of movement; audited',
      speaker: 'user',
      body: z.strictObject({
        device: z.string().min(1).max(64),
        movement: z.enum(MOVEMENT_KINDS),
        level: z.enum(LEVELS),
        user: z.string().min(1).max(100),
        note: z.string().max(1_000).default(''),
      }),
      handle: ({ body }) => commit({ kind: 'authority', ...body }),
    }),
  ]
}

/** The first fault in words, all of them as `tallygate import` lists them. */
function importProblem(faults: readonly Fault[]): Problem {
  const [first] = faults
  const place = first === undefined ? '' : `${first.file} row ${first.line}, ${first.column}: `
  const told = `${place}expected ${first?.expected}, got ${first?.got}`
  const detail = faults.length === 1 ? told : `${told} (1 of ${faults.length} wrong)`
  return new Problem(422, 'import-faults', `${detail}; nothing is posted`, { faults })
}

function isTill({ profile }: Config['devices'][number]): boolean {
  return profile === 'till'
}

/** The request contradicts what is booked already; anything else refused does not fit by itself. */
const CONFLICTS: ReadonlySet<string> = new Set([
  'already-decided',
  'source-conflict',
  'order-exists',
  'gtin-taken',
])

function answerOf({
  status,
  code = 'refused',
  message = '',
  sequence,
}: Verdict): Answered<Committed> {
  switch (status) {
    case 'committed':
      return sequence === undefined
        ? { status }
        : new Created({ status, sequence }, `/api/v1/entries/${sequence}`)
    case 'not-stored':
      return new Problem(
        503,
        'not-stored',
        'the store cannot write now and nothing of this is kept; send it again',
        { retryAfterS: RETRY_AFTER_S },
      )
    case 'kept':
    case 'refused':
      return new Problem(statusOf(code), code, message)
  }
}

function statusOf(code: string): number {
  if (code === 'no-such-review') return 404
  // It killed the bookkeeper twice and is kept in quarantine: our fault, not the sender's.
  if (code === 'defect') return 500
  return CONFLICTS.has(code) ? 409 : 422
}
