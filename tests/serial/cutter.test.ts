import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCutter } from '../../gateway/serial/cutter.ts'
import { decodeReads, isSerialFrame, type SerialProfile } from '../../sensors/index.ts'
import { sample } from '../sensors/fixture-profiles.ts'

const FRAMES: readonly (readonly [SerialProfile, string])[] = [
  ['thingmagic', 'thingmagic-tag-frame.hex'],
  ['uhfreader288', 'chafon-uhfreader288-multi.hex'],
  ['uhfreader18', 'chafon-uhfreader18-multi.hex'],
  ['r2000', 'r2000-a0-realtime-inventory.hex'],
]
const text = (line: string) => Buffer.from(line, 'latin1')

/** What the decoder makes of a stream that arrives in these chunks. */
function readsOf(profile: SerialProfile, chunks: readonly Uint8Array[]): string[] {
  const cutter = createCutter(profile)
  return chunks.flatMap((chunk) => {
    const message = cutter.push(chunk)
    if (message === null) return []
    const { reads, events } = decodeReads(profile, 'd', message.bytes)
    return [...reads.map(({ epc }) => epc), ...events.map(({ detail }) => detail)]
  })
}

function chunked(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const sorted = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  )
  return sorted.slice(1).map((to, index) => bytes.subarray(sorted[index], to))
}

test.each(FRAMES)(
  'however the line cuts %s, each frame is read once and whole',
  (profile, name) => {
    const { bytes } = sample(name)
    const stream = Buffer.concat([bytes, Buffer.from([0, 0, 0]), bytes, bytes])
    const whole = readsOf(profile, [stream])
    const once = readsOf(profile, [bytes])
    expect(once.length).toBeGreaterThan(0)
    expect(whole).toEqual([...once, ...once, ...once])
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), (cuts) => {
        expect(readsOf(profile, chunked(stream, cuts))).toEqual(whole)
      }),
    )
  },
)

test.each(FRAMES)('noise of any kind on %s is never held for long', (profile) => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }), (chunks) => {
      const cutter = createCutter(profile)
      const given = chunks.reduce((sum, chunk) => sum + (cutter.push(chunk)?.bytes.length ?? 0), 0)
      const sent = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
      expect(sent - given).toBeLessThanOrEqual(262)
    }),
  )
})

test('a scan waits for its end, whether CR, LF or both close it', () => {
  const chunks = ['401234512', '3456\r', '\n9506000134352\n40', '12345123456\r\n'].map(text)
  expect(readsOf('barcode', chunks)).toEqual(['4012345123456', '9506000134352', '4012345123456'])
})

test('a line that never ends is refused once, and its tail is no scan', () => {
  const cutter = createCutter('barcode')
  const messages = [`${'9'.repeat(2_000)}`, '9'.repeat(2_000), '9'.repeat(3_000)].map((part) =>
    cutter.push(text(part)),
  )
  expect(messages.map((message) => message?.bytes.length ?? 0)).toEqual([0, 4_000, 0])
  const { refused } = decodeReads('barcode', 'd', messages[1]!.bytes)
  expect(refused).toMatchObject([{ code: 'too-long' }])
  const after = cutter.push(text('4012345123456\r9506000134352\r'))
  expect(decodeReads('barcode', 'd', after!.bytes).events).toMatchObject([
    { kind: 'scan', detail: '9506000134352' },
  ])
})

test('a command for a module is one whole frame or none', () => {
  expect(isSerialFrame('uhfreader18', Buffer.from('040001DB4B', 'hex'))).toBe(true)
  expect(isSerialFrame('r2000', Buffer.from('A004018901D1', 'hex'))).toBe(true)
  expect(isSerialFrame('thingmagic', sample('thingmagic-start-continuous.hex').bytes)).toBe(true)
  expect(isSerialFrame('uhfreader18', Buffer.from('040001DB4C', 'hex'))).toBe(false)
  expect(isSerialFrame('r2000', Buffer.from('A004018901D1A0', 'hex'))).toBe(false)
  expect(isSerialFrame('barcode', Buffer.from('0D', 'hex'))).toBe(false)
})
