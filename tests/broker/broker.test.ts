import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import fc from 'fast-check'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, expect, test } from 'vitest'
import { createAckOrder } from '../../gateway/broker/ack-order.ts'
import { type Broker, startBroker } from '../../gateway/broker/broker.ts'
import type { Arrival } from '../../gateway/broker/intake.ts'
import { createTopicTable } from '../../gateway/broker/topic-table.ts'
import { configSchema } from '../../gateway/config/schema.ts'
import { createLog } from '../../gateway/log.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function brokerWith(
  onArrival: (arrival: Arrival) => void,
  options: { isOpen?: () => boolean; mqtt?: object } = {},
): Promise<Broker> {
  const { mqtt } = configSchema.parse({
    site: { id: 's', name: 'S' },
    mqtt: { port: 0, ...options.mqtt },
  })
  const broker = await startBroker({
    mqtt,
    log: createLog('silent', 'test'),
    onArrival,
    onClient: () => {},
    isOpen: options.isOpen ?? (() => true),
  })
  cleanups.push(() => broker.stop())
  return broker
}

async function clientOf(broker: Broker, clientId = 'dock-reader'): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    clientId,
    reconnectPeriod: 0,
  })
  client.on('error', () => {})
  cleanups.push(() => client.endAsync(true))
  return client
}

test('no acknowledgement leaves before its commit', async () => {
  const held: Arrival[] = []
  const broker = await brokerWith((arrival) => held.push(arrival))
  const client = await clientOf(broker)
  let acknowledged = false
  const publishing = client.publishAsync('reads', 'r1', { qos: 1 }).then(() => {
    acknowledged = true
  })
  await until(() => held.length === 1)
  await client.publishAsync('reads', 'unacknowledged kind', { qos: 0 })
  await until(() => held.length === 2)
  expect(acknowledged).toBe(false)
  for (const arrival of held) arrival.answer(null)
  await publishing
  expect(acknowledged).toBe(true)
})

test('acknowledgements leave in the order of the messages, whatever commits first', async () => {
  const held: Arrival[] = []
  const broker = await brokerWith((arrival) => held.push(arrival))
  const client = await clientOf(broker)
  const order: string[] = []
  const all = ['a', 'b', 'c'].map((name) =>
    client.publishAsync('reads', name, { qos: 1 }).then(() => order.push(name)),
  )
  await until(() => held.length === 3)
  for (const name of ['c', 'a', 'b'])
    held.find(({ payload }) => payload.toString() === name)?.answer(null)
  await Promise.all(all)
  expect(order).toEqual(['a', 'b', 'c'])
})

test('whatever order commits answer in, the client sees the order it sent', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), (answers) => {
      const seen: number[] = []
      const order = createAckOrder()
      const places = answers.map((_, index) => order.reserve(() => seen.push(index)))
      for (const index of answers) places[index]?.(null)
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    }),
  )
})

test('a stranger who announces a huge CONNECT is cut off before anything is buffered', async () => {
  const broker = await brokerWith(() => {})
  const socket = connectTcp(broker.port, '127.0.0.1')
  cleanups.push(() => socket.destroy())
  socket.on('error', () => {})
  // CONNECT with a remaining length of 268,435,455 bytes [MQTT-2.2.3].
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
  await once(socket, 'close')
  expect(broker.clients()).toBe(0)
})

test('a packet over the limit ends the connection of a device that is signed on', async () => {
  const broker = await brokerWith((arrival) => arrival.answer(null), {
    mqtt: { packetBytes: 10_000 },
  })
  const client = await clientOf(broker)
  await client.publishAsync('reads', Buffer.alloc(9_000), { qos: 1 })
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  client.publish('reads', Buffer.alloc(20_000), { qos: 1 })
  await closed
})

test('a device that sends more than it may hold is read no further until commits catch up', async () => {
  const held: Arrival[] = []
  const broker = await brokerWith((arrival) => held.push(arrival), {
    mqtt: { heldBytesPerClient: 300_000 },
  })
  const client = await clientOf(broker)
  const frames = Array.from({ length: 60 }, () =>
    client.publishAsync('camera', Buffer.alloc(100_000), { qos: 1 }),
  )
  await until(() => held.length >= 4)
  await new Promise((resolve) => setImmediate(resolve))
  expect(held.length).toBeLessThan(12)
  const release = setInterval(() => {
    for (const arrival of held.splice(0)) arrival.answer(null)
  }, 1)
  cleanups.push(() => clearInterval(release))
  await Promise.all(frames)
})

test('while the store cannot write, CONNECT is answered "server unavailable"', async () => {
  const broker = await brokerWith(() => {}, { isOpen: () => false })
  await expect(
    connectAsync(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 }),
  ).rejects.toMatchObject({ code: 3 })
})

test('nobody may speak or listen on the system topics', async () => {
  const broker = await brokerWith((arrival) => arrival.answer(null))
  const client = await clientOf(broker)
  const [own] = await client.subscribeAsync('tallygate/v1/dock-reader/command')
  expect(own?.qos).toBe(0)
  await expect(client.subscribeAsync('#')).rejects.toThrow()
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  client.publish('$SYS/x/new/clients', 'dock-reader', { qos: 1 })
  await closed
})

test('what a device publishes reaches nobody but us: no device commands another', async () => {
  const arrived: string[] = []
  const broker = await brokerWith((arrival) => {
    arrived.push(`${arrival.client} ${arrival.topic}`)
    arrival.answer(null)
  })
  const gate = await clientOf(broker, 'gate-reader')
  const commands: string[] = []
  gate.on('message', (topic) => commands.push(topic))
  const topic = 'tallygate/v1/gate-reader/command'
  await gate.subscribeAsync(topic, { qos: 1 })
  const dock = await clientOf(broker, 'dock-reader')
  await dock.publishAsync(topic, 'stop', { qos: 0 })
  await dock.publishAsync(topic, 'stop', { qos: 1 })
  await dock.publishAsync(topic, 'stop', { qos: 2 })
  // One client's packets are answered in order: what was on its way to it would be here by now.
  await gate.publishAsync('reads', 'r1', { qos: 1 })
  await gate.publishAsync('reads', 'r2', { qos: 1 })
  expect(arrived).toEqual([
    ...Array.from({ length: 3 }, () => `dock-reader ${topic}`),
    'gate-reader reads',
    'gate-reader reads',
  ])
  expect(commands).toEqual([])
})

test('a topic belongs to the device whose filter matches it, as MQTT filters do', () => {
  const device = (id: string, ...topics: string[]) => ({
    id,
    profile: 'zebra-iotc' as const,
    topics,
    readPoints: [],
  })
  const table = createTopicTable([
    device('dock', 'zebra/dock/#'),
    device('camera', 'tallygate/v1/camera/frame/+/+/+'),
  ])
  expect(table.deviceOf('zebra/dock/events')?.id).toBe('dock')
  expect(table.deviceOf('zebra/dock')?.id).toBe('dock')
  expect(table.deviceOf('tallygate/v1/camera/frame/1/2/3')?.id).toBe('camera')
  expect(table.deviceOf('tallygate/v1/camera/frame/1/2')).toBeNull()
  expect(table.deviceOf('constructor')).toBeNull()
})

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('what was waited for did not happen in 5 s')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
