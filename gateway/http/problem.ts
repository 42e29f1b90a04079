import { STATUS_CODES } from 'node:http'
import { z } from 'zod'
import { schemaFaults, tellFaults } from '../schema-faults.ts'

/** What a refused request is answered with: RFC 9457, with our stable code as an extension. */
export class Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  /** Seconds after which asking again may help. */
  readonly retryAfterS: number | null

  constructor(status: number, code: string, detail: string, retryAfterS: number | null = null) {
    this.status = status
    this.code = code
    this.detail = detail
    this.retryAfterS = retryAfterS
  }

  /** `about:blank` says: the type is the HTTP status, and the title is its phrase (section 4.2.1). */
  body(): z.infer<typeof problemSchema> {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status] ?? 'Problem',
      status: this.status,
      detail: this.detail,
      code: this.code,
    }
  }
}

export const PROBLEM_TYPE = 'application/problem+json'

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('one sentence: what was expected, what was got'),
  code: z.string().describe('stable, kebab-case'),
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
