import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bytesOfHex, type ReaderProfile } from '../../sensors/index.ts'

/** Every sample message of ours with the profile that reads it. */
const PROFILES: readonly (readonly [RegExp, ReaderProfile])[] = [
  [/^zebra-(ziotc|atr7000)/, 'zebra-iotc'],
  [/^zebra-rfd40/, 'zebra-sled'],
  [/^impinj-r700/, 'impinj-r700'],
  [/^impinj-itemsense/, 'itemsense'],
  [/^smartreader/, 'smartreader'],
  [/^keonn/, 'keonn'],
  [/^reelyactive/, 'raddec'],
  [/^edgex/, 'edgex'],
  [/^intel-rsp/, 'intel-rsp'],
  [/^epcis/, 'epcis'],
  [/^native/, 'native'],
  [/^sparkplugb/, 'sparkplug'],
  [/^llrp/, 'llrp'],
  [/^thingmagic/, 'thingmagic'],
  [/^chafon-uhfreader18/, 'uhfreader18'],
  [/^chafon/, 'uhfreader288'],
  [/^r2000/, 'r2000'],
  [/^barcode/, 'barcode'],
]

export interface Sample {
  readonly name: string
  readonly profile: ReaderProfile
  readonly bytes: Uint8Array
}

const folder = join(import.meta.dirname, 'fixtures', 'payloads')

export const samples: readonly Sample[] = readdirSync(folder).map((name) => {
  const profile = PROFILES.find(([pattern]) => pattern.test(name))?.[1]
  const raw = new Uint8Array(readFileSync(join(folder, name)))
  const bytes = name.endsWith('.hex') ? bytesOfHex(new TextDecoder().decode(raw)) : raw
  if (!profile || !bytes) throw new Error(`no profile reads ${name}`)
  return { name, profile, bytes }
})

export function sample(name: string): Sample {
  const found = samples.find((one) => one.name === name)
  if (!found) throw new Error(`no sample ${name}`)
  return found
}
