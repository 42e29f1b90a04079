import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Broker, startBroker } from '../../gateway/broker/broker.ts'
import type { Arrival } from '../../gateway/broker/intake.ts'
import { configSchema } from '../../gateway/config/schema.ts'
import { createLog } from '../../gateway/log.ts'
import { createDeviceNet } from '../../gateway/simulator/devices.ts'
import { createFrameReports } from '../../gateway/simulator/frame-reports.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const brokerWith = async (onArrival: (arrival: Arrival) => void): Promise<Broker> => {
  const { mqtt } = configSchema.parse({ site: { id: 's', name: 'S' }, mqtt: { port: 0 } })
  const log = createLog('silent', 'test')
  const broker = await startBroker({
    mqtt,
    log,
    onArrival,
    onClient: () => {},
    isOpen: () => true,
  })
  cleanups.push(() => broker.stop())
  return broker
}
const packets = (device: string, count: number) =>
  Array.from({ length: count }, (_, number) => ({
    device,
    topic: `${device}/reads`,
    payload: `${device} ${number}`,
  }))
const saying = ({ payload }: Arrival) => payload.toString()

describe('devices on the network', () => {
  test('publish one after the other, each in its own order', async () => {
    const heard: string[] = []
    const broker = await brokerWith((arrival) => {
      heard.push(saying(arrival))
      arrival.answer(null)
    })
    const net = createDeviceNet({ mqttPort: async () => broker.port })
    cleanups.push(() => net.close())
    const said = [...packets('dock-reader', 40), ...packets('till-1', 3)]
    await net.publish(1_000, said)
    expect(heard).toEqual(said.map(({ payload }) => payload))
  })

  test('a lost connection: the clock is told again, then all that was not acknowledged', async () => {
    const heard: string[] = []
    let live: Broker
    const answerTwoThenDie = await brokerWith((arrival) => {
      if (saying(arrival) === 'dock-reader 0' || saying(arrival) === 'dock-reader 1')
        return arrival.answer(null)
      live = second
      answerTwoThenDie.closeClients()
    })
    const second = await brokerWith((arrival) => {
      heard.push(saying(arrival))
      arrival.answer(null)
    })
    live = answerTwoThenDie
    const net = createDeviceNet({ mqttPort: async () => live.port })
    cleanups.push(() => net.close())
    await net.publish(5_000, packets('dock-reader', 6))
    expect(heard[0]).toBe('{"atMs":5000}')
    // Acknowledgements may die on the wire too: what comes again begins at 2 or before.
    const again = heard.slice(1)
    const all = packets('dock-reader', 6).map(({ payload }) => payload)
    expect(again.length).toBeGreaterThanOrEqual(4)
    expect(again).toEqual(all.slice(-again.length))
  })

  test('a gateway that stays away is told of, not waited for without end', async () => {
    const net = createDeviceNet({ mqttPort: async () => 1, attempts: 2 })
    await expect(net.tell(0)).rejects.toThrow('the clock was not acknowledged in 2 attempts')
  })
})

describe('reports of pictures', () => {
  test('come over the event stream; a stream that breaks says that the word may be lost', async () => {
    let stream: ServerResponse | null = null
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n')
      stream = response
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => server.close())
    const { port } = server.address() as AddressInfo
    const frames = createFrameReports({ eventsUrl: async () => `http://127.0.0.1:${port}/` })
    cleanups.push(() => frames.close())
    await frames.listening()
    const report = frames.reportOf('camera-1', 1_000)
    const event = { type: 'frame', camera: 'camera-1', atMs: 1_000, outcome: 'usable', detail: '' }
    const text = `event: frame\ndata: ${JSON.stringify(event)}\n\n`
    stream!.write(text.slice(0, 30))
    stream!.write(text.slice(30))
    expect(await report).toBe('usable')
    const lost = frames.reportOf('camera-1', 2_000)
    stream!.end()
    expect(await lost).toBeNull()
  })
})
