import { get } from './api.js'
import { field } from './command-form.js'
import { el, keep, row, say, table } from './dom.js'
import { countText, plural } from './format.js'
import { moment } from './moment.js'
import { commandWord } from './words.js'

/** As many as one looks through; older ones are found by day. */
const MOST = 200

/** What the books refused, whom, and how often; the same within a minute stands once. */
export function createRefusedView(page) {
  let asked = { actor: '', day: '' }
  page.resources.define('refused', () => get(`refusals?${queryOf(asked)}`))
  const actors = new Set()
  const known = el('datalist', { id: 'refused-actors' })
  const actor = el('input', {
    id: 'refused-actor',
    type: 'search',
    list: known.id,
    maxlength: 200,
    placeholder: 'Everybody',
  })
  const day = el('input', { id: 'refused-day', type: 'date' })
  const clear = el('button', { type: 'button', class: 'plain', hidden: true }, 'Show all')
  const summary = el('p', { class: 'quiet', role: 'status' })
  const { element: list, body } = table({
    caption: 'Refused commands',
    className: 'refused',
    columns: [
      { title: 'Because', align: '' },
      { title: 'Who', align: '' },
      { title: 'What', align: '' },
      { title: 'When', align: '' },
      { title: 'Times', align: 'number' },
    ],
  })
  const holder = el('div', { class: 'card wide-table' }, list)
  const none = el('p', { class: 'empty', hidden: true })
  const ask = () => {
    asked = { actor: actor.value.trim(), day: day.value }
    page.resources.forget('refused')
  }
  for (const input of [actor, day]) input.addEventListener('change', ask)
  clear.addEventListener('click', () => {
    actor.value = ''
    day.value = ''
    ask()
  })
  return {
    title: 'Refused',
    element: el(
      'div',
      {},
      el('div', { class: 'filters three' }, field('Who', actor), field('Day', day), clear, known),
      summary,
      holder,
      none,
    ),
    needs: () => ['refused'],
    polled: () => ['refused'],
    render() {
      const rows = page.value('refused')?.rows ?? null
      holder.hidden = rows === null || rows.length === 0
      none.hidden = rows === null || rows.length > 0
      if (rows === null) return
      for (const { actor: name } of rows) actors.add(name)
      keep(known, [...actors].sort(), {
        key: (name) => name,
        create: (name) => el('option', { value: name }),
      })
      clear.hidden = asked.actor === '' && asked.day === ''
      const isFiltered = asked.actor !== '' || asked.day !== ''
      say(
        none,
        isFiltered
          ? 'Nothing was refused to them then.'
          : 'Nothing was refused. What the books do not take will stand here with its reason.',
      )
      say(summary, summaryText(rows))
      keep(body, rows, {
        key: ({ minuteMs, actor: who, kind, code, sourceKey }) =>
          JSON.stringify([minuteMs, who, kind, code, sourceKey]),
        signature: ({ times }) => String(times),
        create: (refused) => refusedRow(page, refused),
      })
    },
  }
}

function queryOf({ actor, day }) {
  const query = new URLSearchParams({ limit: String(MOST) })
  if (actor !== '') query.set('actor', actor)
  if (day !== '') query.set('day', day)
  return query
}

function summaryText(rows) {
  if (rows.length === 0) return ''
  const times = rows.reduce((total, row) => total + row.times, 0)
  const most = rows.length === MOST ? `, the newest ${countText(MOST)}` : ''
  return `${plural(rows.length, 'refusal')}${most}, ${plural(times, 'time')} in all.`
}

function refusedRow(page, { minuteMs, actor, kind, code, message, sourceKey, times }) {
  return row([
    {
      content: [message, el('span', { class: 'quiet small block' }, `${code} \u00b7 ${sourceKey}`)],
    },
    { label: 'Who', content: actor },
    { label: 'What', content: commandWord(kind) },
    { label: 'When', content: moment(page, minuteMs) },
    { label: 'Times', className: 'number', content: countText(times) },
  ])
}
