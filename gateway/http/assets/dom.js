/**
 * Elements made by hand. Data from devices and tills is only ever a text node or an attribute,
 * never markup: a product named `<script>` is shown as such.
 */

const SVG = 'http://www.w3.org/2000/svg'

/** `on` holds listeners; `null`, `undefined` and `false` leave an attribute out. */
export function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children)
}

export function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children)
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === 'on')
      for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, String(value))
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined))
  return element
}

/** A picture from the sprite in index.html; said by the text beside it, so hidden from readers. */
export function icon(name) {
  return svg(
    'svg',
    { class: 'icon', 'aria-hidden': 'true', viewBox: '0 0 24 24' },
    svg('use', { href: `#icon-${name}` }),
  )
}

/**
 * Makes the children of `parent` those of `items`, in order. An element lives as long as its key
 * and signature, so an open row, a half-written note and the focus survive every refresh.
 */
export function keep(parent, items, { key, signature = () => '', create, update }) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]))
  let place = parent.firstElementChild
  for (const item of items) {
    const id = String(key(item))
    const sign = signature(item)
    let element = known.get(id)
    if (element?.dataset.sign === sign) known.delete(id)
    else {
      element = create(item)
      element.dataset.key = id
      element.dataset.sign = sign
    }
    if (element === place) place = place.nextElementSibling
    else parent.insertBefore(element, place)
    update?.(element, item)
  }
  for (const gone of known.values()) gone.remove()
}

/** Writes only what differs: an unchanged live region must not be read out again. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/**
 * A table with a caption and column scopes. Roles are spelled out because on a phone the cells
 * are laid out as a grid, and `display` takes a table's meaning away in some browsers.
 */
export function table({ caption, columns, className }) {
  const body = el('tbody', { role: 'rowgroup' })
  const heads = columns.map(({ title, align }) =>
    el('th', { role: 'columnheader', scope: 'col', class: align }, title),
  )
  const element = el(
    'table',
    { role: 'table', class: className },
    el('caption', { class: 'hidden' }, caption),
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...heads)),
    body,
  )
  return { element, body }
}

/** One row; the first cell names it. `label` is what a phone shows beside the value. */
export function row(cells, attributes) {
  const made = cells.map(({ label, className, content }, index) =>
    index === 0
      ? el('th', { role: 'rowheader', scope: 'row', class: className }, content)
      : el('td', { role: 'cell', 'data-label': label, class: className }, content),
  )
  return el('tr', { role: 'row', ...attributes }, ...made)
}
