import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { decode } from '../../gateway/cli/decode.ts'
import { epc } from '../../gateway/cli/epc.ts'

const payloads = join(import.meta.dirname, '../sensors/fixtures/payloads')

/** Runs a command with what it says caught. */
async function run(command: typeof decode, ...args: string[]) {
  const said = { out: '', err: '' }
  const into = (stream: keyof typeof said) => (text: unknown) => {
    said[stream] += String(text)
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(into('out'))
  vi.spyOn(process.stderr, 'write').mockImplementation(into('err'))
  const code = await command.run(args)
  vi.restoreAllMocks()
  return { code, ...said }
}
afterEach(() => vi.restoreAllMocks())

test('decode prints reads in dBm with their time, events and refusals as JSON', async () => {
  const { code, out } = await run(
    decode,
    '--as',
    'impinj-r700',
    join(payloads, 'impinj-r700-taginventory-default.json'),
    '--json',
  )
  expect(code).toBe(0)
  expect(JSON.parse(out)).toEqual({
    reads: [
      {
        epc: '3036451FD40C0E4000000065',
        device: 'impinj-r700-taginventory-default',
        antenna: 2,
        rssiDbm: -56.25,
        at: '2026-03-02T09:15:27.412Z',
        atText: '2026-03-02T09:15:27.412277184Z',
        count: 1,
        eventNumber: null,
        tid: 'E2801191200072A1F3B40312',
        frequencyKhz: 866900,
      },
    ],
    events: [],
    refused: [],
  })
})

test('a .hex file holds frames as text, and a broken frame alone is exit 1', async () => {
  const good = await run(
    decode,
    '--as',
    'uhfreader288',
    join(payloads, 'chafon-uhfreader288-one.hex'),
  )
  expect(good).toMatchObject({ code: 0 })
  expect(good.out).toContain('3036451FD40C0E4000000065')
  const bad = await run(
    decode,
    '--as',
    'uhfreader288',
    join(payloads, 'chafon-uhfreader288-bad-crc.hex'),
    '--json',
  )
  expect(bad.code).toBe(1)
  expect(JSON.parse(bad.out)).toMatchObject({
    reads: [],
    refused: [{ offset: 0, code: 'bad-check' }],
  })
})

test('a mapping file reads what no profile knows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-decode-'))
  const mapping = join(folder, 'mapping.json')
  const message = join(folder, 'gate.json')
  writeFileSync(mapping, JSON.stringify({ epc: 'EPC', at: 'timestamp', place: 'gateID' }))
  writeFileSync(
    message,
    '[{"gateID":"GATE-2","EPC":"3036451FD40C0E4000000065","timestamp":"2026-03-02T09:15:27.412Z"}]',
  )
  const { out } = await run(decode, '--as', 'mapping', message, '--mapping', mapping, '--json')
  expect(JSON.parse(out).reads).toMatchObject([
    { epc: '3036451FD40C0E4000000065', place: 'GATE-2' },
  ])
  writeFileSync(mapping, '{"epcs":"EPC"}')
  const wrong = await run(decode, '--as', 'mapping', message, '--mapping', mapping)
  expect(wrong).toMatchObject({
    code: 1,
    err: expect.stringContaining('epc: expected text, got nothing'),
  })
})

test('what decode prints is native: a capture can be fed in again', async () => {
  const first = await run(
    decode,
    '--as',
    'zebra-iotc',
    join(payloads, 'zebra-ziotc-retained-replay.json'),
    '--json',
  )
  const again = join(mkdtempSync(join(tmpdir(), 'tallygate-decode-')), 'again.json')
  writeFileSync(again, first.out)
  const second = await run(decode, '--as', 'native', again, '--json')
  const [before, after] = [JSON.parse(first.out), JSON.parse(second.out)]
  expect(after.reads.map((read: { epc: string }) => read.epc)).toEqual(
    before.reads.map((read: { epc: string }) => read.epc),
  )
  expect(after.refused).toEqual([])
})

test('decode without file or with an unknown profile is used wrongly', async () => {
  expect(await run(decode, '--as', 'zebra-iotc')).toMatchObject({ code: 2 })
  expect(await run(decode, '--as', 'zebra', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('zebra-iotc'),
  })
  expect(await run(decode, '--as', 'zebra-iotc', join(payloads, 'none.json'))).toMatchObject({
    code: 1,
  })
})

test('epc decode tells good from bad, one row each', async () => {
  const { code, out } = await run(
    epc,
    'decode',
    '3376451fd40c0e400000162e',
    'E28011606000020A6681F23F',
    'f3309521141123454010266ae27fdf35',
    '--json',
  )
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject([
    {
      hex: '3376451FD40C0E400000162E',
      ok: true,
      scheme: 'GRAI-96',
      grai: '095211411234545678',
      serial: '5678',
    },
    { hex: 'E28011606000020A6681F23F', ok: false, code: 'tid-look-alike' },
    {
      ok: true,
      scheme: 'ITIP+',
      gtin14: '09521141123454',
      serial: 'rif981',
      piece: '01',
      total: '02',
    },
  ])
})

test('epc encode writes an identity and a link, and says why it cannot', async () => {
  const { code, out } = await run(
    epc,
    'encode',
    'urn:epc:id:sgtin:9521141.012345.101',
    'https://id.gs1.org/01/09521141123454/21/101',
    'urn:epc:id:sgtin:1.2.3',
    '--filter',
    '1',
    '--json',
  )
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject([
    { ok: true, hex: '3036451FD40C0E4000000065' },
    { ok: true, scheme: 'SGTIN+' },
    { ok: false, code: 'bad-field' },
  ])
})
