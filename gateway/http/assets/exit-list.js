import { alarmPicture, hasPicture } from './alarm-picture.js'
import { el, keep } from './dom.js'
import { moment } from './moment.js'

const STATES = {
  waiting: ['Waiting for a till', 'look'],
  alarmed: ['No sale', 'differs'],
}

/** What has just left without a sale: waits for a till that lags, or is an alarm. */
export function createExitList(page) {
  const list = el('ul', { class: 'alerts' })
  const heading = el('h3', {}, 'Left without a sale')
  const element = el('section', { class: 'exits', hidden: true }, heading, list)
  return {
    element,
    render() {
      const rows = shown(page)
      element.hidden = rows.length === 0
      keep(list, rows, {
        key: ({ epc, atMs }) => `${epc}@${atMs}`,
        signature: (row) => JSON.stringify([row, row.alarm && hasPicture(page, row.alarm)]),
        create: (row) => exitRow(page, row),
      })
    },
  }
}

/** Once a person is asked it is a question under Reviews. */
const shown = (page) => (page.value('exits')?.rows ?? []).filter(({ state }) => STATES[state])

/** Its picture need not be shown again beside the alert. */
export const isShownAbove = (page, alarm) => shown(page).some((row) => row.alarm === alarm)

function exitRow(page, { sku, name, serial, portal, atMs, state, waitsFor, alarm }) {
  const [word, level] = STATES[state]
  return el(
    'li',
    {},
    el(
      'p',
      {},
      el('span', { class: `badge ${level}` }, word),
      ` ${name} (${serial}) left through ${portal}.`,
    ),
    alarm && hasPicture(page, alarm) ? alarmPicture(alarm, sku) : null,
    state === 'waiting' ? el('p', { class: 'small' }, waitText(waitsFor)) : null,
    el('p', { class: 'quiet small' }, moment(page, atMs)),
  )
}

function waitText(tills) {
  if (tills.length === 0) return 'The shop has no till that could tell of a sale.'
  const have = tills.length === 1 ? 'has' : 'have'
  return `${tills.join(' and ')} ${have} not spoken for a while; the receipt may be on the way.`
}
