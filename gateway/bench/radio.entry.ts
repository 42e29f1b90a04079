/**
 * `node --import tsx gateway/bench/radio.entry.ts doors|shelves [--validation]`: our rules beside
 * the anchors', on the same scenes of a radio model. Every rule, ours included, is tuned by the
 * same search of the same size on the same training and validation scenes; the table is of test
 * scenes that neither has seen. `--validation` shows validation scenes instead, for whoever works
 * on a rule: test scenes are looked at once.
 */
import { type Budget, type Row, tableOf } from './radio/compare.ts'
import { doorReport } from './radio/door-report.ts'
import { shelfReport } from './radio/shelf-report.ts'

/** Scenes of a door are long: fewer trials, the same for each of its rules. */
const DOOR: Budget = { trials: 24, finalists: 3 }
const SHELF: Budget = { trials: 100, finalists: 5 }

const on = process.argv.includes('--validation') ? 'validation' : 'test'
const say = (text: string) => process.stdout.write(`${text}\n`)

if (process.argv.includes('shelves')) {
  const shelf = shelfReport({ training: 150, validation: 300, test: 1_000 }, SHELF, on)
  report('Shelves', [shelf.ours, shelf.shipped, ...shelf.theirs])
} else {
  const door = doorReport({ training: 12, validation: 25, test: 250 }, DOOR, on)
  report('Doors', [door.ours, door.oursWithBeams, ...door.shipped, ...door.theirs])
}

function report(title: string, rows: readonly Row[]): void {
  say(tableOf(`${title}, ${on} scenes`, rows))
  for (const { name, settings } of rows) say(`  ${name}: ${JSON.stringify(settings)}`)
}
