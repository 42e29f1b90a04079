import { bytesOfHex, isSerialProfile, type SerialProfile } from '../../sensors/index.ts'
import type { SerialConfig } from '../config/dialled.ts'
import type { Config } from '../config/schema.ts'
import type { Desk } from '../devices/desk.ts'
import type { Log } from '../log.ts'
import { type SerialLine, type SerialSettings, startSerialLine } from './line.ts'

/** Every serial port of the configuration is opened; its messages go to the desk. */
export function startSerialLines(parts: {
  readonly config: Config
  readonly log: Log
  readonly desk: Pick<Desk, 'hear' | 'link'>
}): { stop(): Promise<void> } {
  const { config, log, desk } = parts
  const lines = config.devices.flatMap(({ id, profile, serial }): SerialLine[] => {
    if (!serial || !isSerialProfile(profile)) return []
    let heldBytes = 0
    let dropped = 0
    const drop = (reason: string) => {
      dropped += 1
      desk.link(id, 'missed', `${reason}; ${dropped} messages dropped since the start`)
    }
    const hear = (bytes: Buffer) => {
      // Nobody resends on a serial line, and pausing it would lose the same reads unseen.
      if (heldBytes + bytes.length > config.mqtt.heldBytesPerClient)
        return drop('the store is too slow')
      heldBytes += bytes.length
      return desk.hear(id, bytes, (error) => {
        heldBytes -= bytes.length
        if (error) drop('the store cannot write')
      })
    }
    return [
      startSerialLine(settingsOf(profile, serial), {
        log,
        onMessage: (bytes) => hear(Buffer.from(bytes)),
        onState: (state, reason) => desk.link(id, state, reason),
        random: Math.random,
      }),
    ]
  })
  return {
    async stop() {
      await Promise.all(lines.map((line) => line.stop()))
    },
  }
}

interface Family {
  readonly baudRate: number
  readonly poll: string | null
}

/**
 * Factory settings. One round of inventory: command 01 without data at address 0 (UHFReader18
 * manual), and 89 once at address 1 (R2000 boards). The 288 takes its parameters (Q, session,
 * antenna) with the command, and Mercury modules want region and power first: those are the
 * store's own, in `poll` and `setUp`.
 */
const FAMILIES: Readonly<Record<SerialProfile, Family>> = {
  thingmagic: { baudRate: 115_200, poll: null },
  uhfreader288: { baudRate: 57_600, poll: null },
  uhfreader18: { baudRate: 57_600, poll: '040001DB4B' },
  r2000: { baudRate: 115_200, poll: 'A004018901D1' },
  barcode: { baudRate: 9_600, poll: null },
}

function settingsOf(profile: SerialProfile, serial: SerialConfig): SerialSettings {
  const { port, baudRate, setUp, poll, ...rest } = serial
  const family = FAMILIES[profile]
  const command = poll ?? family.poll
  return {
    ...rest,
    profile,
    path: port,
    baudRate: baudRate ?? family.baudRate,
    setUp: setUp.flatMap((hex) => bytesOfHex(hex) ?? []),
    poll: command === null ? null : bytesOfHex(command),
  }
}
