import { setTimeout as sleep } from 'node:timers/promises'
import { connectAsync, type MqttClient } from 'mqtt'
import { CLOCK_TOPIC } from './story/messages.ts'

/** The store's devices on the network: each its own MQTT client, publishing with QoS 1. */
export interface DeviceNet {
  /**
   * Publishes in the given order, device after device, and comes back when everything is
   * acknowledged. What a lost connection left unacknowledged is sent again, in the same order,
   * after the clock has told the time anew.
   */
  publish(atMs: number, packets: readonly Packet[]): Promise<void>
  /** Tells the gateway the time; its acknowledgement means that everything due is committed. */
  tell(atMs: number): Promise<void>
  close(): Promise<void>
}

export interface Packet {
  readonly device: string
  readonly topic: string
  readonly payload: string | Uint8Array
}

export interface DeviceNetOptions {
  /** Asked before every connection: a restarted gateway may listen elsewhere. */
  readonly mqttPort: () => Promise<number>
  readonly attempts?: number
}

const CLOCK_DEVICE = 'sim-clock'
const CONNECT_TIMEOUT_MS = 3_000
const RETRY_MS = 250
/** Two minutes of a gateway that is away. */
const ATTEMPTS = 480

export function createDeviceNet(options: DeviceNetOptions): DeviceNet {
  const clients = new Map<string, MqttClient>()
  const attempts = options.attempts ?? ATTEMPTS
  const clientOf = async (device: string): Promise<MqttClient> => {
    const known = clients.get(device)
    if (known?.connected) return known
    known?.end(true)
    clients.delete(device)
    const client = await connect(device, await options.mqttPort())
    clients.set(device, client)
    return client
  }
  const send = async ({ device, topic, payload }: Packet) => {
    await publishOnce(await clientOf(device), topic, payload)
  }
  const clock = (atMs: number) =>
    send({ device: CLOCK_DEVICE, topic: CLOCK_TOPIC, payload: JSON.stringify({ atMs }) })
  const persist = async (what: string, attempt: () => Promise<void>) => {
    for (let tried = 1; ; tried++) {
      try {
        return await attempt()
      } catch (cause) {
        if (tried >= attempts)
          throw new Error(`${what} was not acknowledged in ${tried} attempts`, { cause })
        await sleep(RETRY_MS)
      }
    }
  }
  return {
    tell: (atMs) => persist('the clock', () => clock(atMs)),
    async publish(atMs, packets) {
      for (const device of new Set(packets.map((packet) => packet.device))) {
        let waiting = packets.filter((packet) => packet.device === device)
        let isRetry = false
        await persist(`${device}'s ${waiting.length} messages`, async () => {
          // The gateway may have started anew and not know what time it is.
          if (isRetry) await clock(atMs)
          isRetry = true
          const client = await clientOf(device)
          const left = await publishAll(client, waiting)
          waiting = left
          if (left.length > 0) throw new Error(`${left.length} left unacknowledged`)
        })
      }
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.endAsync(true)))
      clients.clear()
    },
  }
}

async function connect(device: string, port: number): Promise<MqttClient> {
  const client = await connectAsync(
    `mqtt://127.0.0.1:${port}`,
    {
      clientId: device,
      clean: true,
      keepalive: 60,
      // We connect again ourselves, and send again ourselves: order matters more than speed.
      reconnectPeriod: 0,
      resubscribe: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
    },
    false,
  )
  client.on('error', () => undefined)
  // One listener per message under way.
  client.setMaxListeners(0)
  return client
}

/** All at once in order, as a device with an in-flight window does; what was not acknowledged. */
async function publishAll(client: MqttClient, packets: readonly Packet[]): Promise<Packet[]> {
  const acknowledged = await Promise.all(
    packets.map(({ topic, payload }) =>
      publishOnce(client, topic, payload).then(
        () => true,
        () => false,
      ),
    ),
  )
  // Acknowledgements keep the order: from the first gap on, everything goes again.
  const gap = acknowledged.indexOf(false)
  return gap === -1 ? [] : packets.slice(gap)
}

/** Settles when the acknowledgement is there or the connection is gone. */
function publishOnce(
  client: MqttClient,
  topic: string,
  payload: string | Uint8Array,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new Error(`connection lost before ${topic} was acknowledged`))
    client.once('close', lost)
    const body = typeof payload === 'string' ? payload : Buffer.from(payload)
    client.publish(topic, body, { qos: 1 }, (error) => {
      client.off('close', lost)
      if (error) reject(error)
      else resolve()
    })
  })
}
