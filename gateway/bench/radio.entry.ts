/**
 * `node --import tsx gateway/bench/radio.entry.ts`: our rules for doors and shelves beside the
 * anchors', on the same scenes of a radio model. Every rule is tuned on the training seeds; the
 * table is of other seeds.
 */
import { tableOf } from './radio/compare.ts'
import { doorReport } from './radio/door-report.ts'

const door = doorReport({ training: 60, test: 400 })
const rows = [door.ours, door.oursWithBeams, ...door.theirs]
const say = (text: string) => process.stdout.write(`${text}\n`)
say(tableOf('Doors', rows))
for (const { name, settings } of door.theirs) say(`  ${name}: ${JSON.stringify(settings)}`)
