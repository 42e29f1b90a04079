import { createCameraFigure, filledPlaces } from './camera-figure.js'
import { el, keep, row, say, table } from './dom.js'
import { plural, quantityText } from './format.js'
import { createLessonList } from './lesson-list.js'
import { moment } from './moment.js'
import { cause, outcomeWord, visionWord } from './words.js'

/** A picture older than this by the store's clock is marked. */
const OLD_MS = 15 * 60_000

/** The shelves as the cameras see them, and the same in a table for those who do not. */
export function createCamerasView(page) {
  const vision = el('p', { class: 'quiet lead' })
  const holder = el('div', { class: 'cameras' })
  const lessons = createLessonList(page)
  const element = el('div', {}, vision, holder, lessons.element)
  return {
    title: 'Cameras',
    element,
    needs: () => ['cameras', 'stock', 'lessons', 'pictures', ...page.frameNames()],
    render() {
      lessons.render()
      const status = page.status()
      if (status) say(vision, visionText(status.vision))
      const rows = page.value('cameras')?.rows ?? null
      if (rows === null) return keep(holder, [0, 1], GHOSTS)
      if (rows.length === 0) return keep(holder, [0], NONE)
      return keep(holder, rows, {
        key: ({ camera }) => camera,
        signature: (camera) => JSON.stringify(camera.zones),
        create: (camera) => cameraCard(page, camera),
        update: (card, camera) => card.render(camera),
      })
    },
  }
}

const GHOSTS = {
  key: (place) => `ghost-${place}`,
  create: () => el('div', { class: 'ghost tall' }),
}
const NONE = {
  key: () => 'none',
  create: () => el('p', { class: 'empty' }, 'No cameras are configured.'),
}

function visionText({ state, frames, dropped, inferenceMs, queueDepth, lastError }) {
  const parts = [
    `${visionWord(state)}.`,
    `${plural(frames, 'picture')} looked at since the start, ${dropped} left out for newer ones.`,
    inferenceMs ? `A look takes ${Math.round(inferenceMs.p50)} ms.` : '',
    queueDepth > 0 ? `${plural(queueDepth, 'picture')} waiting.` : '',
    lastError ? `Last failure: ${cause(lastError)}.` : '',
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function cameraCard(page, camera) {
  const figure = createCameraFigure(camera)
  const title = el('h3', {}, camera.camera)
  const when = el('span', { class: 'quiet' })
  const badge = el('span', { class: 'badge look', hidden: true }, 'Old picture')
  const outcome = el('p', { class: 'quiet small' })
  const { element: zones, body } = table({
    caption: `Zones of ${camera.camera}`,
    className: 'zones',
    columns: [
      { title: 'Zone', align: '' },
      { title: 'Filled places', align: 'number' },
      { title: 'Books', align: 'number' },
    ],
  })
  const card = el(
    'article',
    { class: 'camera card' },
    el('header', {}, title, badge, when),
    figure.element,
    el('p', { class: 'legend small quiet', 'aria-hidden': 'true' }, ...legend()),
    outcome,
    zones,
  )
  card.render = (latest) => {
    const frame = page.frameOf(latest.camera)
    figure.render(frame)
    renderWhen(page, { when, badge }, frame)
    renderOutcome(page, outcome, latest.camera)
    const seen = frame?.detections ?? null
    keep(body, latest.zones, {
      key: ({ zone }) => zone,
      signature: (zone) => JSON.stringify([zone, countsOf(page, zone, seen)]),
      create: (zone) => zoneRow(zone, countsOf(page, zone, seen)),
    })
  }
  return card
}

const legend = () => [
  el('span', { class: 'key product' }),
  'product',
  el('span', { class: 'key person' }),
  'person',
  el('span', { class: 'key place' }),
  'place on the shelf',
]

function renderWhen(page, { when, badge }, frame) {
  if (!frame?.atMs) return
  badge.hidden = page.nowMs() - frame.atMs < OLD_MS
  if (when.dataset.shown === String(frame.atMs)) return
  when.dataset.shown = String(frame.atMs)
  when.replaceChildren(moment(page, frame.atMs))
}

/** The newest frame may be unusable while the picture above is the last good one. */
function renderOutcome(page, element, name) {
  const live = page.status()?.cameras.find(({ camera }) => camera === name)
  const detail = live?.detail ? `: ${live.detail}` : ''
  say(element, live?.outcome ? `${outcomeWord(live.outcome)}${detail}.` : '')
  element.classList.toggle('failed', live?.outcome === 'unusable')
}

function countsOf(page, zone, detections) {
  const stock = page.value('stock')?.rows ?? null
  const booked = stock?.find(({ sku, location }) => sku === zone.sku && location === zone.location)
  return {
    seen: detections === null ? null : filledPlaces(zone, detections),
    booked: stock === null ? null : quantityText(booked?.quantity ?? '0', booked?.scale ?? 0),
  }
}

function zoneRow({ zone, sku, name, slots }, { seen, booked }) {
  const filled = seen === null ? '\u2013' : `${seen} of ${slots.length}`
  return row([
    {
      content: [
        el('span', {}, name || sku || 'not in the planogram'),
        el('span', { class: 'quiet small block' }, sku ? `${sku} \u00b7 ${zone}` : zone),
      ],
    },
    { label: 'Filled places', className: 'number', content: filled },
    { label: 'Books', className: 'number', content: booked ?? '\u2013' },
  ])
}
