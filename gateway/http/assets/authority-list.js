import { post } from './api.js'
import { noRight, rightsSign } from './command-form.js'
import { el, keep, say } from './dom.js'
import { countText } from './format.js'
import { moment } from './moment.js'
import { newKey, signer } from './signature.js'
import { levelWord, toldWord } from './words.js'

const LEVELS = ['observe', 'propose', 'post']

/** How far each sensor is trusted, how its claims fared, and who changed it. */
export function createAuthorityList(page) {
  const rule = el('p', { class: 'quiet' })
  const list = el('ul', { class: 'trust' })
  return {
    element: el(
      'section',
      {},
      el('h3', { class: 'block-title' }, 'What sensors may do'),
      rule,
      list,
    ),
    render() {
      const told = page.value('authority')
      if (told === null) return
      say(rule, told.rule)
      keep(list, told.rows.length > 0 ? told.rows : [null], {
        key: (row) => (row ? `${row.device}/${row.movement}` : 'none'),
        signature: (row) => JSON.stringify([row, rightsSign(page)]),
        create: (row) => (row ? card(page, row) : el('li', { class: 'empty' }, 'No sensors.')),
      })
    },
  }
}

function card(page, row) {
  const { device, movement, level, confirmed, contradicted, undecided, advice, lastChange } = row
  const figure = (label, value) =>
    el('div', {}, el('dt', {}, label), el('dd', { class: 'number' }, countText(value)))
  return el(
    'li',
    { class: 'card trust-card' },
    el(
      'header',
      {},
      el('b', {}, toldWord(movement)),
      el('span', { class: 'quiet' }, device),
      el('span', { class: `badge ${level === 'post' ? 'good' : 'look'}` }, levelWord(level)),
    ),
    el(
      'dl',
      { class: 'trust-figures' },
      figure('Confirmed', confirmed),
      figure('Contradicted', contradicted),
      figure('Undecided', undecided),
    ),
    advice
      ? el(
          'p',
          { class: 'advice' },
          el('b', {}, `Advice: ${levelWord(advice.level)}. `),
          advice.why,
        )
      : null,
    lastChange
      ? el(
          'p',
          { class: 'quiet small' },
          `${lastChange.by} changed it from "${levelWord(lastChange.from)}" to "${levelWord(lastChange.to)}", `,
          moment(page, lastChange.atMs),
          lastChange.note ? `: ${lastChange.note}` : '',
        )
      : null,
    changeForm(page, row),
  )
}

function changeForm(page, { device, movement, level, advice }) {
  if (!page.may('set-policy'))
    return el('p', { class: 'quiet small' }, ...noRight(page, 'set-policy'))
  const id = `trust-${device}-${movement}`
  const choice = el(
    'select',
    { id: `${id}-level` },
    ...LEVELS.filter((other) => other !== level).map((other) =>
      el('option', { value: other, selected: other === advice?.level }, levelWord(other)),
    ),
  )
  const who = signer(page, `${id}-name`)
  const note = el('input', { id: `${id}-note`, maxlength: 1000 })
  const said = el('p', { class: 'failed', role: 'alert', hidden: true })
  const button = el('button', { type: 'submit', class: 'primary' }, 'Change')
  const field = (label, input) =>
    el('div', { class: 'field' }, el('label', { for: input.id }, label), input)
  const form = el(
    'form',
    { class: 'trust-form' },
    field('From now on it', choice),
    who.field,
    field('Why', note),
    button,
    said,
  )
  const key = newKey()
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const user = who.name()
    const body = { device, movement, level: choice.value, user, note: note.value.trim() }
    button.disabled = true
    said.hidden = true
    try {
      await post('authority', body, `page-${id}-${key}`)
      page.resources.touch('authority')
      page.announce('Change saved.')
    } catch (error) {
      said.hidden = false
      say(said, `Not saved: ${error.message}. Try again.`)
      button.disabled = false
    }
  })
  return el('details', { class: 'change' }, el('summary', {}, 'Change'), form)
}
