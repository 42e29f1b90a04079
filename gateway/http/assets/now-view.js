import { alarmPicture, hasPicture } from './alarm-picture.js'
import { createCameraFigure } from './camera-figure.js'
import { el, icon, keep, say } from './dom.js'
import { createExitList, isShownAbove } from './exit-list.js'
import { moment } from './moment.js'
import { createMovementList } from './movement-list.js'
import { stateOf } from './state-line.js'

/** Is the shop all right, and what has just happened. */
export function createNowView(page) {
  const headline = el('p', { class: 'headline' }, 'Reading the state of the shop\u2026')
  const facts = el('ul', { class: 'state-facts' })
  const state = el('div', { class: 'state', 'data-level': 'none' }, headline, facts)
  const list = createMovementList(page, {
    prefix: 'now',
    emptyText: () => 'Nothing has moved yet. Sales, deliveries and shelf changes appear here.',
  })
  const exits = createExitList(page)
  const cameras = el('div', { class: 'thumbs' })
  const alerts = el('ul', { class: 'alerts' })
  const camerasBlock = el('section', { hidden: true }, heading('Shelves', '#cameras'), cameras)
  const alertsBlock = el('section', { hidden: true }, el('h3', {}, 'Alerts'), alerts)
  const element = el(
    'div',
    { class: 'now' },
    state,
    exits.element,
    el('div', { class: 'now-main' }, heading('Latest movements', '#movements'), list.element),
    el('div', { class: 'now-side' }, camerasBlock, alertsBlock),
  )
  return {
    title: 'Now',
    element,
    needs: () => [...NEEDS, ...page.frameNames()],
    render() {
      renderState(page, { state, headline, facts })
      list.render(page.value('latest')?.rows ?? null)
      renderCameras(page, camerasBlock, cameras)
      exits.render()
      renderAlerts(page, alertsBlock, alerts)
    },
  }
}

const NEEDS = ['latest', 'reviews', 'quarantine', 'alerts', 'exits', 'pictures', 'cameras']

const heading = (text, href) =>
  el(
    'div',
    { class: 'heading' },
    el('h3', {}, text),
    el('a', { href, 'aria-label': `All of ${text.toLowerCase()}` }, 'All', icon('chevron')),
  )

const ICONS = { good: 'check', note: 'off', look: 'eye', bad: 'stop' }
const LEVELS = { good: 'Good: ', note: 'Known: ', look: 'Please look: ', bad: 'Wrong: ' }

function renderState(page, { state, headline, facts }) {
  const status = page.status()
  if (status === null) {
    const lost = page.connection.state === 'lost'
    return say(
      headline,
      lost ? 'The gateway does not answer.' : 'Reading the state of the shop\u2026',
    )
  }
  const told = stateOf({
    status,
    reviews: page.value('reviews'),
    quarantine: page.value('quarantine'),
    nowMs: page.nowMs(),
  })
  // What was true then is no claim about now; the warning above says from when the facts are.
  const isLost = page.connection.state === 'lost'
  state.dataset.level = isLost ? 'none' : told.level
  say(headline, isLost ? 'How the shop is now is not known.' : told.headline)
  keep(facts, told.facts, {
    key: ({ text }) => text,
    signature: ({ level }) => level,
    create: ({ level, text, href }) =>
      el(
        'li',
        { class: level },
        el(
          'a',
          { href },
          icon(ICONS[level]),
          el('span', {}, el('span', { class: 'hidden' }, LEVELS[level]), text),
        ),
      ),
  })
}

function renderCameras(page, block, holder) {
  const rows = page.value('cameras')?.rows ?? []
  block.hidden = rows.length === 0
  keep(holder, rows, {
    key: ({ camera }) => camera,
    signature: (camera) => JSON.stringify(camera.zones),
    create(camera) {
      const figure = createCameraFigure(camera)
      const link = el(
        'a',
        { href: '#cameras', class: 'thumb', 'aria-label': `${camera.camera}: see its shelf` },
        figure.element,
        el('span', { class: 'thumb-name' }, camera.camera, el('span', { class: 'quiet when' })),
      )
      link.figure = figure
      return link
    },
    update(link, { camera }) {
      const frame = page.frameOf(camera)
      link.figure.render(frame)
      const when = link.querySelector('.when')
      const shown = frame?.atMs ? String(frame.atMs) : ''
      if (when.dataset.shown === shown) return
      when.dataset.shown = shown
      when.replaceChildren(frame?.atMs ? moment(page, frame.atMs) : 'no picture yet')
    },
  })
}

const ALERTS = 5
/** What is older has been dealt with or is a question in the reviews. */
const ALERT_MS = 24 * 3_600_000

function renderAlerts(page, block, list) {
  const rows = (page.value('alerts')?.rows ?? [])
    .filter(({ atMs }) => page.nowMs() - atMs < ALERT_MS)
    .slice(0, ALERTS)
  block.hidden = rows.length === 0
  keep(list, rows, {
    key: ({ key, atMs }) => `${key}@${atMs}`,
    signature: ({ text, key }) => [text, hasPicture(page, key), isShownAbove(page, key)].join('/'),
    create: ({ text, atMs, key }) =>
      el(
        'li',
        {},
        el('p', {}, text),
        hasPicture(page, key) && !isShownAbove(page, key) ? alarmPicture(key, text) : null,
        el('p', { class: 'quiet small' }, moment(page, atMs)),
      ),
  })
}
