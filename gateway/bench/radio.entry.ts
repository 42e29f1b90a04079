/**
 * `node --import tsx gateway/bench/radio.entry.ts`: our rules for doors and shelves beside the
 * anchors', on the same scenes of a radio model. Every rule is tuned on the training seeds; the
 * tables are of other seeds.
 */
import { tableOf } from './radio/compare.ts'
import { doorReport } from './radio/door-report.ts'
import { shelfReport } from './radio/shelf-report.ts'

const say = (text: string) => process.stdout.write(`${text}\n`)

const door = doorReport({ training: 60, test: 1_000 })
say(tableOf('Doors', [door.ours, door.oursWithBeams, ...door.theirs]))
say(tableOf('\nShelves', shelfRows()))
say('\nWhat training chose for the anchors:')
for (const { name, settings } of door.theirs) say(`  doors, ${name}: ${JSON.stringify(settings)}`)

function shelfRows() {
  const shelf = shelfReport({ training: 100, test: 1_000 })
  return [shelf.ours, ...shelf.theirs]
}
