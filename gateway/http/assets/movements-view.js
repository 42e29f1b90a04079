import { get } from './api.js'
import { el, say } from './dom.js'
import { plural } from './format.js'
import { createMovementList } from './movement-list.js'
import { createReceivingList } from './receiving-list.js'

const PAGE = 50
/** More than a person scrolls through; a phone stays quick. */
const ROWS_MAX = 600

/** Every movement, newest first, live unless paused; `sku` in the address narrows it. */
export function createMovementsView(page) {
  let sku = ''
  /** Newest first. `before` leads to older ones, null at the first movement of all. */
  let held = { rows: [], before: null }
  let paused = null

  const filter = el('p', { class: 'filter-note', hidden: true })
  const pause = el('button', { type: 'button', class: 'plain' }, 'Pause')
  const older = el('button', { type: 'button', class: 'plain wide', hidden: true }, 'Show older')
  const trouble = el('p', { class: 'failed', role: 'alert', hidden: true })
  const list = createMovementList(page, {
    prefix: 'all',
    emptyText: () => (sku === '' ? 'Nothing has moved yet.' : `Nothing has moved of ${sku} yet.`),
  })
  const receiving = createReceivingList(page)
  const element = el(
    'div',
    {},
    receiving.element,
    el('div', { class: 'bar' }, filter, pause),
    list.element,
    trouble,
    older,
  )
  const pathOf = (before) =>
    `movements?limit=${PAGE}` +
    (sku === '' ? '' : `&sku=${encodeURIComponent(sku)}`) +
    (before === null ? '' : `&before=${before}`)
  page.resources.define('movements', () => get(pathOf(null)))

  const view = {
    title: 'Movements',
    element,
    needs: () => ['movements', 'receiving'],
    open(parameters) {
      const wanted = parameters.get('sku') ?? ''
      if (wanted !== sku) {
        sku = wanted
        held = { rows: [], before: null }
        paused = null
        page.resources.forget('movements')
      }
      filter.hidden = sku === ''
      filter.replaceChildren(
        'Only ',
        el('b', {}, sku),
        ' ',
        el('a', { href: '#movements' }, 'Show all'),
      )
    },
    render() {
      receiving.render()
      const newest = page.value('movements')
      if (newest !== null) held = joined(held, newest)
      const shown = paused ?? held
      list.render(newest === null ? null : shown.rows)
      older.hidden = newest === null || shown.before === null || shown.rows.length >= ROWS_MAX
      say(pause, paused === null ? 'Pause' : resumeText(paused, held))
    },
  }
  pause.addEventListener('click', () => {
    paused = paused === null ? held : null
    view.render()
  })
  older.addEventListener('click', async () => {
    const asked = sku
    older.disabled = true
    trouble.hidden = true
    try {
      const more = await get(pathOf((paused ?? held).before))
      if (asked !== sku) return
      held = extended(held, more)
      if (paused) paused = extended(paused, more)
    } catch (error) {
      trouble.hidden = false
      say(trouble, `Older movements could not be read: ${error.message}.`)
    } finally {
      older.disabled = false
      view.render()
    }
  })
  return view
}

const keyOf = ({ sequence, number }) => `${sequence}/${number}`

/** The newest page on top of what is held; after a gap the older rows are let go. */
function joined(held, { rows, nextBefore }) {
  const fresh = new Set(rows.map(keyOf))
  const older = held.rows.filter((row) => !fresh.has(keyOf(row)))
  const isContinuous = older.length < held.rows.length
  if (!isContinuous || older.length === 0) return { rows, before: nextBefore }
  return { rows: [...rows, ...older], before: held.before }
}

function extended({ rows }, more) {
  const known = new Set(rows.map(keyOf))
  const added = more.rows.filter((row) => !known.has(keyOf(row)))
  return { rows: [...rows, ...added], before: more.nextBefore }
}

function resumeText(paused, held) {
  const [first] = paused.rows
  const place = first ? held.rows.findIndex((row) => keyOf(row) === keyOf(first)) : held.rows.length
  if (place === 0) return 'Resume'
  return place < 0 ? 'Resume (many new)' : `Resume (${plural(place, 'new one', 'new ones')})`
}
