import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'

const FOLDER = fileURLToPath(new URL('./assets/', import.meta.url))

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/**
 * The page's files, read once at the start and served by their exact names: there is no path
 * that a request could climb. Browsers ask each time and are answered 304 while nothing changed,
 * so that an update is seen at once.
 */
export function addAssets(app: FastifyInstance): void {
  for (const name of fileNames()) {
    const content = readFileSync(join(FOLDER, name))
    const tag = `"${createHash('sha256').update(content).digest('base64url')}"`
    const type = TYPES[extname(name)] ?? 'application/octet-stream'
    app.get(name === 'index.html' ? '/' : `/${name}`, (request, reply) => {
      reply.headers({ etag: tag, 'cache-control': 'no-cache' })
      if (request.headers['if-none-match'] === tag) return reply.code(304).send()
      return reply.type(type).send(content)
    })
  }
}

function fileNames(): string[] {
  if (!existsSync(FOLDER)) return []
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(FOLDER, name)).isFile())
    .map((name) => name.replaceAll('\\', '/'))
}
