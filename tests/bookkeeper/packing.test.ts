import { expect, test } from 'vitest'
import { packResult, packTurn, unpackResult, unpackTurn } from '../../gateway/bookkeeper/packing.ts'
import type { Verdict, Work } from '../../gateway/bookkeeper/protocol.ts'

const message = (id: number, device: string, text: string): Work => ({
  kind: 'message',
  id,
  atMs: 1_772_438_400_000 + id,
  device,
  topic: `store/${device}`,
  payload: Uint8Array.from(Buffer.from(text)),
})

const turn: Work[] = [
  message(1, 'door', 'first'),
  { kind: 'tick', id: 2, atMs: 1_772_438_400_500 },
  message(3, 'shelf', ''),
  {
    kind: 'park',
    id: 4,
    atMs: 7,
    device: 'door',
    topic: 't',
    code: 'defect',
    message: 'killed twice',
    payload: Uint8Array.of(0, 255),
  },
  message(5, 'door', 'last'),
]

test('a turn crosses to the bookkeeper in its order, every payload its own', () => {
  const packed = packTurn(turn)
  expect(unpackTurn(structuredClone(packed, { transfer: [packed.bytes] }))).toEqual(turn)
})

test('verdicts come back to their works; a work without one is not acknowledged', () => {
  const verdicts: Verdict[] = [
    { id: 1, status: 'committed' },
    { id: 2, status: 'committed', sequence: 9 },
    { id: 3, status: 'kept', code: 'not-json', message: 'expected JSON, got nothing' },
    { id: 4, status: 'kept', code: 'defect' },
  ]
  const packed = packResult({ verdicts, events: [], sealedBatch: 3 })
  expect(unpackResult(structuredClone(packed), turn)).toEqual({
    verdicts: [...verdicts, { id: 5, status: 'not-stored' }],
    events: [],
    sealedBatch: 3,
  })
})
