import { el } from './dom.js'

/** What happened instead, in a person's own words: one movement corrects, several split. */
export function saidForm(page, review, book) {
  const rows = el('div', { class: 'said-rows' })
  const submit = el('button', { type: 'submit', class: 'primary' }, 'Book this instead')
  const more = el('button', { type: 'button', class: 'plain' }, 'Add a movement')
  const form = el(
    'form',
    { class: 'said-form' },
    rows,
    el('div', { class: 'buttons' }, submit, more),
  )
  const begin = () => rows.childElementCount === 0 && rows.append(saidRow(page, review, 1))
  const details = el('details', { class: 'said' }, el('summary', {}, 'It was something else'), form)
  details.addEventListener('toggle', begin)
  more.addEventListener('click', () => {
    rows.append(saidRow(page, review, rows.childElementCount + 1))
    rows.lastElementChild.querySelector('select').focus()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const said = [...rows.children].map((row) => row.read())
    book(said.length === 1 ? 'correct' : 'split', said)
  })
  return details
}

function saidRow(page, { id, sku, location, proposed }, number) {
  const name = (field) => `said-${id}-${number}-${field}`
  const places = [...(page.value('locations')?.rows ?? [])].filter(({ kind }) => kind !== 'virtual')
  const held = places.map((place) => [place.location, page.placeName(place.location)])
  const lost = ['shrinkage', page.placeName('shrinkage')]
  const skus = (page.value('skus')?.rows ?? []).map((row) => [row.sku, row.name])
  const goods = choice(name('sku'), skus, proposed?.sku ?? sku)
  const from = choice(name('from'), held, proposed?.from ?? location)
  const to = choice(name('to'), [...held, lost], proposed?.to)
  const quantity = el('input', {
    id: name('quantity'),
    inputmode: 'decimal',
    required: true,
    maxlength: 20,
    pattern: '[0-9]+([.][0-9]+)?',
    value: number === 1 && proposed ? decimal(proposed) : '1',
  })
  const field = (label, input, kind) =>
    el('div', { class: `field ${kind}` }, el('label', { for: input.id }, label), input)
  const row = el(
    'fieldset',
    { class: 'said-row' },
    el('legend', {}, `Movement ${number}`),
    field('Goods', goods, 'wide'),
    field('Quantity', quantity, ''),
    field('From', from, ''),
    field('To', to, ''),
  )
  row.read = () => ({
    sku: goods.value,
    quantity: quantity.value.trim(),
    from: from.value,
    to: to.value,
  })
  return row
}

function choice(id, options, chosen) {
  return el(
    'select',
    { id, required: true },
    ...options.map(([value, text]) => el('option', { value, selected: value === chosen }, text)),
  )
}

/** Scaled integer text to the decimal text that the API takes. */
function decimal({ quantity, scale }) {
  if (scale === 0) return quantity
  const digits = quantity.padStart(scale + 1, '0')
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
