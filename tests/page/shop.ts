import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { parseConfig } from '../../gateway/config/load.ts'
import { prepareDataFolder } from '../../gateway/data-folder.ts'
import { startGateway } from '../../gateway/gateway.ts'
import { createLog } from '../../gateway/log.ts'
import { goodOf } from '../../gateway/simulator/catalogue.ts'
import { openWorld } from '../../gateway/simulator/day.ts'
import { mastersOf } from '../../gateway/simulator/masters.ts'
import { passReads } from '../../gateway/simulator/radio/pass.ts'
import { zebraEvent } from '../../gateway/simulator/radio/payloads.ts'
import { createRandom } from '../../gateway/simulator/random.ts'
import { createFilm } from '../../gateway/simulator/shelf/film.ts'
import { SHELVES } from '../../gateway/simulator/shelf/shelf-layout.ts'
import { siteYaml } from '../../gateway/simulator/site.ts'
import { READERS } from '../../gateway/simulator/story/readers.ts'

/** Nine in the morning of the shop's Monday, Amsterdam time. */
export const OPENING_MS = Date.parse('2026-03-02T08:00:00Z')
export const MINUTE = 60_000
const SEED = 5

export type Shop = Awaited<ReturnType<typeof openShop>>

/** The simulated store's real gateway, its masters imported, with devices that do as they are told. */
export async function openShop() {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-page-'))
  const secretFile = join(folder, 'secret')
  writeFileSync(secretFile, `whsec_${Buffer.alloc(32, 7).toString('base64')}`)
  const yaml = siteYaml({
    dataFolder: join(folder, 'data'),
    mqttPort: 0,
    httpPort: 0,
    // Nobody listens at port 9: head office is away all day.
    headOffice: { url: 'https://127.0.0.1:9/batches', secretFile, caFile: '' },
    logLevel: 'silent',
  }).replace(/^ +caFile:.*\n/m, '')
  const loaded = parseConfig(yaml, 'site.yaml')
  if (!loaded.ok) throw new Error(JSON.stringify(loaded))
  const { config } = loaded
  prepareDataFolder(config.dataFolder, true)
  const log = createLog('silent', 'page')
  let gateway = await startGateway(config, log)
  const { httpPort } = gateway
  const world = openWorld(SEED)
  const clients = new Map<string, MqttClient>()
  const publish = async (device: string, topic: string, payload: string | Buffer) => {
    const options = { clientId: device, reconnectPeriod: 0 }
    const broker = `mqtt://127.0.0.1:${gateway.mqttPort}`
    const client = clients.get(device) ?? (await connectAsync(broker, options))
    clients.set(device, client)
    await client.publishAsync(topic, payload, { qos: 1 })
  }
  const url = `http://127.0.0.1:${httpPort}`
  let nowMs = 0
  let receipts = 0
  const film = createFilm(SEED)
  let frames = 0

  const shop = {
    url,
    /** The gateway's clock; everything due by then is committed when this comes back. */
    async tell(atMs: number) {
      nowMs = atMs
      await publish('sim-clock', 'tallygate/v1/sim/clock', JSON.stringify({ atMs }))
    },
    async post(path: string, body: unknown) {
      const response = await fetch(`${url}/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `test-${path}` },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`)
    },
    async quantity(sku: string) {
      const response = await fetch(`${url}/api/v1/stock?sku=${sku}`)
      const { rows } = (await response.json()) as { rows: { quantity: string }[] }
      return rows.reduce((sum, { quantity }) => sum + Number(quantity), 0)
    },
    /** One till line for one unit, paid by card. */
    async sell(sku: string) {
      const { gtin14, name } = goodOf(sku)
      const receipt = {
        till: 'till-1',
        fiscalDay: '2026-03-02',
        receipt: String(++receipts),
        at: new Date(nowMs).toISOString(),
        lines: [
          {
            line: 1,
            gtin: gtin14,
            description: name,
            quantity: '1',
            net: '5.00',
            taxCode: 'H21',
            tax: '1.05',
          },
        ],
        tenders: [{ kind: 'card', amount: '6.05' }],
        total: '6.05',
      }
      await publish('till-1', 'tallygate/v1/till-1/receipt', JSON.stringify(receipt))
    },
    /** A tagged unit goes out through the exit; a till line does not come. */
    async leaveUnpaid(sku: string) {
      const unit = world.at(sku, 'floor').find(({ epc }) => epc !== null)
      if (!unit?.epc) throw new Error(`expected a tagged ${sku} on the floor`)
      const { topic, hostName } = READERS['exit-reader']
      const leftMs = nowMs
      const reads = passReads(createRandom(SEED, 'exit'), unit.epc, leftMs, 'out')
      // Readers speak of what has been.
      await shop.tell(leftMs + 10_000)
      for (const [index, read] of reads.entries()) {
        const event = zebraEvent(read, { type: 'PORTAL', eventNum: index + 1, hostName })
        await publish('exit-reader', topic, JSON.stringify(event))
      }
      // The pass ends, then the wait for a late till line.
      for (const minutes of [1, 2, 3]) await shop.tell(leftMs + minutes * MINUTE)
    },
    async babble(text: string) {
      await publish('dock-reader', READERS['dock-reader'].topic, text)
    },
    async photograph(camera: 'camera-1' | 'camera-2') {
      const shelf = SHELVES.find((known) => known.camera === camera)!
      const filled = world.filledSlots(shelf.location)
      const nobody = { arm: null, shopper: null, light: 1, shift: [0, 0] } as const
      const jpeg = await film({ shelf, filled, ...nobody, frameSeed: ++frames })
      await publish(camera, `tallygate/v1/${camera}/frame/b/${frames}/${nowMs}`, Buffer.from(jpeg))
    },
    /** The gateway goes away, as for an update; comes back on the same address. */
    async stop() {
      for (const client of clients.values()) await client.endAsync(true)
      clients.clear()
      await gateway.stop()
    },
    async start() {
      const http = { ...config.http, port: httpPort }
      gateway = await startGateway({ ...config, http }, log)
    },
    async close() {
      await shop.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await shop.tell(OPENING_MS)
  await shop.post('masters', mastersOf(world, OPENING_MS - 10 * 60 * MINUTE))
  return shop
}
