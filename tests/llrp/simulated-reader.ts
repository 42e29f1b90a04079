import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { type Assembled, createAssembler } from '../../gateway/llrp/assembler.ts'
import { answerOf, LLRP, llrpMessage } from '../../gateway/llrp/messages.ts'

/** A fixed reader as LLRP describes it: one client at a time, one ROSpec, reports that it keeps. */
export interface SimulatedReader {
  readonly port: number
  /** Message types in the order they came, over all connections. */
  readonly heard: number[]
  readonly bodies: Map<number, Uint8Array>
  connections(): number
  /** Sends bytes as they are, cut into pieces of this size. */
  send(bytes: Uint8Array, pieceBytes?: number): void
  drop(): void
  close(): Promise<void>
}

interface Behaviour {
  /** Status of ConnectionAttempt; 0 accepts. */
  readonly attempt?: number
  /** LLRPStatus codes by request type; 0 otherwise. */
  readonly statuses?: Readonly<Record<number, number>>
  /** Reports kept from before, sent once events and reports are enabled. */
  readonly kept?: readonly Uint8Array[]
  readonly onHeard?: (type: number) => void
}

export async function simulateReader(behaviour: Behaviour = {}): Promise<SimulatedReader> {
  const heard: number[] = []
  const bodies = new Map<number, Uint8Array>()
  const sockets = new Set<Socket>()
  let connections = 0
  let client: Socket | null = null
  const server: Server = createServer((socket) => {
    connections += 1
    client = socket
    sockets.add(socket)
    socket.on('error', () => {})
    const assembler = createAssembler()
    socket.write(attempt(behaviour.attempt ?? 0))
    socket.on('data', (chunk) => {
      for (const message of assembler.push(chunk)) answer(socket, message)
    })
  })
  const answer = (socket: Socket, { type, id, bytes }: Assembled) => {
    heard.push(type)
    bodies.set(type, bytes.slice(10))
    if (type === LLRP.enableEventsAndReports)
      for (const report of behaviour.kept ?? []) socket.write(report)
    else if (type !== LLRP.keepAliveAck)
      socket.write(llrpMessage(answerOf(type), id, status(behaviour.statuses?.[type] ?? 0)))
    behaviour.onHeard?.(type)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    bodies,
    connections: () => connections,
    send(bytes, pieceBytes = bytes.length) {
      for (let at = 0; at < bytes.length; at += pieceBytes)
        client?.write(bytes.subarray(at, at + pieceBytes))
    },
    drop: () => client?.destroy(),
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}

function attempt(code: number): Buffer {
  const event = Buffer.from('00f600160080000c00064c070712b320010000060000', 'hex')
  event.writeUInt16BE(code, event.length - 2)
  return llrpMessage(LLRP.readerEvent, 0, event)
}

function status(code: number): Buffer {
  const words = code === 0 ? '' : 'not as you wish'
  const bytes = Buffer.alloc(8 + words.length)
  bytes.writeUInt16BE(287, 0)
  bytes.writeUInt16BE(bytes.length, 2)
  bytes.writeUInt16BE(code, 4)
  bytes.writeUInt16BE(words.length, 6)
  bytes.write(words, 8)
  return bytes
}
