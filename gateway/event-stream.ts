import type { GatewayEvent } from './events.ts'

export interface EventStream {
  emit(event: GatewayEvent): void
  subscribe(listener: (event: GatewayEvent) => void): () => void
}

export function createEventStream(): EventStream {
  const listeners = new Set<(event: GatewayEvent) => void>()
  return {
    emit(event) {
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
