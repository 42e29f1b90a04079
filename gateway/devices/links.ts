import type { Verdict, WorkBody } from '../bookkeeper/protocol.ts'

export type LinkState = Extract<WorkBody, { kind: 'link' }>['state']

/** Tells the bookkeeper when devices that we open ourselves could not have seen anything. */
export interface Links {
  tell(device: string, state: LinkState, detail: string): void
  /** The store writes again: what it could not take is told before anything else. */
  tellAgain(): void
}

interface Told {
  readonly state: LinkState
  readonly detail: string
}

interface Queue {
  /** Oldest first, each state once: a newer one of its kind says all that the older said. */
  readonly waiting: Map<LinkState, Told>
  isReading: boolean | null
  sending: boolean
}

export function createLinks(
  submit: (body: WorkBody, settle: (verdict: Verdict) => void) => void,
): Links {
  const queues = new Map<string, Queue>()
  const queueOf = (device: string) => {
    const known = queues.get(device)
    if (known) return known
    const queue: Queue = { waiting: new Map(), isReading: null, sending: false }
    queues.set(device, queue)
    return queue
  }
  const send = (device: string, queue: Queue) => {
    const told = queue.waiting.values().next().value
    if (queue.sending || !told) return
    queue.sending = true
    submit({ kind: 'link', device, ...told }, ({ status }) => {
      queue.sending = false
      // Kept for `tellAgain`: no time passes in the books until the store writes.
      if (status === 'not-stored') return
      if (queue.waiting.get(told.state) === told) queue.waiting.delete(told.state)
      send(device, queue)
    })
  }
  return {
    tell(device, state, detail) {
      const queue = queueOf(device)
      const isReading = state === 'missed' ? queue.isReading : state === 'reading'
      // A port that stays away, or reads that go on being dropped, are told once.
      const isKnown = state === 'missed' ? queue.waiting.has(state) : queue.isReading === isReading
      if (isKnown) return
      queue.isReading = isReading
      queue.waiting.delete(state)
      queue.waiting.set(state, { state, detail })
      send(device, queue)
    },
    tellAgain() {
      for (const [device, queue] of queues) send(device, queue)
    },
  }
}
