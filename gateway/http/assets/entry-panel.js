import { get } from './api.js'
import { el, row, table } from './dom.js'
import { moneyText, plural } from './format.js'
import { moment } from './moment.js'
import { evidenceWord } from './words.js'

/** What a movement was concluded from, and what it did to the books. */

/** An import of masters has hundreds; a receipt is shown whole. */
const LINES_AT_FIRST = 20

export async function fillEntryPanel(page, panel, sequence) {
  if (panel.childElementCount === 0)
    panel.replaceChildren(el('p', { class: 'quiet' }, 'Reading the entry\u2026'))
  try {
    const entry = await get(`entries/${sequence}`)
    panel.replaceChildren(...partsOf(page, entry))
  } catch (error) {
    const text = `The entry could not be read: ${error.message}. Close and open it to try again.`
    panel.replaceChildren(el('p', { class: 'failed', role: 'alert' }, text))
  }
}

function partsOf(page, entry) {
  return [
    el('h4', {}, 'Concluded from'),
    evidenceList(page, entry.evidence),
    el('h4', {}, 'In the books'),
    ...(entry.lines.length > 0
      ? linesTable(page, entry.lines)
      : [el('p', { class: 'quiet' }, 'Goods changed their place only; no value moved.')]),
    facts(page, entry),
  ]
}

export function evidenceList(page, evidence) {
  if (evidence.length === 0) return el('p', { class: 'quiet' }, 'No evidence is kept with it.')
  const items = evidence.map(({ kind, from, atMs, summary, body }) =>
    el(
      'li',
      { class: 'ground' },
      el('p', { class: 'summary' }, summary),
      el(
        'p',
        { class: 'quiet small' },
        `${evidenceWord(kind)} \u00b7 ${from} \u00b7 `,
        moment(page, atMs, 'clock'),
      ),
      bodyDetails(body),
    ),
  )
  return el('ul', { class: 'evidence' }, ...items)
}

/** The figures behind the sentence, flattened: `antennas.0` and the like stay on one line each. */
function bodyDetails(body) {
  const pairs = Object.entries(body ?? {})
  if (pairs.length === 0) return null
  const rows = pairs.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, plain(value))])
  return el('details', {}, el('summary', {}, 'Figures'), el('dl', { class: 'figures' }, ...rows))
}

const plain = (value) => (typeof value === 'string' ? value : JSON.stringify(value))

function linesTable(page, lines) {
  const minorUnits = page.minorUnits()
  const amount = (minor) => moneyText(minor, minorUnits)
  const { element, body } = table({
    caption: 'Double entry',
    className: 'ledger',
    columns: [
      { title: 'Account', align: '' },
      { title: `Debit ${page.currency()}`, align: 'number' },
      { title: `Credit ${page.currency()}`, align: 'number' },
    ],
  })
  const sumOf = (sign) =>
    lines.reduce((sum, line) => {
      const value = sign * BigInt(line.amountMinor)
      return value > 0n ? sum + value : sum
    }, 0n)
  const total = row(
    [
      { content: 'Total' },
      { label: 'Debit', className: 'number', content: amount(sumOf(1n)) },
      { label: 'Credit', className: 'number', content: amount(sumOf(-1n)) },
    ],
    { class: 'total' },
  )
  body.append(...lines.slice(0, LINES_AT_FIRST).map((line) => lineRow(line, amount)), total)
  if (lines.length <= LINES_AT_FIRST) return [element]
  const rest = el('button', { type: 'button', class: 'plain' }, `Show all ${lines.length} lines`)
  rest.addEventListener('click', () => {
    total.before(...lines.slice(LINES_AT_FIRST).map((line) => lineRow(line, amount)))
    rest.remove()
  })
  return [element, rest]
}

function lineRow({ account, name, amountMinor, memo }, amount) {
  const value = BigInt(amountMinor)
  const remark = memo ? el('span', { class: 'quiet small block' }, memo) : ''
  return row([
    { content: [name ?? account, remark] },
    { label: 'Debit', className: 'number', content: value > 0n ? amount(value) : '' },
    { label: 'Credit', className: 'number', content: value < 0n ? amount(-value) : '' },
  ])
}

function facts(page, entry) {
  const { movements, sourceKey, hash, actor, businessDate, accountingDate } = entry
  const count = Array.isArray(movements) ? movements.length : 1
  const pairs = [
    ['Entry', `${entry.sequence}, ${plural(count, 'movement')}`],
    ['Said by', actor],
    ['Occurred', page.times().full(entry.occurredAtMs)],
    ['Posted', page.times().full(entry.postedAtMs)],
    [
      'Business date',
      accountingDate === businessDate
        ? businessDate
        : `${businessDate}, accounted on ${accountingDate}`,
    ],
    ['Source key', el('code', {}, sourceKey)],
    ['Hash', el('code', {}, hash)],
  ]
  const parts = pairs.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])
  return el('dl', { class: 'facts' }, ...parts)
}
