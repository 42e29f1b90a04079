import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { type RunningGateway, startGateway } from '../../gateway/gateway.ts'
import { createLog } from '../../gateway/log.ts'
import { configOf, JAM, mastersOf, receiptText } from '../support/store-room.ts'

/** A disk of its own, small enough to be filled; null where this machine does not allow it. */
function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  return folder
}

const disk = smallDisk()
if (disk === null)
  process.stderr.write('a full disk is not tried: mounting one of its own needs root\n')

test.skipIf(disk === null)(
  'a disk that is full: nothing is acknowledged, it is said, and nothing is lost',
  {
    timeout: 120_000,
  },
  async () => {
    const folder = disk ?? ''
    onTestFinished(() => void execFileSync('umount', ['-l', folder]))
    const dataFolder = join(folder, 'data')
    mkdirSync(dataFolder)
    const limits = { writeFailureHoldMs: 300, tickMs: 50 }
    const config = configOf(dataFolder, { clock: 'system', limits })
    const gateway = await startGateway(config, createLog('silent', 'test'))
    onTestFinished(() => gateway.stop())
    const events = await eventsOf(gateway)
    const opening = [{ sku: 'JAM', location: 'jam-shelf', quantity: 500, value: '800.00' }]
    await post(gateway, 'masters', mastersOf(opening))
    const till = await tillOf(gateway)
    const sell = (client: MqttClient, number: number) =>
      client.publishAsync('till/till-1', receiptOf(number), { qos: 1 })
    await sell(till, 1)

    fill(join(folder, 'ballast'))
    const closed = new Promise<void>((resolve) => till.once('close', () => resolve()))
    let number = 2
    let acknowledged = 1
    // What SQLite has room for in its files still fits; then the disk says no.
    const sold = (async () => {
      for (; number < 400; number++) {
        const answer = await Promise.race([sell(till, number).then(() => true), closed])
        if (answer !== true) return
        acknowledged = number
      }
    })()
    await closed
    await sold
    expect(acknowledged).toBeLessThan(399)
    expect(events).toContain('refusing')
    expect((await fetch(`${address(gateway)}/readyz`)).status).toBe(503)
    await expect(tillOf(gateway)).rejects.toMatchObject({ code: 3 })
    const refused = await post(gateway, 'masters', mastersOf([], 'later'))
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).not.toBeNull()

    rmSync(join(folder, 'ballast'))
    const again = await until(() => tillOf(gateway))
    for (let missing = acknowledged + 1; missing <= acknowledged + 3; missing++)
      await sell(again, missing)
    // The last one before the outage too: the till cannot know whether its acknowledgement was lost.
    await sell(again, acknowledged)
    expect(events).toContain('writable')
    const stock = await (await fetch(`${address(gateway)}/api/v1/stock`)).json()
    expect(stock).toMatchObject({ rows: [{ sku: 'JAM', quantity: `${500 - acknowledged - 3}` }] })
    const verified = await (await fetch(`${address(gateway)}/api/v1/verify`)).json()
    expect(verified).toMatchObject({ ok: true })
    await again.endAsync(true)
  },
)

test.runIf(disk === null)(
  'a full disk needs a file system of its own: skipped without root',
  () => {
    expect(disk).toBeNull()
  },
)

/** Takes every block that is left. */
function fill(file: string): void {
  const block = Buffer.alloc(65_536)
  const handle = openSync(file, 'w')
  try {
    for (;;) writeSync(handle, block)
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    closeSync(handle)
  }
}

const address = ({ httpPort }: RunningGateway) => `http://127.0.0.1:${httpPort}`

function tillOf({ mqttPort }: RunningGateway): Promise<MqttClient> {
  return connectAsync(
    `mqtt://127.0.0.1:${mqttPort}`,
    { clientId: 'till-1', reconnectPeriod: 0, clean: true },
    false,
  )
}

function receiptOf(number: number): string {
  return JSON.stringify(receiptText({ receipt: String(number), lines: [{ gtin: JAM }] }, 5))
}

function post(gateway: RunningGateway, path: string, body: unknown): Promise<Response> {
  return fetch(`${address(gateway)}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `test-${path}` },
    body: JSON.stringify(body),
  })
}

/** States of the store as the page's stream tells them. */
async function eventsOf(gateway: RunningGateway): Promise<string[]> {
  const states: string[] = []
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const response = await fetch(`${address(gateway)}/api/v1/events`, { signal: stop.signal })
  const listen = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk)
      for (const state of ['refusing', 'writable'])
        if (text.includes(`"state":"${state}"`)) states.push(state)
    }
  }
  listen().catch(() => undefined)
  return states
}

async function until<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 30_000
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
