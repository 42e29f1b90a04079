import { createAuthorityList } from './authority-list.js'
import { el, icon, keep, row, say, table } from './dom.js'
import { countText, plural } from './format.js'
import { moment } from './moment.js'
import { isAway } from './state-line.js'
import { profileWord } from './words.js'

/** Who speaks to the gateway, and what was said that could not be read. */
export function createDevicesView(page) {
  const summary = el('p', { class: 'quiet lead' })
  const { element: devices, body } = table({
    caption: 'Devices',
    className: 'devices',
    columns: [
      { title: 'Device', align: '' },
      { title: 'State', align: '' },
      { title: 'Last spoke', align: '' },
      { title: 'Messages', align: 'number' },
      { title: 'Set aside', align: 'number' },
    ],
  })
  const trust = createAuthorityList(page)
  const aside = el('ul', { class: 'aside' })
  const element = el(
    'div',
    {},
    summary,
    el('div', { class: 'card wide-table' }, devices),
    trust.element,
    el('h3', { class: 'block-title' }, 'Messages set aside'),
    el(
      'p',
      { class: 'quiet' },
      'What cannot be used is kept with its reason: business documents for ever, of sensor messages the newest.',
    ),
    aside,
  )
  return {
    title: 'Devices',
    element,
    needs: () => ['quarantine', 'authority'],
    render() {
      const status = page.status()
      if (status) {
        say(summary, summaryText(status))
        keep(body, status.devices, {
          key: ({ device }) => device,
          signature: JSON.stringify,
          create: (device) => deviceRow(page, device),
        })
      }
      trust.render()
      renderAside(page, aside)
    },
  }
}

function summaryText({ devices, mqttClients, loopDelayP99Ms }) {
  const connections = plural(mqttClients, 'connection')
  const delay = Math.round(loopDelayP99Ms)
  return `${plural(devices.length, 'device')}, ${connections} open; the gateway is rarely more than ${delay} ms late.`
}

function deviceRow(page, live) {
  const { device, profile, connected, lastSeenAtMs, messages, refused } = live
  const level = connected ? 'good' : isAway(live) ? 'look' : 'idle'
  return row([
    { content: [device, el('span', { class: 'quiet small block' }, profileWord(profile))] },
    {
      label: 'State',
      content: el(
        'span',
        { class: `dot ${level}` },
        icon(connected ? 'check' : 'off'),
        connected ? 'Connected' : 'Not connected',
      ),
    },
    {
      label: 'Last spoke',
      content: lastSeenAtMs === null ? 'not yet' : moment(page, lastSeenAtMs),
    },
    { label: 'Messages', className: 'number', content: countText(messages) },
    {
      label: 'Set aside',
      className: refused > 0 ? 'number below' : 'number',
      content: countText(refused),
    },
  ])
}

function renderAside(page, list) {
  const rows = page.value('quarantine')?.rows ?? null
  if (rows === null) return keep(list, [0], GHOST)
  if (rows.length === 0) return keep(list, [0], NONE)
  return keep(list, rows, {
    key: ({ id }) => id,
    create: (message) => asideItem(page, message),
  })
}

const GHOST = { key: () => 'ghost', create: () => el('li', { class: 'ghost' }) }
const NONE = {
  key: () => 'none',
  create: () => el('li', { class: 'empty' }, 'Every message could be used.'),
}

function asideItem(page, { atMs, device, topic, code, message, business, bytes, preview }) {
  return el(
    'li',
    { class: 'card' },
    el(
      'header',
      {},
      el('b', {}, device || 'unknown sender'),
      business ? el('span', { class: 'badge differs' }, 'Business document') : null,
      el('span', { class: 'quiet' }, moment(page, atMs)),
    ),
    el('p', {}, message),
    el('p', { class: 'quiet small' }, `${code} \u00b7 ${topic} \u00b7 ${plural(bytes, 'byte')}`),
    preview
      ? el('details', {}, el('summary', {}, 'What it said'), el('pre', { tabindex: '0' }, preview))
      : null,
  )
}
