import { defineCommand } from './command.ts'
import { demo } from './demo.ts'

/** The demo's engine without an audience: whole days as fast as they go, then truth beside books. */
export const simulate = defineCommand(
  {
    about: 'run whole simulated days and score the books against the truth',
    usage: `
tallygate simulate [--seed N] [--days N] [--json] [--folder DIR]

The same store, devices, faults and real gateway as \`tallygate demo --fast\`: each difference between
truth and books is classed as in review, unobservable or wrong. Exit 1 when one is wrong, or when
more is asked than the caps allow. The same seed gives the same days.

  --seed N      any whole number (default 1)
  --days N      how many days (default 1)
  --json        the score as data
  --folder DIR  keep books, configuration and head office there`,
    options: {
      seed: { type: 'string', default: '1' },
      days: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      folder: { type: 'string' },
    },
  },
  ({ values: { seed, days, json, folder } }) =>
    demo.run([
      `--seed=${seed}`,
      `--days=${days}`,
      '--fast',
      ...(json ? ['--json'] : []),
      ...(folder === undefined ? [] : [`--folder=${folder}`]),
    ]),
)
