import type { EventStream } from '../event-stream.ts'
import type { Broker } from './broker.ts'

/** What whoever carries a pager, a lamp or a siren at the door subscribes to. */
export const ALERT_TOPIC = 'tallygate/v1/site/alert'

/** Alerts leave over MQTT as they are committed: key, atMs, text and, of goods, the SKU. */
export function tellAlerts(events: EventStream, broker: Pick<Broker, 'publish'>): () => void {
  return events.subscribe((event) => {
    if (event.type !== 'alert') return
    const { type: _, ...alert } = event
    broker.publish(ALERT_TOPIC, JSON.stringify(alert))
  })
}
