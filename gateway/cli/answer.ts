import { fingerprintOf } from '../../ledger-core/index.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { type Said, submit } from '../import/submit.ts'
import type { SaidMovement } from '../interpretation/said-movements.ts'
import { complain, defineCommand, EXIT, numberBetween, print } from './command.ts'
import { configFrom } from './run.ts'

const REVIEWS_MAX = 1_000_000_000

type Given = Pick<Said, 'decision'> & { readonly said?: readonly SaidMovement[] }

/** Words of the shop, and what each says to the books. */
const ANSWERS: Readonly<Record<string, Given>> = {
  accept: { decision: 'accept' },
  reject: { decision: 'reject' },
  'bad-sensor': { decision: 'bad-sensor' },
  lost: { decision: 'accept' },
  found: { decision: 'correct', said: [{ because: 'found' }] },
  'sold-late': { decision: 'correct', said: [{ because: 'sold-late' }] },
}

export const answer = defineCommand(
  {
    about: 'answer a question: what is proposed, what it was instead, or that it was nothing',
    usage: `
tallygate answer REVIEW ANSWER --user NAME --config FILE [--note TEXT] [--json]

REVIEW is the number that \`report reviews\` prints. ANSWER is one of

  accept       book what is proposed
  reject       book nothing
  bad-sensor   reject everything that rests on this sensor; it is only recorded from now on

and for a unit that was in nobody's basket at the close:

  found        it stands on its shelf
  sold-late    it was sold after all, and the sale was booked from the shelf
  lost         write it off (accept)

An answer is final and kept with the name. The same answer again changes nothing.

  --to PLACE   of found and sold-late: another place than its own shelf
  --note TEXT  why`,
    options: {
      config: { type: 'string' },
      user: { type: 'string' },
      note: { type: 'string', default: '' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values, positionals: [number = '', word = ''] }) => {
    const { user, note, to, json } = values
    const review = numberBetween(number, 1, REVIEWS_MAX)
    const given = Object.hasOwn(ANSWERS, word) ? ANSWERS[word] : undefined
    if (!given) complain(`expected one of ${Object.keys(ANSWERS).join(', ')}, got "${word}"`)
    if (user === undefined) complain('expected --user NAME: an answer is kept with a name')
    if (review == null || !given || user === undefined) return EXIT.usage
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const missing = prepareDataFolder(config.dataFolder, false)
    if (missing !== null) {
      complain(missing)
      return EXIT.refused
    }
    const said = (given.said ?? []).map((movement) =>
      to === undefined ? movement : { ...movement, to },
    )
    const body = { review, decision: given.decision, said, user, note }
    const work = { kind: 'decide', ...body, key: `cli-${fingerprintOf(body)}` } as const
    const submitted = await submit(config, { masters: null, orders: [], said: [work] })
    const ok = submitted.status === 'committed'
    if (json) print(JSON.stringify({ ok, submitted }, null, 2))
    else if (submitted.status === 'refused')
      complain(`refused (${submitted.code}): ${submitted.message}`)
    else print(`review ${review}: ${word}`)
    return ok ? EXIT.done : EXIT.refused
  },
)
