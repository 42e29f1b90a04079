import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'
import { sendProblem } from './route.ts'

/**
 * Guards every request, unknown paths included. Reading needs no sign-in, so whoever can make
 * a browser on this machine send requests must not reach us: a page whose host name is made to
 * point at 127.0.0.1 (DNS rebinding) still sends its own name in Host, and a page elsewhere
 * sends its own Origin.
 */
export function guardRequests(app: FastifyInstance, port: () => number): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    const own = ownHosts(port())
    const { host, origin } = request.headers
    if (host === undefined || !own.has(host.toLowerCase())) {
      const detail = `expected this gateway's own address as Host, got ${shown(host)}`
      return sendProblem(reply, new Problem(421, 'foreign-host', detail))
    }
    if (origin !== undefined && !own.has(origin.toLowerCase().replace(/^http:\/\//, ''))) {
      const detail = `expected this gateway's own page as Origin, got ${shown(origin)}`
      return sendProblem(reply, new Problem(403, 'foreign-origin', detail))
    }
    return undefined
  })
}

/** Everything the page needs comes from here; it is framed by nobody and sends forms nowhere. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}

function ownHosts(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]']
  // Browsers leave out the port where it is HTTP's own.
  return new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])])
}

function shown(header: string | undefined): string {
  return header === undefined ? 'none' : JSON.stringify(header.slice(0, 100))
}
