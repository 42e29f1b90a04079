import type { Work } from './protocol.ts'

type Parked = Extract<Work, { kind: 'park' }>

/** Whose work it is: the device of a message, else what kind of work. */
export function senderOf(work: Work): string {
  return work.kind === 'message' || work.kind === 'park' ? work.device : work.kind
}

/** The work as it is kept for inspection, never to be interpreted. */
export function setAsideAs(work: Work, message: string): Parked {
  const { id, atMs } = work
  return {
    kind: 'park',
    id,
    atMs,
    device: senderOf(work),
    topic: work.kind === 'message' ? work.topic : '',
    code: 'defect',
    message,
    payload: 'payload' in work ? work.payload : Buffer.from(textOf(work)),
  }
}

const textOf = (work: Work) =>
  JSON.stringify(work, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
