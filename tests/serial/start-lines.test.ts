import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Verdict, WorkBody } from '../../gateway/bookkeeper/protocol.ts'
import { systemClock } from '../../gateway/clock.ts'
import { parseConfig } from '../../gateway/config/load.ts'
import { createDesk } from '../../gateway/devices/desk.ts'
import { startDialled } from '../../gateway/devices/start-dialled.ts'
import { createEventStream } from '../../gateway/event-stream.ts'
import { createLog } from '../../gateway/log.ts'
import { canPretend, plugIn } from './pseudo-port.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
const PATIENT = { timeout: 15_000 }

const configOf = (...devices: string[]) => {
  const list = devices.map((device) => `  - ${device}\n`).join('')
  const parsed = parseConfig(`site: { id: s, name: S }\ndevices:\n${list}`, 'test.yaml')
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join('; '))
  return parsed.config
}

describe.skipIf(!canPretend)('on a pseudo terminal (python3 with pty is needed)', () => {
  test('a scan that the store cannot take is dropped, and told as a gap when it writes again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tallygate-port-'))
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'scanner')
    const scanner = await plugIn(path)
    cleanups.push(() => scanner.unplug())
    const config = configOf(`{ id: desk, profile: barcode, serial: { port: "${path}" } }`)
    const taken: string[] = []
    let refused = 0
    let status: Verdict['status'] = 'committed'
    const told = (body: WorkBody) =>
      body.kind === 'message' ? Buffer.from(body.payload).toString().trim() : JSON.stringify(body)
    const desk = createDesk({
      config,
      clock: systemClock,
      setClock: null,
      takeFrame: () => {},
      submit(body, settle) {
        if (status === 'committed') taken.push(told(body))
        else refused += 1
        settle({ id: 1, status })
      },
    })
    const events = createEventStream()
    const dialled = startDialled({ config, log: createLog('silent', 'test'), desk, events })
    cleanups.push(() => dialled.stop())
    const reading = '{"kind":"link","device":"desk","state":"reading","detail":""}'
    await expect.poll(() => taken, PATIENT).toEqual([reading])
    expect(desk.devices()).toMatchObject([{ device: 'desk', connected: true }])

    status = 'not-stored'
    scanner.send('4012345123456\r')
    await expect.poll(() => refused, PATIENT).toBe(2)
    status = 'committed'
    events.emit({ type: 'store', state: 'writable', detail: '' })
    expect(taken.at(-1)).toMatch(/"state":"missed","detail":"the store cannot write; 1 messages/)
    scanner.send('9506000134352\r')
    await expect.poll(() => taken.at(-1), PATIENT).toBe('9506000134352')
    expect(taken.length).toBe(3)

    await scanner.unplug()
    await expect.poll(() => taken.at(-1), PATIENT).toContain('"state":"lost"')
    expect(desk.devices()).toMatchObject([{ device: 'desk', connected: false }])
  })
})

test.each([
  [['{ id: a, profile: barcode }'], 'expected at least one topic'],
  [['{ id: a, profile: llrp, serial: { port: /dev/x } }'], 'expected a profile of a serial reader'],
  [
    ['{ id: a, profile: r2000, serial: { port: /dev/x, poll: A004018901D2 } }'],
    'expected one whole frame of r2000',
  ],
  [['{ id: a, profile: r2000, serial: { port: /dev/x, setUp: [A00] } }'], 'expected bytes in hex'],
  [
    [
      '{ id: a, profile: r2000, serial: { port: /dev/x } }',
      '{ id: b, profile: barcode, serial: { port: /dev/x } }',
    ],
    'expected a port of its own',
  ],
])('what a serial device could never do is a fault of the configuration: %s', (devices, fault) => {
  expect(() => configOf(...devices)).toThrow(fault)
})
