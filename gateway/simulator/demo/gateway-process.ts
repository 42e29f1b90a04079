import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { spawnCli } from '../../process/spawn-cli.ts'

const portsShape = z.object({ mqtt: z.number(), http: z.number() })
type Ports = z.infer<typeof portsShape>

/** The gateway as a real process of its own, which may be killed and started again. */
export interface GatewayProcess {
  /** Comes back when it takes reads. */
  start(): Promise<void>
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>
  /** SIGTERM, then waits for the end. */
  stop(): Promise<void>
  /** Where it listens now; fails until a start has finished. */
  ports(): Promise<Ports>
  /** What it said on its standard error, the last part of it. */
  said(): string
}

const START_MS = 60_000
const POLL_MS = 50
const STOP_MS = 15_000
const SAID_CHARACTERS = 8_000

export function createGatewayProcess(configFile: string, dataFolder: string): GatewayProcess {
  const portsFile = join(dataFolder, 'ports.json')
  let child: ChildProcess | null = null
  let said = ''
  const hear = (text: string) => {
    said = (said + text).slice(-SAID_CHARACTERS)
  }
  const ports = async () => portsShape.parse(JSON.parse(await readFile(portsFile, 'utf8')))
  const isReady = async () => {
    try {
      const { http } = await ports()
      return (await fetch(`http://127.0.0.1:${http}/readyz`)).ok
    } catch {
      return false
    }
  }
  const end = async (signal: NodeJS.Signals) => {
    const running = child
    child = null
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const exited = once(running, 'exit')
    running.kill(signal)
    await Promise.race([exited, sleep(STOP_MS, null, { ref: false })])
    if (running.exitCode === null && running.signalCode === null) running.kill('SIGKILL')
  }
  return {
    async start() {
      await rm(portsFile, { force: true })
      const args = ['run', '--config', configFile, '--create', '--while-stdin']
      const started = spawnCli(args, { onStderr: hear, onStdout: hear, detached: true })
      child = started
      for (let waited = 0; waited < START_MS; waited += POLL_MS) {
        if (started.exitCode !== null || started.signalCode !== null) break
        if (await isReady()) return
        await sleep(POLL_MS)
      }
      throw new Error(`the gateway did not start:\n${said}`)
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    ports,
    said: () => said,
  }
}
