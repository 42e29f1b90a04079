import { afterEach, expect, test } from 'vitest'
import type { Verdict } from '../../gateway/bookkeeper/protocol.ts'
import { systemClock } from '../../gateway/clock.ts'
import { parseConfig } from '../../gateway/config/load.ts'
import { createDesk } from '../../gateway/devices/desk.ts'
import { startLlrpReaders } from '../../gateway/llrp/start-readers.ts'
import { createLog } from '../../gateway/log.ts'
import { decodeReads } from '../../sensors/index.ts'
import { sample } from '../sensors/fixture-profiles.ts'
import { simulateReader } from './simulated-reader.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const configOf = (device: string) => {
  const parsed = parseConfig(`site: { id: s, name: S }\ndevices:\n  - ${device}\n`, 'test.yaml')
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join('; '))
  return parsed.config
}

test('a reader of the configuration is dialled, and what the store could not write is offered again', async () => {
  const reader = await simulateReader({ kept: [sample('llrp-roaccessreport-one.hex').bytes] })
  cleanups.push(() => reader.close())
  const config = configOf(
    `{ id: dock, profile: llrp, llrp: { host: 127.0.0.1, port: ${reader.port}, antennas: [1] } }`,
  )
  const epcs: string[] = []
  let refusals = 0
  const desk = createDesk({
    config,
    clock: systemClock,
    setClock: null,
    takeFrame: () => {},
    submit(body, settle) {
      const { reads } =
        body.kind === 'message' ? decodeReads('llrp', body.device, body.payload) : { reads: [] }
      const status: Verdict['status'] =
        reads.length > 0 && refusals++ === 0 ? 'not-stored' : 'committed'
      if (status === 'committed') epcs.push(...reads.map(({ epc }) => epc))
      settle({ id: 1, status })
    },
  })
  const readers = startLlrpReaders({ config, log: createLog('silent', 'test'), desk })
  cleanups.push(() => readers.stop())
  await expect.poll(() => epcs, { timeout: 10_000 }).toEqual(['3036451FD40C0E4000000065'])
  await expect
    .poll(() => desk.devices())
    .toMatchObject([{ device: 'dock', profile: 'llrp', connected: true }])
  expect(refusals).toBe(2)
})

test.each([
  ['{ id: dock, profile: zebra-iotc }', 'expected at least one topic'],
  ['{ id: dock, profile: zebra-iotc, topics: [a], llrp: { host: x } }', 'expected profile llrp'],
  ['{ id: gate, profile: mapping, topics: [a] }', 'expected a mapping'],
  ['{ id: gate, profile: mapping, topics: [a], mapping: { epc: "a..b" } }', 'names or numbers'],
])(
  'a device that could never be heard or read is a fault of the configuration: %s',
  (device, fault) => {
    expect(() => configOf(device)).toThrow(fault)
  },
)
