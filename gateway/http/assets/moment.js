import { el, say } from './dom.js'

/** Times on the page: each element keeps its moment and is told anew when the clock moves. */

/** `relative` ages with the clock; `clock` is the time of day and stays. */
export function moment(page, atMs, style = 'relative') {
  const element = el('time', { datetime: new Date(atMs).toISOString(), 'data-at': atMs })
  element.dataset.style = style
  tell(page, element)
  return element
}

export function retell(page, root) {
  for (const element of root.querySelectorAll('time[data-at]')) tell(page, element)
}

function tell(page, element) {
  const atMs = Number(element.dataset.at)
  const times = page.times()
  const text =
    element.dataset.style === 'clock' ? times.clock(atMs) : times.relative(atMs, page.nowMs())
  say(element, text)
  element.title = times.full(atMs)
}
