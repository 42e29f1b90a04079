import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createLog } from '../../gateway/log.ts'
import { type SerialSettings, startSerialLine } from '../../gateway/serial/line.ts'
import { decodeReads, type SerialProfile } from '../../sensors/index.ts'
import { sample } from '../sensors/fixture-profiles.ts'
import { canPretend, plugIn } from './pseudo-port.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-port-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'reader')
}

async function plugged(path: string) {
  const device = await plugIn(path)
  cleanups.push(() => device.unplug())
  return device
}

const PATIENT = { timeout: 15_000 }

/** The line of a device, with everything it says collected. */
function follow(profile: SerialProfile, path: string, change: Partial<SerialSettings> = {}) {
  const states: string[] = []
  const said: string[] = []
  const line = startSerialLine(
    {
      profile,
      path,
      baudRate: 115_200,
      dataBits: 8,
      parity: 'none',
      stopBits: 1,
      setUp: [],
      poll: null,
      pollMs: 10,
      answerMs: 10_000,
      retryFirstMs: 20,
      retryMaxMs: 50,
      ...change,
    },
    {
      log: createLog('silent', 'test'),
      random: () => 0.5,
      onState: (state, reason) => states.push(reason === '' ? state : `${state}: ${reason}`),
      onMessage(bytes) {
        const { reads, events, refused } = decodeReads(profile, 'desk', bytes)
        said.push(...reads.map(({ epc }) => epc), ...events.map(({ detail }) => detail))
        said.push(...refused.map(({ code }) => code))
      },
    },
  )
  cleanups.push(() => line.stop())
  return { states, said }
}

describe.skipIf(!canPretend)('on a pseudo terminal (python3 with pty is needed)', () => {
  const tag = sample('thingmagic-tag-frame.hex').bytes

  test('frames torn by the line arrive whole; unplugged and plugged in again, the module reads on', async () => {
    const path = newPath()
    const device = await plugged(path)
    const start = sample('thingmagic-start-continuous.hex').bytes
    const { states, said } = follow('thingmagic', path, { setUp: [start] })
    await expect
      .poll(() => device.heard(), PATIENT)
      .toBe(Buffer.from(start).toString('hex').toUpperCase())
    device.send(sample('thingmagic-keepalive.hex').bytes)
    await expect.poll(() => states, PATIENT).toEqual(['reading'])
    const before = said.length
    device.send(tag.subarray(0, 20))
    device.send(tag.subarray(20))
    const [epc] = decodeReads('thingmagic', 'desk', tag).reads.map((read) => read.epc)
    await expect.poll(() => said.slice(before), PATIENT).toEqual([epc])

    // What had begun when the plug was pulled must not be glued to what follows.
    device.send(tag.subarray(0, 20))
    await device.unplug()
    await expect.poll(() => states.length, PATIENT).toBeGreaterThan(1)
    expect(states[1]).toMatch(/^lost: /)
    const again = await plugged(path)
    await expect.poll(() => states.at(-1), PATIENT).toBe('reading')
    await expect.poll(() => again.heard().length, PATIENT).toBe(2 * start.length)
    again.send(tag)
    await expect.poll(() => said.slice(before), PATIENT).toEqual([epc, epc])
  })

  test('a reader that must be asked is asked after each answer, and given up when it falls silent', async () => {
    const path = newPath()
    const device = await plugged(path)
    const poll = Buffer.from('040001DB4B', 'hex')
    const answer = sample('chafon-uhfreader18-multi.hex').bytes
    const { states, said } = follow('uhfreader18', path, { poll, answerMs: 1_500 })
    await expect.poll(() => device.heard(), PATIENT).toMatch(/^040001DB4B/)
    expect(states.filter((state) => state === 'reading')).toEqual([])
    const asked = device.heard().length
    device.send(answer)
    await expect.poll(() => device.heard().length, PATIENT).toBeGreaterThan(asked)
    const { reads } = decodeReads('uhfreader18', 'desk', answer)
    await expect.poll(() => said, PATIENT).toEqual(reads.map(({ epc }) => epc))
    await expect.poll(() => states, PATIENT).toContain('lost: no answer within 1500 ms')
    expect(states).toContain('reading')
  })

  test('a scanner gives one message a line, and noise of a wrong baud rate is told once', async () => {
    const path = newPath()
    const scanner = await plugged(path)
    const { states, said } = follow('barcode', path)
    await expect.poll(() => states, PATIENT).toEqual(['reading'])
    scanner.send('40123451')
    scanner.send('23456\r\n9506000134352\r')
    await expect.poll(() => said, PATIENT).toEqual(['4012345123456', '9506000134352'])

    const wrongPath = newPath()
    const wrong = await plugged(wrongPath)
    const noisy = follow('r2000', wrongPath)
    await expect.poll(() => noisy.states, PATIENT).toEqual(['reading'])
    for (let n = 0; n < 5; n++) wrong.send(Buffer.alloc(300, 0x55))
    wrong.send(sample('r2000-a0-realtime-inventory.hex').bytes)
    await expect.poll(() => noisy.said.length, PATIENT).toBeGreaterThanOrEqual(2)
    expect(noisy.said.filter((code) => code === 'no-frame').length).toBeLessThanOrEqual(2)
  })
})

test('a port that is not there is tried again, and stopping ends it', async () => {
  const { states } = follow('barcode', newPath())
  await expect.poll(() => states.length, PATIENT).toBeGreaterThan(2)
  expect(new Set(states)).toEqual(new Set([states[0]]))
  expect(states[0]).toMatch(/^lost: .*no such file/i)
})
