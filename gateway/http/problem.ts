import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import type { Fault } from '../import/tables.ts'
import { schemaFaults, tellFaults } from '../schema-faults.ts'

/** What a refused request is answered with: RFC 9457, with our stable code as an extension. */
export class Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  /** Seconds after which asking again may help. */
  readonly retryAfterS: number | null
  /** Everything wrong with an import, row by row; none for other problems. */
  readonly faults: readonly Fault[]

  constructor(
    status: number,
    code: string,
    detail: string,
    { retryAfterS = null, faults = [] }: Partial<Pick<Problem, 'retryAfterS' | 'faults'>> = {},
  ) {
    this.status = status
    this.code = code
    this.detail = detail
    this.retryAfterS = retryAfterS
    this.faults = faults
  }

  /** `about:blank` says: the type is the HTTP status, and the title is its phrase (section 4.2.1). */
  body(): z.infer<typeof problemSchema> {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Problem',
      status: this.status,
      detail: this.detail,
      code: this.code,
      ...(this.faults.length === 0 ? {} : { faults: this.faults.slice(0, FAULTS_MAX) }),
    }
  }
}

/** As many as a person mends before trying again; `detail` counts them all. */
const FAULTS_MAX = 100

/** One thing wrong with an import, as `tallygate import` tells it. */
const faultSchema = z.object({
  file: z.string().describe('the list of the document that it stands in'),
  line: z.int().nullable().describe('number of the row in that list, from 1'),
  column: z.string(),
  expected: z.string(),
  got: z.string(),
})

export const PROBLEM_TYPE = 'application/problem+json'

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('one sentence: what was expected, what was got'),
  code: z.string().describe('stable, kebab-case'),
  faults: z.array(faultSchema).max(FAULTS_MAX).optional().describe('of masters: row by row'),
})

const FAULTS_TOLD = 3

/** Up to three faults of a value that does not fit its schema, each with its place. */
export function badRequest(error: z.ZodError, what: string, value: unknown): Problem {
  const faults = schemaFaults(error, value).map((fault) => ({
    ...fault,
    path: [what, ...fault.path],
  }))
  return new Problem(400, 'bad-request', tellFaults(faults, { root: what, most: FAULTS_TOLD }))
}
