import { clearTimeout, setTimeout } from 'node:timers'
import type { SerialProfile } from '../../sensors/index.ts'
import { backOffMs, type RetrySettings } from '../devices/back-off.ts'
import type { Log } from '../log.ts'
import { createCutter } from './cutter.ts'
import { openPort, type Port, type PortSettings } from './port.ts'

export interface SerialSettings extends PortSettings, RetrySettings {
  readonly profile: SerialProfile
  readonly setUp: readonly Uint8Array[]
  /** Null: the device speaks on its own. */
  readonly poll: Uint8Array | null
  readonly pollMs: number
  readonly answerMs: number
}

export interface SerialPorts {
  readonly log: Log
  /** Whole frames or lines, for the decoder of the profile. */
  onMessage(bytes: Uint8Array): void
  /** From `lost` to `reading` the reader is blind: nothing says what it missed. */
  onState(state: 'reading' | 'lost', reason: string): void
  /** 0 up to 1, for the spread of retries. */
  random(): number
}

export interface SerialLine {
  stop(): Promise<void>
}

/** The kernel gives a byte or a few at a time: looked at together, frames make fewer commits. */
const GATHER_MS = 10
/** Some commands have no answer, and some modules answer none. */
const SET_UP_MS = 1_000
/** A wrong baud rate makes noise for ever; one sample a minute is enough to see it by. */
const NOISE_MS = 60_000

/** One serial device: opens its port, polls it where it must be asked, and comes back. */
export function startSerialLine(settings: SerialSettings, ports: SerialPorts): SerialLine {
  let port: Port | null = null
  let session: Session | null = null
  let stopped = false
  let retry: NodeJS.Timeout | undefined
  let tries = 0

  const open = () => {
    const current = createSession(settings, ports, {
      write: (bytes) => port?.write(bytes),
      onReading() {
        tries = 0
        ports.log.info({ port: settings.path }, 'serial reader reads')
        ports.onState('reading', '')
      },
      onSilent: (reason) => void port?.close().then(() => lost(reason)),
    })
    const lost = (reason: string) => {
      if (stopped) return
      current.end()
      port = null
      const waitMs = backOffMs(settings, tries, ports.random())
      // Said once an outage: a port may stay empty for weeks.
      const level = tries === 0 ? 'warn' : 'debug'
      ports.log[level]({ port: settings.path, reason, waitMs }, 'serial reader lost')
      tries += 1
      ports.onState('lost', reason)
      retry = setTimeout(open, waitMs)
    }
    session = current
    port = openPort(settings, { onOpen: current.begin, onBytes: current.take, onEnd: lost })
  }
  open()
  return {
    async stop() {
      stopped = true
      clearTimeout(retry)
      session?.end()
      await port?.close()
    },
  }
}

interface Session {
  begin(): void
  take(chunk: Uint8Array): void
  end(): void
}

/** From one opening of the port to its end. */
function createSession(
  { profile, setUp, poll, pollMs, answerMs }: SerialSettings,
  { onMessage }: SerialPorts,
  on: {
    write(bytes: Uint8Array): void
    onReading(): void
    onSilent(reason: string): void
  },
): Session {
  const cutter = createCutter(profile)
  let gathered: Uint8Array[] = []
  let gathering: NodeJS.Timeout | undefined
  let asking: NodeJS.Timeout | undefined
  let isReading = false
  let quietUntilMs = 0

  const reads = () => {
    if (isReading) return
    isReading = true
    on.onReading()
  }
  const setUpWaiting = [...setUp]
  let isSetUp = false
  /** One command at a time: a module that is busy with one drops the next. */
  const setUpFurther = () => {
    clearTimeout(asking)
    const command = setUpWaiting.shift()
    if (command) {
      on.write(command)
      asking = setTimeout(setUpFurther, SET_UP_MS)
      return
    }
    isSetUp = true
    // A device that is never asked may have nothing to say for hours.
    if (poll) ask(poll)
    else reads()
  }
  const ask = (command: Uint8Array) => {
    on.write(command)
    asking = setTimeout(() => on.onSilent(`no answer within ${answerMs} ms`), answerMs)
  }
  const answered = () => {
    if (!isSetUp) return setUpFurther()
    reads()
    clearTimeout(asking)
    // After the last frame of a round, not between two: modules drop what comes too early.
    if (poll) asking = setTimeout(ask, pollMs, poll)
  }
  const look = () => {
    gathering = undefined
    const message = cutter.push(Buffer.concat(gathered.splice(0)))
    if (message === null) return
    if (message.isWhole) {
      answered()
      onMessage(message.bytes)
    } else if (performance.now() >= quietUntilMs) {
      quietUntilMs = performance.now() + NOISE_MS
      onMessage(message.bytes)
    }
  }
  return {
    begin: setUpFurther,
    take(chunk) {
      gathered.push(chunk)
      gathering ??= setTimeout(look, GATHER_MS)
    },
    end() {
      clearTimeout(asking)
      clearTimeout(gathering)
      if (gathering) look()
      gathered = []
      clearTimeout(asking)
    },
  }
}
