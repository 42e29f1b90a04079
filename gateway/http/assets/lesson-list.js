import { alarmPicture, hasPicture } from './alarm-picture.js'
import { post } from './api.js'
import { el, keep, say } from './dom.js'
import { moment } from './moment.js'
import { newKey, rememberedName, rememberName } from './signature.js'

/** Pictures that answers have taught the cameras, and the way back. */
export function createLessonList(page) {
  const list = el('ul', { class: 'lessons' })
  const heading = el('h3', { class: 'block-title' }, 'Learnt from answers')
  const element = el('section', { class: 'learnt', hidden: true }, heading, list)
  return {
    element,
    render() {
      const rows = (page.value('lessons')?.rows ?? []).filter(({ approvedBy }) => approvedBy)
      element.hidden = rows.length === 0
      keep(list, rows, {
        key: ({ lesson }) => lesson,
        signature: (row) => `${row.state}/${pictureFor(page, row)}`,
        create: (row) => lessonCard(page, row),
      })
    },
  }
}

const pictureFor = (page, { picture }) =>
  [`${picture}#item`, picture].find((key) => hasPicture(page, key)) ?? null

function lessonCard(page, row) {
  const { name, approvedBy, approvedAtMs, undoneBy, undoneAtMs } = row
  const picture = pictureFor(page, row)
  return el(
    'li',
    { class: 'card' },
    el('b', {}, name),
    picture ? alarmPicture(picture, name) : null,
    el(
      'p',
      { class: 'quiet small' },
      `Approved by ${approvedBy}, `,
      moment(page, approvedAtMs),
      ...(undoneBy ? [`; taken out by ${undoneBy}, `, moment(page, undoneAtMs)] : []),
    ),
    undoneBy ? null : undoForm(page, row),
  )
}

function undoForm(page, { lesson }) {
  const name = el('input', {
    id: `undo-${lesson}-name`,
    autocomplete: 'name',
    required: true,
    maxlength: 100,
    value: rememberedName(),
  })
  const button = el('button', { type: 'submit', class: 'plain' }, 'Take it out of the gallery')
  const said = el('p', { class: 'failed', role: 'alert', hidden: true })
  const form = el(
    'form',
    { class: 'trust-form' },
    el('div', { class: 'field' }, el('label', { for: name.id }, 'Your name'), name),
    button,
    said,
  )
  const key = newKey()
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const user = name.value.trim()
    button.disabled = true
    said.hidden = true
    try {
      await post(`lessons/${lesson}/undo`, { user }, `page-undo-${lesson}-${key}`)
      rememberName(user)
      page.resources.touch('lessons')
      page.announce('The picture is taken out.')
    } catch (error) {
      said.hidden = false
      say(said, `Not saved: ${error.message}. Try again.`)
      button.disabled = false
    }
  })
  return el('details', { class: 'change' }, el('summary', {}, 'Undo'), form)
}
