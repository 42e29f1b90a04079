import type { SerialPort as OpenPort } from 'serialport'

/** How a port is opened; the rest of the serial parameters is the same everywhere. */
export interface PortSettings {
  readonly path: string
  readonly baudRate: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
}

export interface PortEvents {
  onOpen(): void
  onBytes(chunk: Uint8Array): void
  /** Once, whatever ended it: no such port, unplugged, refused. */
  onEnd(reason: string): void
}

export interface Port {
  write(bytes: Uint8Array): void
  /** `onEnd` is not called any more; resolves when the port is free for others. */
  close(): Promise<void>
}

/**
 * The one place that knows the `serialport` package. Its native part is loaded at the first
 * opening only: a store without serial devices does not depend on it. Ports are never listed
 * (that would need udevadm, which small machines lack): a path is opened or it is not.
 */
export function openPort({ path, ...line }: PortSettings, events: PortEvents): Port {
  let port: OpenPort | null = null
  let ended = false
  let onFree: (() => void) | null = null

  const free = () => {
    port = null
    onFree?.()
  }
  const end = (reason: string) => {
    if (ended) return
    ended = true
    if (port?.isOpen) port.close()
    events.onEnd(reason)
  }
  const open = async () => {
    const { SerialPort } = await import('serialport')
    const opening = new SerialPort({ path, ...line, autoOpen: false })
    port = opening
    opening.on('data', (chunk: Buffer) => ended || events.onBytes(chunk))
    opening.on('error', (error) => end(error.message))
    // The kernel says "end of file" where a device has gone without a word.
    opening.on('end', () => end('the port has ended'))
    opening.on('close', (error?: Error | null) => {
      free()
      // The system's own word for an unplugged device is "bad file descriptor".
      end(error ? `unplugged (${error.message})` : 'the port was closed')
    })
    opening.open((error) => {
      if (error) {
        free()
        end(error.message.replace(/^Error:? /, ''))
      } else if (ended) opening.close()
      else events.onOpen()
    })
  }
  const opened = open().catch((cause: unknown) => {
    free()
    end(cause instanceof Error ? cause.message : String(cause))
  })
  return {
    write(bytes) {
      // What a port that ends has not written is worth nothing; its end is told by itself.
      if (port?.isOpen) port.write(bytes, () => {})
    },
    async close() {
      ended = true
      await opened
      if (!port) return
      const freed = new Promise<void>((resolve) => {
        onFree = resolve
      })
      if (port.isOpen) port.close()
      await freed
    },
  }
}
