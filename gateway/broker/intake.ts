import type { Client, PublishPacket } from 'aedes'
import { type AckOrder, createAckOrder } from './ack-order.ts'
import { PacketGuard } from './packet-guard.ts'

/** One PUBLISH on its way in. `answer(null)` lets the acknowledgement go out. */
export interface Arrival {
  readonly client: string
  readonly topic: string
  readonly payload: Buffer
  readonly answer: (error: Error | null) => void
}

type Done = (error?: Error | null) => void

interface Intake {
  readonly order: AckOrder
  heldBytes: number
}

/**
 * Hands each PUBLISH on with an answer that keeps the client's order, and stops reading from a
 * client that has more than `heldBytesMax` unacknowledged here.
 */
export function createIntake(
  heldBytesMax: number,
  onArrival: (arrival: Arrival) => void,
): (client: Client, packet: PublishPacket, done: Done) => void {
  const intakes = new WeakMap<Client, Intake>()
  const intakeOf = (client: Client): Intake => {
    const known = intakes.get(client)
    if (known) return known
    const created = { order: createAckOrder(), heldBytes: 0 }
    intakes.set(client, created)
    return created
  }
  return (client, packet, done) => {
    if (packet.topic.startsWith('$')) return done(new Error('topics under $ are not for devices'))
    // A retained read would look like a fresh one to whoever subscribes later.
    packet.retain = false
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload)
    const intake = intakeOf(client)
    const guard = client.conn instanceof PacketGuard ? client.conn : null
    intake.heldBytes += payload.length
    if (intake.heldBytes > heldBytesMax) guard?.hold()
    const answer = intake.order.reserve((error) => {
      intake.heldBytes -= payload.length
      if (intake.heldBytes <= heldBytesMax / 2) guard?.release()
      done(error)
    })
    onArrival({ client: client.id, topic: packet.topic, payload, answer })
  }
}
