import { resolve } from 'node:path'
import { systemClock } from '../clock.ts'
import { startHeadOffice } from '../head-office/start-head-office.ts'
import { createLog } from '../log.ts'
import { complain, defineCommand, EXIT, print } from './command.ts'
import { asked } from './run.ts'

const DEFAULT_PORT = 8443
const PORT_MAX = 65_535

export const headOffice = defineCommand(
  {
    about: 'receive journal batches as head office would (reference receiver)',
    usage: `
tallygate head-office --folder DIR [--port N] [--secret-file FILE] [--json]

Takes journal batches over HTTPS on 127.0.0.1, proves every byte, refuses gaps and altered
content, and keeps them in DIR. Runs until it is stopped (SIGTERM, SIGINT). Prints what the
gateway's configuration needs under "destinations".

  --folder DIR        what it keeps; on the first start a certificate and a secret are made there
  --port N            ${DEFAULT_PORT} unless given; 0 takes a free one
  --secret-file FILE  use this shared secret (whsec_ and base64) instead of the one in DIR
  --json              print that as JSON

Look at what a store has sent:
  curl --cacert DIR/ca.pem https://127.0.0.1:${DEFAULT_PORT}/v1/sites/SITE

Exit 1 when it cannot start.`,
    options: {
      folder: { type: 'string' },
      port: { type: 'string', default: String(DEFAULT_PORT) },
      'secret-file': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values: { folder, port, json, 'secret-file': secretFile } }) => {
    const isPort = /^\d{1,5}$/.test(port) && Number(port) <= PORT_MAX
    if (folder === undefined || !isPort) {
      const got = folder === undefined ? '' : `, got port "${port}"`
      complain(`expected --folder DIR and a --port from 0 to ${PORT_MAX}${got}; see --help`)
      return EXIT.usage
    }
    const started = await startHeadOffice({
      folder,
      port: Number(port),
      ...(secretFile === undefined ? {} : { secretFile }),
      nowMs: systemClock.nowMs,
      log: createLog('info', 'head-office'),
    }).catch((error: unknown) => {
      complain(`head office did not start: ${error instanceof Error ? error.message : error}`)
      return null
    })
    if (started === null) return EXIT.refused
    const { url, caFile, secretFile: secret, stop } = started
    const destination = {
      id: 'head-office',
      url,
      caFile: resolve(caFile),
      secretFile: resolve(secret),
    }
    print(json ? JSON.stringify(destination) : inYaml(destination))
    await asked()
    await stop()
    return EXIT.done
  },
)

/** Ready to be pasted; quoted as JSON, which is YAML too. */
function inYaml(destination: Readonly<Record<string, string>>): string {
  const fields = Object.entries(destination).map(
    ([name, value]) => `${name}: ${JSON.stringify(value)}`,
  )
  return `head office is open; in the gateway's configuration:\n\ndestinations:\n  - ${fields.join('\n    ')}\n`
}
