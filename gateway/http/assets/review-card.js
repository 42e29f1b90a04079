import { post } from './api.js'
import { el, say } from './dom.js'
import { evidenceList } from './entry-panel.js'
import { moment } from './moment.js'
import { DISAGREEMENTS, reviewWord } from './words.js'

const NAME = 'tallygate-name'

/** One question with what it rests on and, while it is open, the answer to give. */
export function reviewCard(page, review, onAnswered) {
  const { id, kind, question, sku, location, epc, openedAtMs, state, evidence } = review
  const isOpen = state === 'open'
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
    evidence?.length > 0 ? evidenceList(page, evidence) : null,
    isOpen ? answerForm(review, onAnswered) : answerGiven(review),
  )
}

const ANSWERS = { accept: 'Accepted', reject: 'Rejected', settled: 'Settled' }

function answerGiven({ decision, decidedBy, note }) {
  const what = ANSWERS[decision] ?? 'Closed'
  const by = decidedBy ? ` by ${decidedBy}` : ''
  return el('p', { class: 'answer' }, el('b', {}, `${what}${by}`), note ? `: ${note}` : '')
}

function answerForm({ id, canAccept }, onAnswered) {
  const name = el('input', {
    id: `name-${id}`,
    name: 'user',
    autocomplete: 'name',
    maxlength: 100,
    required: true,
    value: remembered(),
  })
  const note = el('textarea', { id: `note-${id}`, name: 'note', rows: 2, maxlength: 1000 })
  const said = el('p', { class: 'failed', role: 'alert', hidden: true })
  const accept = canAccept
    ? el('button', { type: 'submit', value: 'accept', class: 'primary' }, 'Accept and book')
    : null
  const reject = el(
    'button',
    { type: 'submit', value: 'reject', class: 'plain' },
    canAccept ? 'Reject, book nothing' : 'Close with this note',
  )
  const form = el(
    'form',
    { class: 'answer-form' },
    el('div', { class: 'field' }, el('label', { for: name.id }, 'Your name'), name),
    el('div', { class: 'field grow' }, el('label', { for: note.id }, 'Note'), note),
    el('div', { class: 'buttons' }, accept, reject),
    said,
  )
  // One key for this card: a second click, or one after a lost answer, decides nothing twice.
  const keys = { accept: newKey(), reject: newKey() }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const decision = event.submitter?.value ?? 'reject'
    const body = { decision, user: name.value.trim(), note: note.value.trim() }
    const buttons = [...form.querySelectorAll('button')]
    for (const button of buttons) button.disabled = true
    said.hidden = true
    try {
      await post(`reviews/${id}/decisions`, body, `page-${id}-${keys[decision]}`)
      remember(body.user)
      onAnswered(decision)
    } catch (error) {
      // A corrected answer is another request than the refused one.
      if (error.status >= 400 && error.status < 500) keys[decision] = newKey()
      said.hidden = false
      say(said, `Not saved: ${error.message}. Your answer is still here; try again.`)
      for (const button of buttons) button.disabled = false
    }
  })
  return form
}

const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

/** Only a convenience; a browser may refuse it. */
function remembered() {
  try {
    return localStorage.getItem(NAME) ?? ''
  } catch {
    return ''
  }
}

function remember(name) {
  try {
    localStorage.setItem(NAME, name)
  } catch {
    // Asked again next time, then.
  }
}
