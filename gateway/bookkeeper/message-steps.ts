import { type DocumentRefusal, parseDocument, parseTill } from '../documents/parse.ts'
import {
  interpretDocument,
  interpretReceipt,
  interpretSessionEnd,
  interpretVoid,
} from '../interpretation/index.ts'
import type { CarriedOut } from './carry-out.ts'
import type { Work } from './protocol.ts'
import { createReadSteps } from './read-steps.ts'
import { COMMITTED, type StepParts, type StepVerdict } from './step-parts.ts'
import { quarantineOf } from './store.ts'

type Message = Extract<Work, { kind: 'message' }>
type Parked = Extract<Work, { kind: 'park' }>

export interface MessageSteps {
  take(message: Message): StepVerdict
  park(parked: Parked): void
  link(link: Extract<Work, { kind: 'link' }>): void
  tick(nowMs: number): void
}

/** One message from a device to its effects, by the profile its topic is mapped to. */
export function createMessageSteps(parts: StepParts): MessageSteps {
  const { config, store, emit } = parts
  const profiles = new Map(config.devices.map(({ id, profile }) => [id, profile]))
  const reads = createReadSteps(parts)
  const limits = quarantineOf(config)

  const keep = (row: Omit<Parked, 'kind' | 'id'>, business: boolean): StepVerdict => {
    const { atMs, device, topic, code, message, payload } = row
    store.keep({ atMs, device, topic, code, message, payload, business }, limits)
    emit({ type: 'quarantined', device, code, message })
    return { status: 'kept', code, message }
  }
  const business = (message: Message, carried: CarriedOut): StepVerdict =>
    // The question is open for a person; the paper it is about is never thrown away.
    carried.status === 'refused' ? keep({ ...message, ...carried }, true) : COMMITTED
  const receipt = (message: Message): StepVerdict => {
    const parsed = parseTill(message.payload)
    if (isRefusal(parsed)) return keep({ ...message, ...parsed }, true)
    const { device, atMs } = message
    parts.tills.heard(device, parsed, atMs)
    if (parsed.type === 'heartbeat') return COMMITTED
    const facts = parts.factsAt(atMs)
    if (parsed.type === 'session-end')
      return business(message, parts.carryOut(interpretSessionEnd(facts, parsed, device)))
    const sender = { device, atMs }
    return business(
      message,
      parts.carryOut(
        parsed.type === 'void'
          ? interpretVoid(facts, parsed, sender)
          : interpretReceipt(facts, parsed, sender),
      ),
    )
  }
  const document = (message: Message): StepVerdict => {
    const parsed = parseDocument(message.payload)
    if (isRefusal(parsed)) return keep({ ...message, ...parsed }, true)
    const { device, atMs } = message
    const facts = parts.factsAt(atMs)
    return business(
      message,
      parts.carryOutSteps(interpretDocument(facts, parsed, { device, atMs })),
    )
  }

  return {
    take(message) {
      const profile = profiles.get(message.device)
      switch (profile) {
        case 'till':
          return receipt(message)
        case 'document':
          return document(message)
        case 'status':
          return COMMITTED
        case 'camera':
        case undefined:
          return keep(
            {
              ...message,
              code: 'no-profile',
              message: `expected a reader, till or office device, got "${message.device}"`,
            },
            false,
          )
        default: {
          const { used, refused } = reads.take(profile, message)
          const verdicts = refused.map((part) => keep({ ...message, ...part }, false))
          return (used ? undefined : verdicts[0]) ?? COMMITTED
        }
      }
    },
    park(parked) {
      const profile = profiles.get(parked.device)
      keep(parked, profile === 'till' || profile === 'document')
      if (parked.code !== 'defect') return
      const { atMs, device, message } = parked
      // Told once a day and sender: the quarantine names each.
      const key = `parked/${device}/${parts.factsAt(atMs).businessDateOf(atMs)}`
      parts.carryOut([{ kind: 'alert', key, atMs, text: `${device}: ${message}` }])
    },
    link: reads.link,
    tick: (nowMs) => reads.tick(nowMs),
  }
}

function isRefusal(value: object): value is DocumentRefusal {
  return 'code' in value && 'message' in value
}
