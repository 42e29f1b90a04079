import { createServer, type Socket } from 'node:net'
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes'
import type { Config } from '../config/schema.ts'
import type { Log } from '../log.ts'
import { ALERT_TOPIC } from './alerts-out.ts'
import { type Arrival, createIntake } from './intake.ts'
import { PacketGuard } from './packet-guard.ts'

export interface BrokerOptions {
  readonly mqtt: Config['mqtt']
  readonly log: Log
  /** Called for every PUBLISH, QoS 0 too; must answer exactly once, must not throw. */
  readonly onArrival: (arrival: Arrival) => void
  readonly onClient: (client: string, connected: boolean) => void
  /** False while the store cannot write: CONNECT is answered "server unavailable". */
  readonly isOpen: () => boolean
}

export interface Broker {
  readonly port: number
  clients(): number
  /** To whoever has subscribed; nobody's answer is waited for. */
  publish(topic: string, payload: string): void
  /** Ends every connection; devices keep what was not acknowledged and send it again. */
  closeClients(): void
  stop(): Promise<void>
}

/**
 * The embedded MQTT broker, and the one place where "committed" comes before "acknowledged":
 * Aedes writes the PUBACK after `authorizePublish` calls back and before anything else, so the
 * callback is withheld until the commit. An error there closes the connection and the device
 * sends the same message for ever, so content is never refused here; a throw would kill the
 * process, so nothing may throw.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { mqtt, log } = options
  const take = createIntake(mqtt.heldBytesPerClient, options.onArrival)
  const aedes = new DeviceBroker({
    drainTimeout: mqtt.drainTimeoutMs,
    connectTimeout: mqtt.connectTimeoutMs,
    heartbeatInterval: 60_000,
    authenticate: (client, _username, _password, done) => {
      if (!options.isOpen()) return done(refusal('the store cannot write now', 3), false)
      if (client.id === '' || client.id.length > 256)
        return done(refusal('a client id of 1-256 characters is needed', 2), false)
      return done(null, true)
    },
    authorizePublish: (client, packet, done) => {
      try {
        if (client) take(client, packet, done)
        else done(null)
      } catch (cause) {
        done(new Error(`a message on ${packet.topic} could not be taken`, { cause }))
      }
    },
    authorizeSubscribe: (client, subscription, done) => {
      const { topic } = subscription
      const isOpen = topic === ALERT_TOPIC || topic === `tallygate/v1/${client?.id}/command`
      done(null, isOpen ? subscription : null)
    },
  })
  await aedes.listen()

  aedes.on('clientReady', (client) => options.onClient(client.id, true))
  aedes.on('clientDisconnect', (client) => options.onClient(client.id, false))
  const quietly = onceASecond((message: string) => log.warn({ message }, 'mqtt client error'))
  aedes.on('clientError', (_client, error) => quietly(error.message))
  aedes.on('connectionError', (_client, error) => quietly(error.message))

  const listener = await listen(mqtt, (socket) => {
    const guard = new PacketGuard(socket, mqtt, (bytes) =>
      log.warn({ bytes, address: socket.remoteAddress }, 'mqtt packet too large: closed'),
    )
    guard.on('error', (error) => quietly(error.message))
    aedes.handle(guard)
  })
  return {
    port: listener.port,
    clients: () => aedes.connectedClients,
    publish(topic, payload) {
      const packet = { cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false } as const
      aedes.publish(packet, (error) => error && quietly(error.message))
    },
    closeClients: listener.closeSockets,
    async stop() {
      const closed = listener.close()
      listener.closeSockets()
      await new Promise<void>((resolve) => aedes.close(resolve))
      await closed
    },
  }
}

type Told = (error?: Error) => void

/**
 * What a device publishes is for us alone, so the way to subscribers ends here: it would cost a
 * topic match, a promise and a queue per message, and a device must not speak to another on its
 * command topic.
 */
class DeviceBroker extends Aedes {
  /** Aedes' handlers name the client whose message it is; what the broker itself says has none. */
  override publish(packet: PublishPacket, from: Client | Told, done?: Told): void {
    if (typeof from === 'function') super.publish(packet, from)
    else if (done) queueMicrotask(done)
  }
}

interface Listener {
  readonly port: number
  closeSockets(): void
  close(): Promise<void>
}

async function listen(mqtt: Config['mqtt'], onSocket: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    onSocket(socket)
  })
  server.maxConnections = mqtt.connections
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(mqtt.port, mqtt.host, resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : mqtt.port,
    closeSockets() {
      for (const socket of sockets) socket.destroy()
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** MQTT 3.1.1 CONNACK return codes: 2 identifier rejected, 3 server unavailable. */
function refusal(message: string, returnCode: 2 | 3): AuthenticateError {
  return Object.assign(new Error(message), { returnCode })
}

/** A disconnect with many messages in flight reports one error each; one line a second is enough. */
function onceASecond(say: (message: string) => void): (message: string) => void {
  let quietUntil = 0
  return (message) => {
    const now = performance.now()
    if (now < quietUntil) return
    quietUntil = now + 1_000
    say(message)
  }
}
