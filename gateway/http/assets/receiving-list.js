import { el, keep, row, table } from './dom.js'
import { quantityText } from './format.js'

/** What is on its way in, line by line; nothing is shown while nothing is. */
export function createReceivingList(page) {
  const { element, body } = table({
    caption: 'On its way in',
    className: 'receiving',
    columns: [
      { title: 'Delivery', align: '' },
      { title: 'Goods', align: '' },
      { title: 'Expected', align: 'number' },
      { title: 'Seen', align: 'number' },
      { title: 'In sealed cases', align: 'number' },
      { title: 'Unconfirmed', align: 'number' },
      { title: 'Unexpected', align: 'number' },
    ],
  })
  const doubts = el('ul', { class: 'quiet' })
  const holder = el(
    'section',
    { hidden: true },
    el('div', { class: 'card wide-table' }, element),
    doubts,
  )
  return {
    element: holder,
    render() {
      const { rows = [], doubtful = [] } = page.value('receiving') ?? {}
      holder.hidden = rows.length === 0
      keep(body, rows, {
        key: ({ delivery, orderLine, sku }) => JSON.stringify([delivery, orderLine, sku]),
        signature: JSON.stringify,
        create: lineRow,
      })
      keep(doubts, doubtful, {
        key: ({ delivery, container }) => JSON.stringify([delivery, container]),
        create: ({ delivery, container }) =>
          el(
            'li',
            {},
            `${container} of ${delivery} came in with too few of its tags: look inside.`,
          ),
      })
    },
  }
}

function lineRow(line) {
  const { delivery, order, orderLine, sku, name, scale } = line
  const number = (label, quantity) => ({ label, content: quantityText(quantity, scale) })
  return row([
    { content: [delivery, el('span', { class: 'quiet small block' }, order)] },
    {
      label: 'Goods',
      content: [
        name || sku,
        el('span', { class: 'quiet small block' }, orderLine === null ? 'not announced' : sku),
      ],
    },
    number('Expected', line.expected),
    number('Seen', line.seen),
    number('In sealed cases', line.sealed),
    number('Unconfirmed', line.unconfirmed),
    number('Unexpected', line.unexpected),
  ])
}
