import { get } from './api.js'
import { commandForm, field, rightsSign } from './command-form.js'
import { countSheet } from './count-sheet.js'
import { el, keep, say } from './dom.js'
import { plural } from './format.js'

/** Open count sheets: counted blind, counted again, and approved by somebody else. */
export function createCountsView(page) {
  const summary = el('p', { class: 'quiet lead', role: 'status' })
  const holder = el('div', { class: 'stack-apart' })
  const starting = el('div', { class: 'below' })
  const refresh = (said) => {
    page.resources.touch('open-counts')
    for (const sheet of sheetsOf(page)) page.resources.touch(differencesName(sheet.count))
    page.announce(said)
  }
  return {
    title: 'Counts',
    element: el('div', {}, summary, holder, starting),
    needs: () => [
      'open-counts',
      'locations',
      'session',
      ...sheetsOf(page)
        .filter(isCounted)
        .map(({ count }) => defined(page, count)),
    ],
    polled: () => [
      'open-counts',
      ...sheetsOf(page)
        .filter(isCounted)
        .map(({ count }) => differencesName(count)),
    ],
    render() {
      if (page.value('open-counts') === null) return keep(holder, [0], GHOST)
      const sheets = sheetsOf(page)
      say(
        summary,
        sheets.length === 0
          ? ''
          : `${plural(sheets.length, 'open sheet')}. Nobody who counts sees what the books hold.`,
      )
      const sign = rightsSign(page)
      const focused = document.activeElement?.id
      if (sheets.length === 0) keep(holder, [0], NONE)
      else
        keep(holder, sheets, {
          key: ({ count }) => count,
          signature: (sheet) =>
            JSON.stringify([sheet, sign, page.value(differencesName(sheet.count))]),
          create: (sheet) =>
            countSheet(page, sheet, page.value(differencesName(sheet.count)), refresh),
        })
      // Somebody else counted on the same sheet: whoever types goes on where they were.
      if (focused && document.activeElement?.id !== focused)
        document.getElementById(focused)?.focus()
      // What is needed depends on what is counted.
      page.refreshNeeds()
      return keep(starting, [0], {
        key: () => 'start',
        signature: () =>
          `${sign}/${sheets.map(({ count }) => count)}/${page.value('locations') !== null}`,
        create: () => startForm(page, sheets, refresh),
      })
    },
  }
}

const GHOST = { key: () => 'ghost', create: () => el('div', { class: 'ghost tall' }) }
const NONE = {
  key: () => 'none',
  create: () =>
    el(
      'p',
      { class: 'empty' },
      'No count is open. A sheet that is started here, or by a camera or a handheld reader, is counted and approved here.',
    ),
}

const isCounted = ({ rows }) => rows.every(({ counted }) => counted !== null)
const differencesName = (count) => `differences:${count}`

function defined(page, count) {
  const name = differencesName(count)
  if (!page.resources.has(name))
    page.resources.define(name, () => get(`counts/${encodeURIComponent(count)}`))
  return name
}

function sheetsOf(page) {
  const sheets = new Map()
  for (const row of page.value('open-counts')?.rows ?? []) {
    const sheet = sheets.get(row.count) ?? { count: row.count, startedBy: row.startedBy, rows: [] }
    sheet.rows.push(row)
    sheets.set(row.count, sheet)
  }
  return [...sheets.values()]
}

function startForm(page, sheets, refresh) {
  const places = (page.value('locations')?.rows ?? []).filter(({ kind }) => kind === 'real')
  const place = el(
    'select',
    { id: 'count-place', required: true },
    ...places.map(({ location }) => el('option', { value: location }, page.placeName(location))),
  )
  const today = page.times().dayKey(page.nowMs())
  const taken = new Set(sheets.map(({ count }) => count))
  const name = el('input', { id: 'count-name', required: true, maxlength: 100 })
  const suggest = () => {
    const base = `${place.value}-${today}`
    let number = 1
    while (taken.has(number === 1 ? base : `${base}-${number}`)) number += 1
    name.value = number === 1 ? base : `${base}-${number}`
  }
  suggest()
  place.addEventListener('change', suggest)
  const form = commandForm(page, {
    id: 'start-count',
    kind: 'start-count',
    className: 'in-row',
    fields: [field('Place', place), field('Name of the sheet', name)],
    buttons: [el('button', { type: 'submit', class: 'primary' }, 'Start')],
    send: ({ tell }) =>
      tell({ kind: 'start-count', count: name.value.trim(), location: place.value }),
    onDone: () => refresh('Sheet started.'),
  })
  if (form.tagName !== 'FORM') return form
  return el(
    'details',
    { class: 'card change', open: sheets.length === 0 },
    el('summary', {}, 'Start a count'),
    form,
  )
}
