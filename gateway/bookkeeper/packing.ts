import type { TurnResult, Verdict, Work } from './protocol.ts'

/**
 * One message per turn between the threads. Cloning an object per work costs more than reading
 * it, so messages cross as numbers and a table of names, their payloads copied once into one
 * transferable buffer. (A cloned view would carry the whole socket chunk that it was cut from.)
 */
export interface PackedTurn {
  /** Works that are no messages, and null where a message stands. */
  readonly works: readonly (Work | null)[]
  /** FIELDS numbers a work, in the order of the works: a message's, else where its payload lies. */
  readonly numbers: Float64Array
  /** Devices and topics; few, and the same again and again. */
  readonly names: readonly string[]
  readonly bytes: ArrayBuffer
}

/** id, time, device, topic, offset and length; the length is -1 where there is no payload. */
const FIELDS = 6
const NOTHING = new Uint8Array(0)

export function packTurn(turn: readonly Work[]): PackedTurn {
  const numbers = new Float64Array(turn.length * FIELDS)
  const bytes = new Uint8Array(turn.reduce((sum, work) => sum + payloadOf(work).length, 0))
  const names = createNames()
  const works: (Work | null)[] = []
  let at = 0
  let offset = 0
  for (const work of turn) {
    const payload = payloadOf(work)
    numbers[at + 4] = offset
    numbers[at + 5] = 'payload' in work ? payload.length : -1
    bytes.set(payload, offset)
    offset += payload.length
    if (work.kind !== 'message')
      works.push('payload' in work ? { ...work, payload: NOTHING } : work)
    else {
      numbers[at] = work.id
      numbers[at + 1] = work.atMs
      numbers[at + 2] = names.numberOf(work.device)
      numbers[at + 3] = names.numberOf(work.topic)
      works.push(null)
    }
    at += FIELDS
  }
  return { works, numbers, names: names.all(), bytes: bytes.buffer }
}

function createNames(): { numberOf(name: string): number; all(): string[] } {
  const names = new Map<string, number>()
  return {
    numberOf(name) {
      const known = names.get(name)
      if (known !== undefined) return known
      names.set(name, names.size)
      return names.size - 1
    },
    all: () => [...names.keys()],
  }
}

export function unpackTurn({ works, numbers, names, bytes }: PackedTurn): Work[] {
  return works.map((work, index) => {
    const field = (number: number) => numbers[index * FIELDS + number] ?? 0
    const length = field(5)
    if (length < 0 && work) return work
    const payload = new Uint8Array(bytes, field(4), length)
    if (work) return 'payload' in work ? { ...work, payload } : work
    return {
      kind: 'message',
      id: field(0),
      atMs: field(1),
      device: names[field(2)] ?? '',
      topic: names[field(3)] ?? '',
      payload,
    }
  })
}

/** On the way back, null stands for "committed" and nothing more to say. */
export type PackedResult = Omit<TurnResult, 'verdicts'> & {
  readonly verdicts: readonly (Verdict | null)[]
}

export function packResult(result: TurnResult): PackedResult {
  return {
    ...result,
    verdicts: result.verdicts.map((verdict) => (isPlain(verdict) ? null : verdict)),
  }
}

/** `works` are those that were asked about, in the same order. */
export function unpackResult(result: PackedResult, works: readonly Work[]): TurnResult {
  const verdicts = works.map(
    ({ id }, index): Verdict =>
      // More works than verdicts would be a defect: nothing may be acknowledged then.
      result.verdicts[index] ??
      (index < result.verdicts.length ? { id, status: 'committed' } : { id, status: 'not-stored' }),
  )
  return { ...result, verdicts }
}

function isPlain(verdict: Verdict): boolean {
  const { status, code, message, sequence } = verdict
  const isSilent = code === undefined && message === undefined && sequence === undefined
  return status === 'committed' && isSilent
}

function payloadOf(work: Work): Uint8Array {
  return 'payload' in work ? work.payload : NOTHING
}
