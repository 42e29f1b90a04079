import type { Config, DeviceConfig } from '../config/schema.ts'

/**
 * Which device speaks on which topic. Topics are free text on most readers, so the table comes
 * from the configuration; a filter may use `+` and `#` as in MQTT subscriptions [MQTT-4.7].
 */
export interface TopicTable {
  deviceOf(topic: string): DeviceConfig | null
}

export function createTopicTable(devices: Config['devices']): TopicTable {
  const filters = devices.flatMap((device) =>
    device.topics.map((filter) => ({ device, levels: filter.split('/') })),
  )
  const known = new Map<string, DeviceConfig | null>()
  return {
    deviceOf(topic) {
      const seen = known.get(topic)
      if (seen !== undefined) return seen
      const levels = topic.split('/')
      const device = filters.find((filter) => matches(filter.levels, levels))?.device ?? null
      // Frame topics differ with every frame: the cache is for the few that repeat.
      if (known.size < 4_096) known.set(topic, device)
      return device
    },
  }
}

function matches(filter: readonly string[], topic: readonly string[]): boolean {
  for (let level = 0; level < filter.length; level++) {
    const wanted = filter[level]
    if (wanted === '#') return true
    if (level >= topic.length) return false
    if (wanted !== '+' && wanted !== topic[level]) return false
  }
  return filter.length === topic.length
}
