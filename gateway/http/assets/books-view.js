import { el, icon, keep, row, say, table } from './dom.js'
import { countText, durationText, moneyText, plural, quantityText } from './format.js'
import { moment } from './moment.js'
import { backlogOf } from './state-line.js'
import { cause, uplinkWord } from './words.js'

/** Do the books balance, what is the stock worth, and has head office got it all. */
export function createBooksView(page) {
  const uplinks = el('div', { class: 'uplinks' })
  const balance = createBalance(page)
  const value = createValue(page)
  const element = el(
    'div',
    {},
    el('h3', { class: 'block-title' }, 'Sent to head office'),
    uplinks,
    el('h3', { class: 'block-title' }, 'Trial balance'),
    balance.element,
    el('h3', { class: 'block-title' }, 'Value of the stock'),
    value.element,
  )
  return {
    title: 'Books',
    element,
    needs: () => ['trial-balance', 'pools'],
    render() {
      renderUplinks(page, uplinks)
      balance.render()
      value.render()
    },
  }
}

function renderUplinks(page, holder) {
  const destinations = page.status()?.destinations ?? null
  if (destinations === null) return keep(holder, [0], GHOST)
  if (destinations.length === 0) return keep(holder, [0], NOWHERE)
  return keep(holder, destinations, {
    key: ({ destination }) => destination,
    signature: (destination) => JSON.stringify([destination, backlogWait(page, destination)]),
    create: (destination) => uplinkCard(page, destination),
  })
}

const GHOST = { key: () => 'ghost', create: () => el('div', { class: 'ghost tall' }) }
const NOWHERE = {
  key: () => 'none',
  create: () =>
    el('p', { class: 'empty' }, 'No destination is configured; the journal stays in the store.'),
}

const backlogWait = (page, { nextTryAtMs }) =>
  nextTryAtMs > page.nowMs() ? durationText(nextTryAtMs - page.nowMs()) : null

function uplinkCard(page, destination) {
  const { destination: name, state, attempts, lastError, sealed, acknowledged } = destination
  const behind = backlogOf(destination)
  const wait = backlogWait(page, destination)
  const level = lastError && behind > 0 ? 'look' : 'good'
  const last = destination.lastAcknowledgedAtMs
  return el(
    'article',
    { class: 'card uplink' },
    el(
      'header',
      {},
      el('b', {}, name),
      el(
        'span',
        { class: `dot ${level}` },
        icon(level === 'good' ? 'check' : 'eye'),
        uplinkWord(state),
      ),
    ),
    el(
      'dl',
      { class: 'tally' },
      ...pair('Waiting', plural(behind, 'batch', 'batches')),
      ...pair('Sealed', countText(sealed)),
      ...pair('Acknowledged', countText(acknowledged)),
      ...pair('Last acknowledged', last ? moment(page, last) : 'not yet'),
    ),
    lastError && behind > 0
      ? el(
          'p',
          { class: 'failed' },
          `${cause(lastError)}. Tried ${plural(attempts, 'time')}${wait ? `; next try in ${wait}` : ''}.`,
        )
      : null,
  )
}

const pair = (name, value) => [el('div', {}, el('dt', {}, name), el('dd', {}, value))]

function createBalance(page) {
  const verdict = el('p', { class: 'verdict' })
  const { element: accounts, body } = table({
    caption: 'Trial balance',
    className: 'ledger',
    columns: [
      { title: 'Account', align: '' },
      { title: 'Debit', align: 'number' },
      { title: 'Credit', align: 'number' },
    ],
  })
  return {
    element: el('div', { class: 'card' }, verdict, accounts),
    render() {
      const balance = page.value('trial-balance')
      if (balance === null) return say(verdict, 'Adding up\u2026')
      const { currency, minorUnits, rows } = balance
      const debit = sumOf(rows, 'debitMinor')
      const credit = sumOf(rows, 'creditMinor')
      const amount = (minor) => (BigInt(minor) === 0n ? '' : moneyText(minor, minorUnits))
      judge(verdict, debit === credit, [
        `Debit and credit are equal: ${moneyText(debit, minorUnits)} ${currency} each.`,
        `Debit and credit differ by ${moneyText(debit - credit, minorUnits)} ${currency}.`,
      ])
      const total = {
        account: '',
        name: 'Total',
        debitMinor: String(debit),
        creditMinor: String(credit),
      }
      return keep(body, [...rows, total], {
        key: ({ account }) => account,
        signature: JSON.stringify,
        create: ({ account, name, debitMinor, creditMinor }) =>
          row(
            [
              { content: name || account },
              { label: 'Debit', className: 'number', content: amount(debitMinor) },
              { label: 'Credit', className: 'number', content: amount(creditMinor) },
            ],
            account === '' ? { class: 'total' } : {},
          ),
      })
    },
  }
}

const sumOf = (rows, field) => rows.reduce((sum, row) => sum + BigInt(row[field]), 0n)

function judge(element, isRight, [right, wrong]) {
  element.className = `verdict ${isRight ? 'good' : 'bad'}`
  const text = isRight ? right : wrong
  if (element.dataset.text === text) return
  element.dataset.text = text
  element.replaceChildren(icon(isRight ? 'check' : 'stop'), el('span', {}, text))
}

const METHODS = { fifo: 'FIFO', average: 'average' }

function createValue(page) {
  const verdict = el('p', { class: 'verdict' })
  const { element: pools, body } = table({
    caption: 'Value of the stock by SKU',
    className: 'pools',
    columns: [
      { title: 'Product', align: '' },
      { title: 'Quantity', align: 'number' },
      { title: 'Value', align: 'number' },
    ],
  })
  return {
    element: el('div', { class: 'card' }, verdict, pools),
    render() {
      const value = page.value('pools')
      if (value === null) return say(verdict, 'Adding up\u2026')
      const minorUnits = page.minorUnits()
      const { rows, inventoryAccountMinor } = value
      const layers = sumOf(rows, 'valueMinor')
      const money = (minor) => `${moneyText(minor, minorUnits)} ${page.currency()}`
      const difference = layers - BigInt(inventoryAccountMinor ?? layers)
      judge(verdict, difference === 0n, [
        `Layers and inventory account agree: ${money(layers)}.`,
        `Layers and inventory account differ by ${money(difference)}.`,
      ])
      return keep(body, rows, {
        key: ({ sku }) => sku,
        signature: JSON.stringify,
        create: ({ sku, name, method, quantity, scale, valueMinor }) =>
          row([
            {
              content: [
                name || sku,
                el(
                  'span',
                  { class: 'quiet small block' },
                  `${sku} \u00b7 ${METHODS[method] ?? method}`,
                ),
              ],
            },
            { label: 'Quantity', className: 'number', content: quantityText(quantity, scale) },
            { label: 'Value', className: 'number', content: moneyText(valueMinor, minorUnits) },
          ]),
      })
    },
  }
}
