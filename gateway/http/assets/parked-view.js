import { commandForm, field, rightsSign } from './command-form.js'
import { el, keep, say } from './dom.js'
import { countText, durationText, moneyText, plural, quantityText } from './format.js'

/** What the till sold before the masters knew it: how often, for how long, and what it really is. */
export function createParkedView(page) {
  const summary = el('p', { class: 'quiet lead', role: 'status' })
  const holder = el('div', { class: 'stack-apart' })
  const refresh = () => {
    for (const name of ['parked', 'pools', 'trial-balance', 'closing']) page.resources.touch(name)
    page.announce('Mapped.')
  }
  return {
    title: 'Unknown goods',
    element: el('div', {}, summary, holder),
    needs: () => ['parked', 'skus', 'session'],
    polled: () => ['parked'],
    render() {
      const rows = page.value('parked')?.rows ?? null
      const skus = page.value('skus')?.rows ?? null
      if (rows === null || skus === null) return keep(holder, [0], GHOST)
      const groups = groupsOf(rows)
      say(summary, summaryText(page, rows, groups))
      if (groups.length === 0) return keep(holder, [0], NONE)
      const sign = rightsSign(page)
      return keep(holder, groups, {
        key: ({ key }) => key,
        signature: ({ rows: own }) =>
          JSON.stringify([own.map(({ sale, line }) => [sale, line]), sign, skus.length]),
        create: (group) => groupCard(page, group, skus, refresh),
        update: (element, group) => say(element.querySelector('.age'), ageText(page, group)),
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
      'Every line of the tills is known. Goods that are sold before the masters know them will wait here for their SKU.',
    ),
}

/** The same unknown thing sold several times is one question. */
function groupsOf(rows) {
  const groups = new Map()
  for (const row of rows) {
    const key = `${row.gtin}|${row.description}`
    const group = groups.get(key) ?? { key, gtin: row.gtin, description: row.description, rows: [] }
    group.rows.push(row)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => oldest(a) - oldest(b))
}

const oldest = ({ rows }) => Math.min(...rows.map(({ soldAtMs }) => soldAtMs))
const sum = (rows, field) => rows.reduce((total, row) => total + BigInt(row[field]), 0n)
const ageText = (page, group) => durationText(Math.max(1_000, page.nowMs() - oldest(group)))

function summaryText(page, rows, groups) {
  if (rows.length === 0) return ''
  const net = `${moneyText(sum(rows, 'netMinor'), page.minorUnits())} ${page.currency()}`
  const kinds = plural(groups.length, 'unknown item')
  const waits = rows.length === 1 ? 'waits' : 'wait'
  return `${plural(rows.length, 'line')} of ${kinds} ${waits} for a SKU, ${net} net. What was sold is taxed and paid; only its cost is missing.`
}

function groupCard(page, group, skus, refresh) {
  const { gtin, description, rows } = group
  const figure = (label, value, className = '') =>
    el('div', {}, el('dt', {}, label), el('dd', { class: className }, value))
  return el(
    'article',
    { class: 'card stack', 'aria-label': description || gtin || 'Unknown item' },
    el(
      'header',
      {},
      el('h3', {}, description || 'Without a name'),
      el('span', { class: 'quiet small' }, gtin === '' ? 'no barcode' : el('code', {}, gtin)),
    ),
    el(
      'dl',
      { class: 'tally' },
      figure('Lines', countText(rows.length)),
      figure('Pieces', quantityText(sum(rows, 'quantity'))),
      figure(`Net ${page.currency()}`, moneyText(sum(rows, 'netMinor'), page.minorUnits())),
      figure('Waiting for', ageText(page, group), 'age'),
    ),
    linesOf(page, rows),
    mapForm(page, group, skus, refresh),
  )
}

function linesOf(page, rows) {
  const minorUnits = page.minorUnits()
  const items = rows.map(({ sale, line, quantity, netMinor, businessDate }) =>
    el(
      'li',
      {},
      el(
        'span',
        {},
        saleWords(sale),
        ` line ${line}`,
        el('span', { class: 'quiet' }, ` \u00b7 ${businessDate}`),
      ),
      el('span', { class: 'number' }, quantityText(quantity)),
      el('span', { class: 'number' }, moneyText(netMinor, minorUnits)),
    ),
  )
  return el(
    'details',
    {},
    el('summary', {}, plural(rows.length, 'line')),
    el('ul', { class: 'line-list sales small' }, ...items),
  )
}

/** `till:till-1/2026-03-02/17` as a person says it. */
function saleWords(sale) {
  const known = /^till:([^/]+)\/[^/]+\/(.+)$/.exec(sale)
  return known ? `${known[1]} receipt ${known[2]}` : sale
}

function mapForm(page, { key, rows }, skus, refresh) {
  const id = `map-${rows[0].sale}-${rows[0].line}`
  const goods = el(
    'select',
    { id, required: true },
    el('option', { value: '' }, 'Choose a product'),
    ...skus.map(({ sku, name }) => el('option', { value: sku }, `${name} (${sku})`)),
  )
  const weights = el('div', { class: 'weights' })
  const scaleOf = (sku) => skus.find((row) => row.sku === sku)?.scale ?? 0
  goods.addEventListener('change', () => {
    const isWeighed = scaleOf(goods.value) > 0
    weights.replaceChildren(...(isWeighed ? rows.map((row) => weightField(id, row)) : []))
  })
  return commandForm(page, {
    id,
    kind: 'map-line',
    fields: [field('It is', goods), weights],
    buttons: [
      el(
        'button',
        { type: 'submit', class: 'primary' },
        rows.length === 1 ? 'Map this line' : `Map ${countText(rows.length)} lines`,
      ),
    ],
    async send({ tell }) {
      const inputs = [...weights.querySelectorAll('input')]
      for (const [index, { sale, line }] of rows.entries()) {
        const quantity = inputs[index] && { quantity: inputs[index].value.trim() }
        // Those before a refused one are mapped, and gone from the card when it is drawn again.
        await tell({ kind: 'map-line', sale, line, sku: goods.value, ...quantity }).catch(
          (error) => {
            page.resources.touch('parked')
            throw error
          },
        )
      }
      document.activeElement?.blur?.()
    },
    onDone: () => refresh(key),
  })
}

/** A weighed line was parked as one piece; how much it was, only a person knows. */
function weightField(id, { sale, line }) {
  const input = el('input', {
    id: `${id}-weight-${sale}-${line}`,
    inputmode: 'decimal',
    required: true,
    maxlength: 20,
    pattern: '[0-9]+([.][0-9]+)?',
  })
  return field(`Quantity on ${saleWords(sale)} line ${line}`, input)
}
