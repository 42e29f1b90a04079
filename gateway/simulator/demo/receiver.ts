import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { startHeadOffice } from '../../head-office/start-head-office.ts'
import { createLog } from '../../log.ts'
import type { SiteOptions } from '../site.ts'

/** Head office as the simulated store meets it: a real HTTPS receiver with its own books. */
export interface Receiver {
  readonly destination: SiteOptions['headOffice']
  /** Address of what it has of one site; its certificate is the destination's `caFile`. */
  siteUrl(site: string): string
  /** Head office is away; nothing it has is lost. */
  down(): Promise<void>
  /** Back under the same address. */
  up(): Promise<void>
  stop(): Promise<void>
}

export async function startReceiver(folder: string): Promise<Receiver> {
  const open = (port: number) =>
    startHeadOffice({
      folder: join(folder, 'head-office'),
      port,
      nowMs: systemClock.nowMs,
      log: createLog('silent', 'head-office'),
    })
  const first = await open(0)
  const { url, caFile, secretFile, port } = first
  let running: typeof first | null = first
  const down = async () => {
    const closing = running
    running = null
    await closing?.stop()
  }
  return {
    destination: { url, caFile, secretFile },
    siteUrl: (site) => new URL(`/v1/sites/${site}`, url).href,
    down,
    async up() {
      running ??= await open(port)
    },
    stop: down,
  }
}
