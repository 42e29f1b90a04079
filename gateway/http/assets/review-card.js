import { alarmPicture, pictureOf } from './alarm-picture.js'
import { post } from './api.js'
import { noRight } from './command-form.js'
import { el, say } from './dom.js'
import { evidenceList } from './entry-panel.js'
import { moment } from './moment.js'
import { namedForm, OF_A_PICTURE } from './named-form.js'
import { saidForm } from './said-form.js'
import { newKey, signer } from './signature.js'
import { DISAGREEMENTS, reviewWord } from './words.js'

/** One question with what it rests on and, while it is open, the answer to give. */
export function reviewCard(page, review, onAnswered) {
  const { id, kind, question, sku, location, epc, openedAtMs, state, evidence } = review
  const isOpen = state === 'open'
  const picture = pictureOf(page, review)
  const about = [sku, location ? page.placeName(location) : null, epc].filter(Boolean)
  return el(
    'article',
    { class: `review card ${isOpen ? 'open' : 'answered'}`, 'aria-labelledby': `review-${id}` },
    el(
      'header',
      {},
      el(
        'span',
        { class: `badge ${DISAGREEMENTS.has(kind) ? 'differs' : 'look'}` },
        reviewWord(kind),
      ),
      el('span', { class: 'quiet' }, moment(page, openedAtMs)),
    ),
    el('h3', { id: `review-${id}`, class: 'question' }, question),
    about.length > 0 ? el('p', { class: 'quiet small about' }, about.join(' \u00b7 ')) : null,
    picture ? alarmPicture(picture, sku) : null,
    evidence?.length > 0 ? evidenceList(page, evidence) : null,
    isOpen ? answerForm(page, review, onAnswered) : answerGiven(review),
  )
}

const ANSWERS = {
  accept: 'Accepted',
  correct: 'Corrected',
  split: 'Split',
  reject: 'Rejected',
  'bad-sensor': 'Rejected, sensor to blame,',
  settled: 'Settled',
  expired: 'Closed unanswered',
}

function answerGiven({ decision, decidedBy, note }) {
  const what = ANSWERS[decision] ?? 'Closed'
  const by = decidedBy && decision !== 'expired' ? ` by ${decidedBy}` : ''
  return el('p', { class: 'answer' }, el('b', {}, `${what}${by}`), note ? `: ${note}` : '')
}

function answerForm(page, review, onAnswered) {
  const { id, sensor, dueAtMs, whenDue } = review
  if (page.mustSignIn())
    return el('p', { class: 'quiet small no-right' }, ...noRight(page, 'answer'))
  const who = signer(page, `name-${id}`)
  const note = el('textarea', { id: `note-${id}`, name: 'note', rows: 2, maxlength: 1000 })
  const said = el('p', { class: 'failed', role: 'alert', hidden: true })
  const form = el(
    'form',
    { class: 'answer-form' },
    who.field,
    el('div', { class: 'field grow' }, el('label', { for: note.id }, 'Note'), note),
    el('div', { class: 'buttons' }, ...choices(review)),
    said,
  )
  const holder = el('div', { class: 'answering' }, form)
  // One key for each answer: a second click, or one after a lost answer, decides nothing twice.
  const keys = new Map()
  const keyOf = (decision) => {
    if (!keys.has(decision)) keys.set(decision, newKey())
    return `page-${id}-${keys.get(decision)}`
  }
  const give = async (decision, movements) => {
    if (!form.reportValidity()) return
    const body = { decision, user: who.name(), note: note.value.trim() }
    const buttons = [...holder.querySelectorAll('button')]
    for (const button of buttons) button.disabled = true
    said.hidden = true
    try {
      await post(`reviews/${id}/decisions`, { ...body, ...movements }, keyOf(decision))
      onAnswered(decision)
    } catch (error) {
      // A corrected answer is another request than the refused one.
      if (error.status >= 400 && error.status < 500) keys.delete(decision)
      said.hidden = false
      say(said, `Not saved: ${error.message}. Your answer is still here; try again.`)
      for (const button of buttons) button.disabled = false
    }
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const answer = event.submitter?.value ?? 'reject'
    const because = BECAUSE[answer]
    void (because ? give('correct', { said: [{ because }] }) : give(answer))
  })
  holder.append(
    ...(OF_A_PICTURE.has(review.kind) ? [namedForm(page, review, give)] : []),
    saidForm(page, review, (decision, movements) => give(decision, { said: movements })),
    ...(sensor === null ? [] : [blame(sensor, () => give('bad-sensor'))]),
    el('p', { class: 'quiet small due' }, 'Unanswered by ', moment(page, dueAtMs), `: ${whenDue}.`),
  )
  return holder
}

/** Why a unit that is in nobody's basket goes back to its shelf. */
const BECAUSE = { found: 'found', 'sold-late': 'sold-late' }

/** The answers that one tap gives. */
function choices({ kind, canAccept }) {
  const button = (value, text, look) => el('button', { type: 'submit', value, class: look }, text)
  if (kind === 'basket-open')
    return [
      button('found', 'Found on the shelf', 'primary'),
      button('sold-late', 'Sold late', 'plain'),
      button('accept', 'Lost: write it off', 'plain'),
    ]
  if (kind === 'teach-picture')
    return [
      button('accept', 'Yes, learn it', 'primary'),
      button('reject', 'No, do not use it', 'plain'),
    ]
  const reject = canAccept ? 'Reject, book nothing' : 'Close with this note'
  return [
    canAccept ? button('accept', 'Accept and book', 'primary') : null,
    button('reject', reject, 'plain'),
  ]
}

/** Behind a second tap, because it closes more than this one question. */
function blame(sensor, give) {
  const button = el('button', { type: 'button', class: 'plain' }, `Blame ${sensor}`)
  button.addEventListener('click', give)
  return el(
    'details',
    { class: 'blame' },
    el('summary', {}, `${sensor} does not work properly`),
    el(
      'p',
      { class: 'small' },
      `Rejects all open questions that rest on ${sensor}; from now on it is only recorded and compared. It can be promoted again under Devices.`,
    ),
    button,
  )
}
