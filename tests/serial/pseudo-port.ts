import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/**
 * A serial device without hardware: a pseudo terminal whose other end a small Python program
 * holds. Bytes cross as lines of hexadecimal; ending the program is pulling the plug.
 */
export interface PseudoDevice {
  send(bytes: Uint8Array | string): void
  /** Every byte that the gateway has written so far, upper-case hexadecimal. */
  heard(): string
  unplug(): Promise<void>
}

const PROGRAM = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
link = sys.argv[1]
if os.path.lexists(link): os.unlink(link)
os.symlink(os.ttyname(slave), link)
print('ready', flush=True)
pending = b''
while True:
    ready, _, _ = select.select([0, master], [], [])
    if master in ready: print(os.read(master, 65536).hex().upper(), flush=True)
    if 0 in ready:
        got = os.read(0, 65536)
        if not got: break
        pending += got
        *lines, pending = pending.split(b'\\n')
        for line in lines: os.write(master, bytes.fromhex(line.decode()))
`

/** Whether this machine can make one; the tests that need it say when they are skipped. */
export const canPretend =
  spawnSync('python3', ['-c', 'import pty; pty.openpty()'], { timeout: 10_000 }).status === 0

/** Plugs the device in; its path stays the same over unplugging, as under /dev/serial/by-id. */
export async function plugIn(path: string): Promise<PseudoDevice> {
  const program = spawn('python3', ['-c', PROGRAM, path], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: program.stdout })
  let heard = ''
  await once(lines, 'line')
  lines.on('line', (line) => {
    heard += line
  })
  return {
    send: (bytes) => void program.stdin.write(`${Buffer.from(bytes).toString('hex')}\n`),
    heard: () => heard,
    async unplug() {
      if (program.exitCode !== null) return
      const gone = once(program, 'exit')
      program.stdin.end()
      await gone
    },
  }
}
