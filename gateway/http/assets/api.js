/** The gateway's API as this page uses it. */

const BASE = '/api/v1/'
/** A gateway that does not answer within this is as good as gone. */
const TIMEOUT_MS = 20_000

/** An answer that is no success: HTTP status and what the problem document says. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

export async function get(path) {
  return await ask(path, {})
}

/** `key` names the request for ever, so that a repeated click changes nothing twice. */
export async function post(path, body, key) {
  return await ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
}

/** Where a camera's picture of this moment is; the time keeps an old one out of the cache. */
export const pictureUrl = (camera, atMs) =>
  `${BASE}cameras/${encodeURIComponent(camera)}/latest.jpg?at=${atMs}`

/** The shelf that an alarm is about, as it stood then. */
export const alarmPictureUrl = (alarm) => `${BASE}alarm-pictures/${encodeURIComponent(alarm)}`

async function ask(path, options) {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  let response
  try {
    response = await fetch(BASE + path, { cache: 'no-store', signal, ...options })
  } catch {
    throw new ApiError(0, 'the gateway does not answer')
  }
  if (response.ok) return response.status === 204 ? null : await response.json()
  throw new ApiError(response.status, await problemOf(response))
}

/** RFC 9457: `detail` is the sentence for a person. */
async function problemOf(response) {
  try {
    const problem = await response.json()
    return problem.detail ?? problem.title ?? `HTTP ${response.status}`
  } catch {
    return `HTTP ${response.status}`
  }
}
