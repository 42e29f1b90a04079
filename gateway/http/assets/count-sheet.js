import { commandForm, field } from './command-form.js'
import { el, row, table } from './dom.js'
import { countText, plural, quantityText } from './format.js'

/** One sheet: what to count, then, once all is counted, what differs and whether that is right. */
export function countSheet(page, sheet, differences, refresh) {
  const { count, startedBy, rows } = sheet
  const left = rows.filter(({ counted }) => counted === null)
  const places = [...new Set(rows.map(({ location }) => page.placeName(location)))]
  const isDone = left.length === 0
  return el(
    'article',
    { class: 'card stack', 'aria-label': count },
    el(
      'header',
      {},
      el('h3', {}, places.join(', ')),
      el(
        'span',
        { class: `badge ${isDone ? 'good' : 'look'}` },
        isDone
          ? 'All counted'
          : `${countText(rows.length - left.length)} of ${countText(rows.length)} counted`,
      ),
      el('span', { class: 'quiet small' }, `${count}, started by ${startedBy}`),
    ),
    rows.length === 0 ? el('p', { class: 'quiet' }, 'Nothing stands there in the books.') : null,
    left.length > 0 ? countForm(page, count, left, refresh) : null,
    isDone ? null : countedList(rows),
    isDone && differences?.isComplete ? approval(page, count, differences.rows, refresh) : null,
    el(
      'div',
      { class: 'more' },
      page.may('record-count') && left.length < rows.length
        ? again(page, count, rows, refresh)
        : null,
      cancelling(page, count, refresh),
    ),
  )
}

/** What is typed and not saved yet, by field: a sheet is drawn again when somebody else counts. */
const drafts = new Map()

/** Every figure that is filled in is noted; an empty one waits. */
function countForm(page, count, lines, refresh, label = 'Save what is counted') {
  const inputs = lines.map((line) => {
    const draft = `${label}/${count}/${line.sku}/${line.location}`
    const input = el('input', {
      id: `count-${draft}`,
      inputmode: line.scale > 0 ? 'decimal' : 'numeric',
      autocomplete: 'off',
      maxlength: 20,
      pattern: line.scale > 0 ? '[0-9]+([.][0-9]+)?' : '[0-9]+',
      class: 'number',
      value: drafts.get(draft),
    })
    input.addEventListener('input', () => drafts.set(draft, input.value))
    return { line, input, draft }
  })
  return commandForm(page, {
    id: `${label}-${count}`,
    kind: 'record-count',
    fields: [
      el(
        'ul',
        { class: 'count-lines' },
        ...inputs.map(({ line, input }) =>
          el(
            'li',
            {},
            el(
              'label',
              { for: input.id },
              line.name,
              el('span', { class: 'quiet small block' }, line.sku),
            ),
            input,
          ),
        ),
      ),
    ],
    buttons: [el('button', { type: 'submit', class: 'primary' }, label)],
    async send({ tell }) {
      const filled = inputs.filter(({ input }) => input.value.trim() !== '')
      if (filled.length === 0) throw new Error('Expected at least one figure, got none.')
      for (const { line, input, draft } of filled) {
        const { sku, location } = line
        await tell({ kind: 'record-count', count, sku, location, quantity: input.value.trim() })
        drafts.delete(draft)
      }
    },
    onDone: () => refresh('Count saved.'),
  })
}

function countedList(rows) {
  const counted = rows.filter((line) => line.counted !== null)
  if (counted.length === 0) return null
  return el(
    'ul',
    { class: 'line-list' },
    ...counted.map(({ name, counted: quantity, scale, counter, recounts }) =>
      el(
        'li',
        {},
        el(
          'span',
          {},
          name,
          el('span', { class: 'quiet small' }, ` \u00b7 ${countedBy(counter, recounts)}`),
        ),
        el('span', { class: 'number' }, quantityText(quantity, scale)),
      ),
    ),
  )
}

const countedBy = (counter, recounts) =>
  recounts === 0 ? counter : `${counter}, ${plural(recounts, 'recount')}`

function again(page, count, rows, refresh) {
  const counted = rows.filter((line) => line.counted !== null)
  return el(
    'details',
    { class: 'change' },
    el('summary', {}, 'Count again'),
    countForm(page, count, counted, refresh, 'Save the recount'),
  )
}

/** Only who may approve sees what the books hold, and only once everything is counted. */
function approval(page, count, rows, refresh) {
  if (!page.may('approve-count')) {
    const form = commandForm(page, { id: count, kind: 'approve-count', fields: [], buttons: [] })
    return el('div', { class: 'stack' }, countedList(rows), form)
  }
  const differing = rows.filter(({ counted, book }) => counted !== book)
  const reason = el('input', {
    id: `approve-${count}-reason`,
    required: true,
    maxlength: 1000,
    value: differing.length === 0 ? 'agrees with the books' : '',
  })
  return el(
    'div',
    { class: 'stack' },
    el(
      'p',
      { class: differing.length === 0 ? 'quiet' : '' },
      differing.length === 0
        ? 'The count agrees with the books.'
        : `${plural(differing.length, 'line')} of ${countText(rows.length)} ${differing.length === 1 ? 'differs' : 'differ'} from the books.`,
    ),
    differencesTable(rows),
    commandForm(page, {
      id: `approve-${count}`,
      kind: 'approve-count',
      fields: [field('Why it is right', reason)],
      buttons: [el('button', { type: 'submit', class: 'primary' }, 'Approve and book')],
      send: ({ tell }) => tell({ kind: 'approve-count', count, reason: reason.value.trim() }),
      onDone: () => refresh('Count approved.'),
    }),
  )
}

function differencesTable(rows) {
  const { element, body } = table({
    caption: 'Counted against the books',
    className: 'differences',
    columns: [
      { title: 'Product', align: '' },
      { title: 'Counted', align: 'number' },
      { title: 'Books', align: 'number' },
      { title: 'Differs', align: 'number' },
    ],
  })
  body.append(
    ...rows.map(({ name, counted, book, scale, counter, recounts }) => {
      const difference = BigInt(counted) - BigInt(book)
      const sign = difference > 0n ? '+' : ''
      return row([
        {
          content: [name, el('span', { class: 'quiet small block' }, countedBy(counter, recounts))],
        },
        { label: 'Counted', className: 'number', content: quantityText(counted, scale) },
        { label: 'Books', className: 'number', content: quantityText(book, scale) },
        {
          label: 'Differs',
          className: difference === 0n ? 'number none' : 'number below',
          content: difference === 0n ? '0' : `${sign}${quantityText(String(difference), scale)}`,
        },
      ])
    }),
  )
  return element
}

function cancelling(page, count, refresh) {
  if (!page.may('cancel-count')) return null
  const reason = el('input', { id: `cancel-${count}-reason`, required: true, maxlength: 1000 })
  return el(
    'details',
    { class: 'change' },
    el('summary', {}, 'Give this sheet up'),
    commandForm(page, {
      id: `cancel-${count}`,
      kind: 'cancel-count',
      fields: [field('Why', reason)],
      buttons: [el('button', { type: 'submit', class: 'plain' }, 'Give it up, book nothing')],
      send: ({ tell }) => tell({ kind: 'cancel-count', count, reason: reason.value.trim() }),
      onDone: () => refresh('Sheet given up.'),
    }),
  )
}
