import { el, icon, keep, row, say, table } from './dom.js'
import { moneyText, plural, quantityText } from './format.js'
import { virtualPlace } from './words.js'

/** What the books hold, a line for each SKU and a column for each location. */
export function createStockView(page) {
  const search = el('input', {
    type: 'search',
    id: 'stock-search',
    placeholder: 'Name or SKU',
    autocomplete: 'off',
    enterkeyhint: 'search',
  })
  const place = el('select', { id: 'stock-place' })
  const summary = el('p', { class: 'quiet lead', role: 'status' })
  const holder = el('div', {})
  const element = el(
    'div',
    {},
    el('div', { class: 'filters' }, field('Search', search), field('Location', place)),
    summary,
    holder,
  )
  const view = {
    title: 'Stock',
    element,
    needs: () => ['stock', 'skus'],
    render() {
      const stock = page.value('stock')?.rows ?? null
      const locations = page.value('locations')?.rows ?? null
      if (stock === null || locations === null) return keep(holder, [0, 1, 2, 3, 4, 5], GHOSTS)
      const places = placesOf(stock, locations)
      fillPlaces(page, place, places)
      const goods = goodsOf(stock, page.value('skus')?.rows ?? [])
      const shown = goods.filter((good) => matches(good, search.value, place.value))
      say(summary, summaryText(goods, shown))
      if (shown.length === 0) return keep(holder, [emptyText(goods)], NOTE)
      const columns = place.value === '' ? places : [place.value]
      return keep(holder, [columns], {
        key: (locations) => `table-${locations.join()}`,
        signature: (locations) => locations.map(page.placeName).join(),
        create: (locations) => stockTable(page, locations),
        update: (card, locations) => card.render(shown, locations),
      })
    },
  }
  search.addEventListener('input', view.render)
  place.addEventListener('change', view.render)
  return view
}

const GHOSTS = { key: (place) => `ghost-${place}`, create: () => el('div', { class: 'ghost' }) }
const NOTE = {
  key: (text) => text,
  create: (text) => el('p', { class: 'empty' }, text),
}

const field = (label, control) =>
  el('div', { class: 'field' }, el('label', { for: control.id }, label), control)

/** The site's own places in their order of import; then any other that holds something. */
function placesOf(stock, locations) {
  const own = locations.filter(({ kind }) => kind !== 'virtual').map(({ location }) => location)
  const virtual = new Set(
    locations.filter(({ kind }) => kind === 'virtual').map(({ location }) => location),
  )
  const others = stock
    .map(({ location }) => location)
    .filter((location) => !virtual.has(location) && virtualPlace(location) === location)
  return [...new Set([...own, ...others])]
}

function fillPlaces(page, select, places) {
  keep(select, ['', ...places], {
    key: (location) => location,
    signature: (location) => page.placeName(location),
    create: (location) =>
      el('option', { value: location }, location === '' ? 'All' : page.placeName(location)),
  })
}

function goodsOf(stock, skus) {
  const goods = new Map()
  const goodOf = ({ sku, name }) => {
    if (!goods.has(sku)) goods.set(sku, { sku, name, scale: 0, at: new Map() })
    return goods.get(sku)
  }
  for (const master of skus) Object.assign(goodOf(master), master)
  for (const line of stock) {
    const good = goodOf(line)
    good.scale = line.scale
    good.at.set(line.location, BigInt(line.quantity))
  }
  return [...goods.values()].sort((a, b) => (a.name || a.sku).localeCompare(b.name || b.sku))
}

function matches({ sku, name, category, at }, wanted, place) {
  if (place !== '' && !at.get(place)) return false
  const text = `${sku} ${name} ${category ?? ''}`.toLowerCase()
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

function summaryText(goods, shown) {
  const all = plural(goods.length, 'SKU')
  return shown.length === goods.length ? `${all}.` : `${shown.length} of ${all}.`
}

const emptyText = (goods) =>
  goods.length === 0
    ? 'No stock yet. Import masters with their opening stock to begin.'
    : 'Nothing matches this search.'

function stockTable(page, locations) {
  const { element, body } = table({
    caption: 'Stock by SKU and location',
    className: 'stock',
    columns: [
      { title: 'Product', align: '' },
      ...locations.map((location) => ({ title: page.placeName(location), align: 'number' })),
      { title: 'Total', align: 'number' },
    ],
  })
  const card = el('div', { class: 'card wide-table' }, element)
  card.render = (goods, places) =>
    keep(body, goods, {
      key: ({ sku }) => sku,
      signature: ({ name, priceMinor, at }) =>
        [name, priceMinor, ...places.map((place) => at.get(place) ?? 0n)].join(),
      create: (good) => stockRow(page, good, places),
    })
  return card
}

function stockRow(page, good, places) {
  const { sku, name, scale, at, priceMinor } = good
  const total = places.reduce((sum, place) => sum + (at.get(place) ?? 0n), 0n)
  const price =
    priceMinor === undefined
      ? ''
      : ` \u00b7 ${moneyText(priceMinor, page.minorUnits())} ${page.currency()}`
  const title = el(
    'a',
    { href: `#movements?sku=${encodeURIComponent(sku)}`, class: 'product-link' },
    el('span', { class: 'product-name' }, name || sku),
    el('span', { class: 'hidden' }, ', movements'),
    icon('chevron'),
  )
  return row([
    { content: [title, el('span', { class: 'quiet small block' }, `${sku}${price}`)] },
    ...places.map((place) => ({
      label: page.placeName(place),
      ...quantityCell(at.get(place) ?? 0n, scale),
    })),
    { label: 'Total', content: quantityText(total, scale), className: 'number total' },
  ])
}

function quantityCell(quantity, scale) {
  if (quantity === 0n)
    return {
      className: 'number none',
      content: [
        el('span', { 'aria-hidden': 'true' }, '\u00b7'),
        el('span', { class: 'hidden' }, '0'),
      ],
    }
  const content = quantityText(quantity, scale)
  if (quantity > 0n) return { className: 'number', content }
  return {
    className: 'number below',
    content: [content, el('span', { class: 'small block' }, 'below zero')],
  }
}
