import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/**
 * Stands between a socket and Aedes, which has no packet-size limit of its own (an
 * unauthenticated socket could make it buffer hundreds of megabytes) and gives no back-pressure
 * for packets larger than one socket read. Counts fixed headers [MQTT-2.2], lets the bytes pass
 * unchanged, and closes the socket when a packet announces more than it may.
 */
export class PacketGuard extends Duplex {
  readonly #socket: Socket
  readonly #limits: PacketLimits
  readonly #refused: (bytes: number) => void
  #state: 'type' | 'length' | 'body' = 'type'
  #connected = false
  #remaining = 0
  #multiplier = 1
  #held = false
  #wanted = false

  constructor(socket: Socket, limits: PacketLimits, refused: (bytes: number) => void) {
    super({ readableHighWaterMark: 65_536, writableHighWaterMark: 65_536, allowHalfOpen: false })
    this.#socket = socket
    this.#limits = limits
    this.#refused = refused
    socket.on('data', (chunk: Buffer) => this.#pass(chunk))
    socket.on('end', () => this.push(null))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
    socket.pause()
  }

  /** Stops taking bytes from the device until `release`: it holds enough unacknowledged here. */
  hold(): void {
    this.#held = true
    this.#socket.pause()
  }

  release(): void {
    this.#held = false
    if (this.#wanted) this.#socket.resume()
  }

  override _read(): void {
    this.#wanted = true
    if (!this.#held) this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void) {
    this.#socket.write(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy()
    done(error)
  }

  #pass(chunk: Buffer): void {
    const tooLarge = this.#scan(chunk)
    if (tooLarge !== null) {
      this.#refused(tooLarge)
      this.destroy()
      return
    }
    if (!this.push(chunk)) {
      this.#wanted = false
      this.#socket.pause()
    }
  }

  /** Follows packet boundaries; returns the announced size of the first packet over its limit. */
  #scan(chunk: Buffer): number | null {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'body') {
        const skipped = Math.min(this.#remaining, chunk.length - at)
        this.#remaining -= skipped
        at += skipped
        if (this.#remaining === 0) this.#state = 'type'
        continue
      }
      const byte = chunk[at] ?? 0
      at += 1
      if (this.#state === 'type') this.#begin()
      else {
        const size = this.#addLengthByte(byte)
        if (size !== null) return size
      }
    }
    return null
  }

  #begin(): void {
    this.#state = 'length'
    this.#remaining = 0
    this.#multiplier = 1
  }

  /** One byte of the remaining length, seven bits a byte, four bytes at most. */
  #addLengthByte(byte: number): number | null {
    this.#remaining += (byte & 0x7f) * this.#multiplier
    this.#multiplier *= 128
    const limit = this.#connected ? this.#limits.packetBytes : this.#limits.packetBytesBeforeConnect
    if (this.#remaining > limit) return this.#remaining
    if ((byte & 0x80) !== 0) return this.#multiplier > 2_097_152 ? this.#remaining : null
    this.#connected = true
    this.#state = this.#remaining === 0 ? 'type' : 'body'
    return null
  }
}

export interface PacketLimits {
  readonly packetBytesBeforeConnect: number
  readonly packetBytes: number
}
