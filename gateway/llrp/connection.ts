import { connect, type Socket } from 'node:net'
import { clearTimeout, setTimeout } from 'node:timers'
import { type Assembled, createAssembler } from './assembler.ts'
import {
  ALL,
  answerOf,
  connectionStatus,
  LLRP,
  llrpMessage,
  ourAccessSpec,
  ourRoSpec,
  readerConfig,
  roSpec,
  statusOf,
  tidAccessSpec,
} from './messages.ts'
import type { LlrpSettings } from './reader.ts'

/** One connection to a reader, from dialling to its end. */
export interface ConnectionPorts {
  /** A report or event, whole; `done` when it is safe and more may come. */
  onMessage(bytes: Uint8Array, done: () => void): void
  onReading(): void
  /** Once, whatever ended it. */
  onEnd(reason: string): void
}

export interface Connection {
  /** Asks the reader to close and hears no more; `onEnd` is not called. */
  close(): void
}

export function openConnection(settings: LlrpSettings, ports: ConnectionPorts): Connection {
  const socket = connect({ host: settings.host, port: settings.port })
  const assembler = createAssembler()
  const requests = new Map<number, (message: Assembled) => void>()
  let nextId = 1
  let heldBytes = 0
  let ended = false
  let silence = setTimeout(() => end('no answer to the connection'), settings.dialTimeoutMs)

  const end = (reason: string) => {
    if (ended) return
    ended = true
    clearTimeout(silence)
    socket.destroy()
    ports.onEnd(reason)
  }
  /** Two missed keep-alives and some air; any byte is a sign of life. */
  const heard = () => {
    clearTimeout(silence)
    silence = setTimeout(() => end('no sign of life'), settings.keepAliveMs * 2.5)
  }
  const send = (type: number, ...parts: Uint8Array[]) => {
    const id = nextId++
    socket.write(llrpMessage(type, id, ...parts))
    return id
  }
  const ask = (type: number, ...parts: Uint8Array[]) =>
    new Promise<string | null>((resolve) => {
      const id = send(type, ...parts)
      requests.set(id, (message) => {
        const good = message.type === answerOf(type)
        resolve(good ? statusOf(message.bytes) : `message ${message.type} as an answer`)
      })
    })
  const forward = (message: Assembled) => {
    heldBytes += message.bytes.length
    if (heldBytes > settings.heldBytes) socket.pause()
    ports.onMessage(message.bytes, () => {
      heldBytes -= message.bytes.length
      if (heldBytes <= settings.heldBytes / 2) socket.resume()
    })
  }
  let isSetUp = false
  const take = (message: Assembled) => {
    switch (message.type) {
      case LLRP.keepAlive:
        socket.write(llrpMessage(LLRP.keepAliveAck, message.id))
        return
      case LLRP.roAccessReport:
        forward(message)
        return
      case LLRP.readerEvent: {
        const status = isSetUp ? null : connectionStatus(message.bytes)
        forward(message)
        if (status === null) return
        isSetUp = true
        if (status !== 0) end(`connection refused with status ${status}`)
        else
          void setUp({ ask, send }, settings).then((wrong) =>
            wrong === null ? ports.onReading() : end(wrong),
          )
        return
      }
      default:
        requests.get(message.id)?.(message)
        requests.delete(message.id)
    }
  }
  listen(socket, {
    data(chunk) {
      heard()
      try {
        for (const message of assembler.push(chunk)) if (!ended) take(message)
      } catch (error) {
        end(error instanceof Error ? error.message : String(error))
      }
    },
    end,
  })
  return {
    close() {
      const wasOpen = !ended && socket.readyState === 'open'
      ended = true
      clearTimeout(silence)
      // What is under way may still leave; a reader that never closes must not hold us up.
      if (wasOpen) socket.end(llrpMessage(LLRP.closeConnection, nextId++)).unref()
      else socket.destroy()
    },
  }
}

function listen(socket: Socket, on: { data(chunk: Uint8Array): void; end(reason: string): void }) {
  socket.setNoDelay(true)
  socket.on('data', on.data)
  socket.on('error', (error) => on.end(error.message))
  socket.on('close', () => on.end('connection lost'))
}

interface Speech {
  ask(type: number, ...parts: Uint8Array[]): Promise<string | null>
  send(type: number, ...parts: Uint8Array[]): number
}

/**
 * First what the reader kept while we were away, then our own configuration from scratch: what
 * another client or an older version of us has left there is removed. Null when it reads.
 */
async function setUp({ ask, send }: Speech, settings: LlrpSettings): Promise<string | null> {
  const steps: readonly (readonly [string, () => Promise<string | null>])[] = [
    ['SET_READER_CONFIG', () => ask(LLRP.setReaderConfig, readerConfig(settings.keepAliveMs))],
    ['DELETE_ACCESSSPEC', () => ask(LLRP.deleteAccessSpec, ALL)],
    ['DELETE_ROSPEC', () => ask(LLRP.deleteRoSpec, ALL)],
    ['ADD_ROSPEC', () => ask(LLRP.addRoSpec, roSpec(settings))],
    ...(settings.readTid
      ? ([
          ['ADD_ACCESSSPEC', () => ask(LLRP.addAccessSpec, tidAccessSpec())],
          ['ENABLE_ACCESSSPEC', () => ask(LLRP.enableAccessSpec, ourAccessSpec)],
        ] as const)
      : []),
    ['ENABLE_ROSPEC', () => ask(LLRP.enableRoSpec, ourRoSpec)],
  ]
  send(LLRP.enableEventsAndReports)
  for (const [name, step] of steps) {
    const wrong = await step()
    // Nothing to delete is no fault; some readers say so with a status.
    if (wrong !== null && !name.startsWith('DELETE')) return `${name}: ${wrong}`
  }
  return null
}
