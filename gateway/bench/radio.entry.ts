/**
 * `node --import tsx gateway/bench/radio.entry.ts doors|shelves|fit [--validation]`: our rules
 * beside the anchors', on the same scenes of a radio model. Every rule is tuned on the same
 * training and validation scenes; the table is of test scenes that none has seen. `--validation`
 * shows validation scenes instead, for whoever works on a rule: test scenes are looked at once.
 * `fit` prints the weights of `sensors/portal-weights.ts`.
 */
import { doorWeights } from './radio/door-fit.ts'
import { doorScenes } from './radio/door-report.ts'
import { doorText, shelfText } from './radio/report.ts'

/** Training scenes of each name that the weights are fitted on. */
const FITTED_ON = 200

const on = process.argv.includes('--validation') ? 'validation' : 'test'
const text = process.argv.includes('fit')
  ? JSON.stringify(doorWeights(doorScenes('training', FITTED_ON)), null, 2)
  : process.argv.includes('shelves')
    ? shelfText(on)
    : doorText(on)
process.stdout.write(`${text}\n`)
