import { expect, test } from 'vitest'
import { formatFault, parseConfig } from '../../gateway/config/load.ts'

const SITE = 'site: { id: store-1, name: Store 1 }\n'

function faultsOf(text: string): string[] {
  const loaded = parseConfig(text, 'store.yaml')
  return loaded.ok ? [] : loaded.faults.map(formatFault)
}

test('a store needs little more than its name', () => {
  const loaded = parseConfig(SITE, 'store.yaml')
  expect(loaded.ok && loaded.config.mqtt).toMatchObject({ host: '127.0.0.1', port: 1883 })
  expect(loaded.ok && loaded.config.policy.exitPendingMs).toBe(60_000)
})

test('a fault names file, line, path, expected and got', () => {
  expect(faultsOf(`${SITE}mqtt:\n  port: 70000\n`)).toEqual([
    'store.yaml:3: mqtt.port: expected at most 65535, got 70000',
  ])
  expect(faultsOf('site: { id: store-1 }')).toEqual([
    'store.yaml:1: site.name: expected text, got nothing',
  ])
})

test('an unknown key is refused with the nearest one that exists', () => {
  expect(faultsOf(`${SITE}polcy: {}\n`)).toEqual([
    'store.yaml:2: polcy: unknown key "polcy"; did you mean "policy"?',
  ])
  expect(faultsOf(`${SITE}limits:\n  quarantineRow: 5\n`)).toEqual([
    'store.yaml:3: limits.quarantineRow: unknown key "quarantineRow"; did you mean "quarantineRows"?',
  ])
})

test('every fault is told at once', () => {
  expect(faultsOf(`${SITE}clock: sundial\nhttp: { port: -1 }\n`)).toHaveLength(2)
})

test('a read point that names no portal is found before the store opens', () => {
  const devices = `devices:
  - id: dock-reader
    profile: zebra-iotc
    topics: [zebra/dock/#]
    readPoints:
      - { antenna: 1, portal: dok, side: outer }
portals:
  - { id: dock, role: receiving, outside: supplier, inside: backroom }
`
  expect(faultsOf(SITE + devices)).toEqual([
    'store.yaml:7: devices.0.readPoints.0.portal: expected one of dock, got "dok"',
  ])
})

test('until credentials exist nothing may listen to the outside', () => {
  expect(faultsOf(`${SITE}mqtt: { host: 0.0.0.0 }\n`)).toEqual([
    'store.yaml:2: mqtt.host: expected 127.0.0.1 until device credentials exist, got "0.0.0.0"',
  ])
})

test('broken YAML is told with its line', () => {
  expect(faultsOf(`${SITE}devices: [\n`)[0]).toMatch(/^store\.yaml:\d+: expected YAML: /)
})
