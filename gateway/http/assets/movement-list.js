import { el, icon, keep } from './dom.js'
import { fillEntryPanel } from './entry-panel.js'
import { quantityText } from './format.js'
import { moment } from './moment.js'
import { movementWord } from './words.js'

/** Movements by day, newest first; each opens to what it was concluded from. */
export function createMovementList(page, { prefix, emptyText }) {
  const element = el('div', { class: 'days' })
  const movements = {
    key: ({ sequence, number }) => `${sequence}/${number}`,
    // A place's name may come later than the movement.
    signature: ({ from, to }) => `${page.placeName(from)}/${page.placeName(to)}`,
    create: (movement) => movementItem(page, movement, prefix),
  }
  const days = {
    key: ([day]) => day,
    create: () => el('section', {}, el('h3', {}), el('ol', { class: 'movements' })),
    update(section, [, ofDay]) {
      const [title, list] = section.children
      title.textContent = page.times().dayName(ofDay[0].occurredAtMs, page.nowMs())
      keep(list, ofDay, movements)
    },
  }
  return {
    element,
    /** `rows` is null before the first reading. */
    render(rows) {
      if (rows === null) return keep(element, [0, 1, 2, 3, 4, 5], GHOSTS)
      if (rows.length === 0) return keep(element, [emptyText()], NOTE)
      return keep(element, [...byDay(page, rows)], days)
    },
  }
}

const GHOSTS = { key: (place) => `ghost-${place}`, create: () => el('div', { class: 'ghost' }) }
const NOTE = {
  key: (text) => `empty-${text}`,
  create: (text) => el('p', { class: 'empty' }, text),
}

function byDay(page, rows) {
  const { dayKey } = page.times()
  const days = new Map()
  for (const row of rows) {
    const day = dayKey(row.occurredAtMs)
    if (days.has(day)) days.get(day).push(row)
    else days.set(day, [row])
  }
  return days
}

function movementItem(page, movement, prefix) {
  const { sequence, number, kind, sku, name, quantity, scale, from, to } = movement
  const id = `${prefix}-${sequence}-${number}`
  const panel = el('div', { class: 'panel', id, hidden: true })
  const button = el(
    'button',
    { type: 'button', class: 'movement', 'aria-expanded': 'false', 'aria-controls': id },
    moment(page, movement.occurredAtMs, 'clock'),
    el(
      'span',
      { class: 'what' },
      el('span', { class: `word ${kind}` }, movementWord(movement)),
      el('b', {}, `${quantityText(quantity, scale)} \u00d7\u00a0${name || sku}`),
    ),
    el(
      'span',
      { class: 'route quiet' },
      page.placeName(from),
      el('span', { class: 'arrow', 'aria-hidden': 'true' }, ' \u2192 '),
      el('span', { class: 'hidden' }, ' to '),
      page.placeName(to),
    ),
    movement.because ? el('span', { class: 'because quiet' }, movement.because) : null,
    icon('chevron'),
  )
  button.addEventListener('click', () => {
    const isOpening = panel.hidden
    panel.hidden = !isOpening
    button.setAttribute('aria-expanded', String(isOpening))
    // Read at every opening: evidence may have been added since.
    if (isOpening) void fillEntryPanel(page, panel, sequence)
  })
  return el('li', {}, button, panel)
}
