import { expect, test } from 'vitest'
import { simulate } from '../../gateway/cli/simulate.ts'
import { runCommand } from './run-command.ts'

test.each([
  [
    'a range that goes backwards',
    ['--seeds=5..2'],
    /expected a seed N or a range A\.\.B .* got "5\.\.2"/,
  ],
  ['a seed and a range', ['--seed=1', '--seeds=1..2'], /expected --seed or --seeds, got both/],
  [
    'a fault nobody knows',
    ['--faults=rain'],
    /expected --faults as all, none or a list of .* got "rain"/,
  ],
  [
    'cameras that are neither',
    ['--cameras=maybe'],
    /expected --cameras as on, off or some, got "maybe"/,
  ],
  ['no day', ['--days=0'], /expected --days as a whole number 1 to 3650, got "0"/],
  ['no job', ['--jobs=x'], /expected --jobs as a whole number 1 to 64, got "x"/],
  [
    'one folder for two seeds',
    ['--seeds=1..2', '--folder=f'],
    /expected one seed with --folder, got 2/,
  ],
])('simulate: %s is used wrongly, and it is said what was expected', async (_what, args, said) => {
  const { code, err, out } = await runCommand(simulate, ...args)
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(said)
})

test('simulate: its help names every fault', async () => {
  const { out } = await runCommand(simulate, '--help')
  for (const fault of ['outage', 'swapped-antennas', 'disk-full', 'head-office-away'])
    expect(out).toContain(fault)
})
