import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as until } from 'node:timers/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { parseConfig } from '../../gateway/config/load.ts'
import { prepareDataFolder } from '../../gateway/data-folder.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { createLog } from '../../gateway/log.ts'
import { GOODS } from '../../gateway/simulator/catalogue.ts'
import { openWorld } from '../../gateway/simulator/day.ts'
import { mastersOf } from '../../gateway/simulator/masters.ts'
import { passReads, type RadioRead } from '../../gateway/simulator/radio/pass.ts'
import { zebraEvent } from '../../gateway/simulator/radio/payloads.ts'
import { createRandom } from '../../gateway/simulator/random.ts'
import { createFilm } from '../../gateway/simulator/shelf/film.ts'
import { SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'
import { siteYaml } from '../../gateway/simulator/site.ts'
import { READERS } from '../../gateway/simulator/story/readers.ts'

/** A whole gateway on the clock of the wall: sockets, threads, disk, pictures. */

/** Silence ends a pass after this; an alarm that waited for it would come later. */
const PASS_GAP_MS = 3_000
const FIRST_CAMERA = 'camera-1'

test('the alarm leaves over the event stream and MQTT before the pass ends, with the shelf beside it', async () => {
  const shop = await openShop()
  const { sku, epc } = shop.tagged
  await shop.photograph()
  for (const till of ['till-1', 'till-2']) await shop.beat(till)
  const lastReadAtMs = await shop.walkOut(epc)
  const [told, published] = await Promise.all([shop.streamed(), shop.published()])
  const delays = { stream: told.atMs - lastReadAtMs, mqtt: published.atMs - lastReadAtMs }
  expect(Math.max(delays.stream, delays.mqtt), JSON.stringify(delays)).toBeLessThan(PASS_GAP_MS)
  expect(told.alert).toMatchObject({ sku, text: expect.stringContaining('no till has sold it') })
  expect(published.alert).toMatchObject({ key: told.alert.key, text: told.alert.text })
  await expect
    .poll(async () => await shop.picture(told.alert.key), { timeout: 10_000 })
    .toMatchObject({ status: 200, type: 'image/jpeg' })
  expect(await shop.get('alarm-pictures')).toMatchObject({ rows: [{ alarm: told.alert.key }] })
}, 120_000)

interface Alert {
  readonly key: string
  readonly text: string
  readonly sku?: string
}
interface Heard {
  readonly alert: Alert
  readonly atMs: number
}

async function openShop() {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-alarm-'))
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, `whsec_${Buffer.alloc(32, 7).toString('base64')}`)
  const yaml = siteYaml({
    dataFolder: join(folder, 'data'),
    mqttPort: 0,
    httpPort: 0,
    headOffice: { url: 'https://127.0.0.1:9/batches', secretFile, caFile: '' },
    logLevel: 'silent',
  }).replace(/^ +caFile:.*\n/m, '')
  const loaded = parseConfig(yaml, 'site.yaml')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded))
  const config = { ...loaded.config, clock: 'system' as const }
  prepareDataFolder(config.dataFolder, true)
  const gateway = await startGateway(config, createLog('silent', 'alarm'))
  const clients: MqttClient[] = []
  const listening = new AbortController()
  onTestFinished(async () => {
    listening.abort()
    for (const client of clients) await client.endAsync(true)
    await gateway.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const connect = async (clientId: string) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${gateway.mqttPort}`, { clientId })
    clients.push(client)
    return client
  }
  const url = `http://127.0.0.1:${gateway.httpPort}/api/v1/`
  const world = openWorld(5)
  const tagged = GOODS.filter((good) => good.tagged)
    .flatMap(({ sku }) => world.at(sku, 'floor').map(({ epc }) => ({ sku, epc: epc ?? '' })))
    .find(({ epc }) => epc !== '')
  if (!tagged) throw new Error('expected a tagged unit on the floor')
  const masters = mastersOf(world, Date.now() - 3_600_000)
  // The first camera watches the shelf of the tagged goods.
  const planogram = masters.planogram.map((row) =>
    row.camera === FIRST_CAMERA ? { ...row, sku: tagged.sku } : row,
  )
  const answer = await fetch(`${url}masters`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'masters' },
    body: JSON.stringify({ ...masters, planogram }),
  })
  if (!answer.ok) throw new Error(await answer.text())

  const pager = await connect('pager')
  const published = new Promise<Heard>((resolve) =>
    pager.on('message', (_topic, payload) => {
      resolve({ alert: JSON.parse(String(payload)), atMs: Date.now() })
    }),
  )
  await pager.subscribeAsync('tallygate/v1/site/alert', { qos: 1 })
  const framed: (() => void)[] = []
  const stream = await fetch(`${url}events`, { signal: listening.signal })
  const streamed = (async () => {
    for await (const event of eventsOf(stream)) {
      if (event['type'] === 'frame') for (const resolve of framed.splice(0)) resolve()
      if (event['type'] === 'alert') return { alert: event as unknown as Alert, atMs: Date.now() }
    }
    throw new Error('the stream ended without an alarm')
  })()
  const devices = new Map<string, MqttClient>()
  const publish = async (device: string, topic: string, payload: string | Buffer) => {
    const client = devices.get(device) ?? (await connect(device))
    devices.set(device, client)
    await client.publishAsync(topic, payload, { qos: 1 })
  }
  return {
    tagged,
    streamed: () => streamed,
    published: () => published,
    async get(path: string) {
      return await (await fetch(`${url}${path}`)).json()
    },
    async picture(alarm: string) {
      const { status, headers } = await fetch(`${url}alarm-pictures/${encodeURIComponent(alarm)}`)
      return { status, type: headers.get('content-type') }
    },
    async beat(till: string) {
      const said = { type: 'heartbeat', till, at: new Date().toISOString() }
      await publish(till, `tallygate/v1/${till}/receipt`, JSON.stringify(said))
    },
    async photograph() {
      const shelf = SHELVES.find(({ camera }) => camera === FIRST_CAMERA)
      if (!shelf) throw new Error('expected a shelf with a camera')
      const filled = world.filledSlots(shelf.location)
      const nobody = { arm: null, shopper: null, light: 1, shift: [0, 0] } as const
      const jpeg = await createFilm(1)({ shelf, filled, ...nobody, frameSeed: 1 })
      const seen = new Promise<void>((resolve) => framed.push(resolve))
      const topic = `tallygate/v1/${FIRST_CAMERA}/frame/b/1/${Date.now()}`
      await publish(FIRST_CAMERA, topic, Buffer.from(jpeg))
      await seen
    },
    /** At the pace of somebody who walks; tells when the last read was sent. */
    async walkOut(epc: string) {
      const { topic, hostName } = READERS['exit-reader']
      const startMs = Date.now()
      const reads: RadioRead[] = passReads(createRandom(5, 'exit'), epc, startMs, 'out')
      let sentAtMs = startMs
      for (const [index, read] of reads.entries()) {
        await until(Math.max(0, read.atMs - Date.now()))
        sentAtMs = Date.now()
        const event = zebraEvent(read, { type: 'PORTAL', eventNum: index + 1, hostName })
        await publish('exit-reader', topic, JSON.stringify(event))
      }
      return sentAtMs
    },
  }
}

async function* eventsOf(response: Response): AsyncGenerator<Record<string, unknown>> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks)
      if (block.startsWith('data: ')) yield JSON.parse(block.slice('data: '.length))
  }
}
