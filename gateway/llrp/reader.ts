import { clearTimeout, setTimeout } from 'node:timers'
import { backOffMs } from '../devices/back-off.ts'
import type { Log } from '../log.ts'
import { type Connection, openConnection } from './connection.ts'

export interface LlrpSettings {
  readonly host: string
  readonly port: number
  readonly antennas: readonly number[]
  readonly tagsPerReport: number
  readonly readTid: boolean
  readonly keepAliveMs: number
  readonly dialTimeoutMs: number
  readonly retryFirstMs: number
  readonly retryMaxMs: number
  /** Bytes given out and not yet safe, before we stop reading the socket. */
  readonly heldBytes: number
}

export interface LlrpPorts {
  readonly log: Log
  /** A whole message for profile `llrp`; `done` when it is committed. */
  onMessage(bytes: Uint8Array, done: () => void): void
  /** From `lost` to `reading` the reader is blind: LLRP does not say what it missed. */
  onState(state: 'reading' | 'lost', reason: string): void
  /** 0 up to 1, for the spread of retries. */
  random(): number
}

export interface LlrpReader {
  stop(): void
}

/** A plain fixed reader without middleware: connects, sets it up, reads, and comes back. */
export function startLlrpReader(settings: LlrpSettings, ports: LlrpPorts): LlrpReader {
  let connection: Connection | null = null
  let retry: NodeJS.Timeout | null = null
  let tries = 0

  const open = () => {
    retry = null
    connection = openConnection(settings, {
      onMessage: ports.onMessage,
      onReading() {
        tries = 0
        ports.log.info({ host: settings.host }, 'llrp reader reads')
        ports.onState('reading', '')
      },
      onEnd(reason) {
        connection = null
        ports.onState('lost', reason)
        const waitMs = backOffMs(settings, tries, ports.random())
        tries += 1
        ports.log.warn({ host: settings.host, reason, waitMs }, 'llrp reader lost')
        retry = setTimeout(open, waitMs)
      },
    })
  }
  open()
  return {
    stop() {
      if (retry) clearTimeout(retry)
      connection?.close()
    },
  }
}
