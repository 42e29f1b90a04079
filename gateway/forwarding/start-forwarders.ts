import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { Config } from '../config/schema.ts'
import type { GatewayEvent } from '../events.ts'
import type { Log } from '../log.ts'
import { createDelivery, type OutgoingBatch } from './delivery.ts'
import { createForwarder, type DestinationStatus } from './forwarder.ts'

export interface ForwarderOptions {
  readonly config: Config
  /** The first batch this destination has not acknowledged; null when it has them all. */
  readonly nextBatch: (destination: string) => Promise<OutgoingBatch | null>
  readonly commit: (body: WorkBody) => Promise<Verdict>
  /** The gateway's time, simulated or not, for what is shown; retries run on real time. */
  readonly clock: Clock
  readonly log: Log
  readonly emit: (event: GatewayEvent) => void
}

export interface Forwarders {
  /** A batch was sealed. */
  wake(): void
  stop(): Promise<void>
  status(): DestinationStatus[]
}

/**
 * Starts one forwarder per destination; each goes its own pace. Throws when a secret or a
 * certificate authority cannot be read: better no start than books that never leave the shop.
 */
export function startForwarders(options: ForwarderOptions): Forwarders {
  const { config, ...parts } = options
  const roads = config.destinations.map((destination) => ({
    destination,
    // Signatures carry the real time: the receiver knows no simulated one.
    deliver: createDelivery(destination, config.site.id, systemClock.nowMs),
  }))
  const forwarders = roads.map((road) => createForwarder({ ...road, ...parts }))
  for (const forwarder of forwarders) forwarder.start()
  return {
    wake: () => forwarders.forEach((forwarder) => void forwarder.wake()),
    stop: async () => {
      await Promise.all(forwarders.map((forwarder) => forwarder.stop()))
    },
    status: () => forwarders.map((forwarder) => forwarder.status()),
  }
}
