import { fingerprintOf } from '../../ledger-core/index.ts'
import { prepareDataFolder } from '../data-folder.ts'
import { type Said, submit } from '../import/submit.ts'
import { onlyGiven } from '../interpretation/quantities.ts'
import type { SaidMovement } from '../interpretation/said-movements.ts'
import { complain, defineCommand, EXIT, numberBetween, print } from './command.ts'
import { configFrom } from './run.ts'

const REVIEWS_MAX = 1_000_000_000

type Given = Pick<Extract<Said, { kind: 'decide' }>, 'decision'> & {
  readonly said?: readonly SaidMovement[]
}

/** Words of the shop, and what each says to the books. */
const ANSWERS: Readonly<Record<string, Given>> = {
  accept: { decision: 'accept' },
  reject: { decision: 'reject' },
  'bad-sensor': { decision: 'bad-sensor' },
  lost: { decision: 'accept' },
  found: { decision: 'correct', said: [{ because: 'found' }] },
  'sold-late': { decision: 'correct', said: [{ because: 'sold-late' }] },
  named: { decision: 'correct', said: [{ because: 'named' }] },
}

const WORDS = Object.keys(ANSWERS)
const UNDO = 'undo'

interface Words {
  readonly user: string
  readonly note: string
  readonly sku?: string | undefined
  readonly to?: string | undefined
}

function workOf(review: number, word: string, { user, note, sku, to }: Words): Said {
  const signed = (body: object) => ({
    user,
    note,
    key: `cli-${fingerprintOf({ ...body, user, note })}`,
  })
  if (word === UNDO) return { kind: 'undo-lesson', lesson: review, ...signed({ review, word }) }
  const { decision, said = [] } = ANSWERS[word] ?? REJECTED
  const body = {
    review,
    decision,
    said: said.map((one) => ({ ...one, ...onlyGiven({ sku, to }) })),
  }
  return { kind: 'decide', ...body, ...signed(body) }
}

const REJECTED: Given = { decision: 'reject' }

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

and of what a camera saw:

  named        it is --sku SKU; nothing is booked. The picture is proposed for the gallery, which is a
               question of its own: accepting that one enrols it
  undo         takes the picture that this REVIEW approved out of the gallery again

An answer is final and kept with the name. The same answer again changes nothing.

  --sku SKU    of named
  --to PLACE   of found and sold-late: another place than its own shelf
  --note TEXT  why`,
    options: {
      config: { type: 'string' },
      user: { type: 'string' },
      note: { type: 'string', default: '' },
      sku: { type: 'string' },
      to: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  },
  async ({ values, positionals: [number = '', word = ''] }) => {
    const { user, json } = values
    const review = numberBetween(number, 1, REVIEWS_MAX)
    const isKnown = word === UNDO || Object.hasOwn(ANSWERS, word)
    if (!isKnown) complain(`expected one of ${[...WORDS, UNDO].join(', ')}, got "${word}"`)
    if (user === undefined) complain('expected --user NAME: an answer is kept with a name')
    if (word === 'named' && values.sku === undefined) complain('expected --sku SKU with named')
    if (review == null || !isKnown || user === undefined) return EXIT.usage
    if (word === 'named' && values.sku === undefined) return EXIT.usage
    const config = configFrom(values.config)
    if (!config) return EXIT.refused
    const missing = prepareDataFolder(config.dataFolder, false)
    if (missing !== null) {
      complain(missing)
      return EXIT.refused
    }
    const work = workOf(review, word, { ...values, user })
    const submitted = await submit(config, { masters: null, orders: [], said: [work] })
    const ok = submitted.status === 'committed'
    if (json) print(JSON.stringify({ ok, submitted }, null, 2))
    else if (submitted.status === 'refused')
      complain(`refused (${submitted.code}): ${submitted.message}`)
    else print(`review ${review}: ${word}`)
    return ok ? EXIT.done : EXIT.refused
  },
)
