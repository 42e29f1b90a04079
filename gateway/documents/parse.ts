import type { z } from 'zod'
import { schemaFaults, tellFaults } from '../schema-faults.ts'
import {
  type BusinessDocument,
  documentSchema,
  type Heartbeat,
  heartbeatSchema,
  type Receipt,
  receiptSchema,
  type SessionEnd,
  sessionEndSchema,
  type Void,
  voidSchema,
} from './business-event.ts'

/** Why a document cannot be used: every fault with its path, expected and got. */
export interface DocumentRefusal {
  readonly code: 'not-json' | 'bad-document'
  readonly message: string
}

export type TillMessage = Receipt | Void | Heartbeat | SessionEnd

/** What a till says: a receipt, that one is taken back, that it is there, that somebody left. */
export function parseTill(payload: Uint8Array): TillMessage | DocumentRefusal {
  return parsePayload<TillMessage>(payload, (value) => {
    switch (typeOf(value)) {
      case 'void':
        return voidSchema
      case 'heartbeat':
        return heartbeatSchema
      case 'session-end':
        return sessionEndSchema
      default:
        return receiptSchema
    }
  })
}

function typeOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, 'type') : undefined
}

export function parseDocument(payload: Uint8Array): BusinessDocument | DocumentRefusal {
  return parsePayload(payload, () => documentSchema)
}

const FAULTS_MAX = 5

function parsePayload<T>(
  payload: Uint8Array,
  schemaOf: (value: unknown) => z.ZodType<T>,
): T | DocumentRefusal {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    const start = new TextDecoder().decode(payload.subarray(0, 40))
    return refusal('not-json', `expected JSON in UTF-8, got ${JSON.stringify(start)}`)
  }
  return parseValue(value, schemaOf(value))
}

function parseValue<T>(value: unknown, schema: z.ZodType<T>): T | DocumentRefusal {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const faults = schemaFaults(parsed.error, value)
  return refusal('bad-document', tellFaults(faults, { root: 'document', most: FAULTS_MAX }))
}

function refusal(code: DocumentRefusal['code'], message: string): DocumentRefusal {
  return { code, message }
}
