import { el, icon, say } from './dom.js'
import { plural, quantityText } from './format.js'
import { movementWord } from './words.js'

/** Views that a section leads to, beside its own. */
const WITHIN = [
  ['stock', 'On hand', 'stock'],
  ['counts', 'Counts', 'stock'],
  ['books', 'Balances', 'books'],
  ['periods', 'Months', 'books'],
  ['parked', 'Unknown goods', 'books'],
  ['refused', 'Refused', 'books'],
  ['people', 'People', 'books'],
]
const sectionOf = (name) => WITHIN.find(([view]) => view === name)?.[2] ?? name

/** The frame around the views: site, clock, connection, warnings and what is read aloud. */

/** A busy shop must not talk without a pause [WCAG 4.1.3]. */
const SPEAK_EVERY_MS = 15_000

export function createShell(page) {
  const $ = (id) => document.getElementById(id)
  const parts = { site: $('site'), clock: $('clock'), link: $('link'), warning: $('warning') }
  let shown = ''
  return {
    announce: createSpeaker($('spoken')),
    render() {
      const status = page.status()
      if (status) {
        say(parts.site, status.site.name)
        say(parts.clock, page.times().dayAndTime(page.nowMs()))
        parts.clock.dateTime = new Date(page.nowMs()).toISOString()
        badge($('review-count'), status.counts.openReviews)
      }
      renderLink(page, parts.link)
      renderAccount(page, $('account'))
      renderWarning(page, parts.warning)
    },
    /** Marks a section as the one shown; without a name, tells which it is. */
    current(name = shown) {
      shown = name
      const section = sectionOf(name)
      renderWithin($('within'), section)
      for (const link of document.querySelectorAll('nav a, a.account')) {
        const current = currentOf(link, name, section)
        if (current === null) link.removeAttribute('aria-current')
        else link.setAttribute('aria-current', current)
      }
      return shown
    },
  }
}

/** Of a section with several views, the view's own link is the page and the section holds it. */
function currentOf(link, name, section) {
  const isWithin = link.closest('.within') !== null
  const hasWithin = WITHIN.some(([, , of]) => of === section)
  if (!isWithin && hasWithin) return link.hash === `#${section}` ? 'true' : null
  return link.hash === `#${name}` ? 'page' : null
}

/** The other views of a section, as a row of links above its heading. */
function renderWithin(element, section) {
  const links = WITHIN.filter(([, , of]) => of === section)
  element.hidden = links.length === 0
  if (element.dataset.section === section) return
  element.dataset.section = section
  element.setAttribute('aria-label', section === 'stock' ? 'Stock' : 'Books')
  element.replaceChildren(...links.map(([view, text]) => el('a', { href: `#${view}` }, text)))
}

function renderAccount(page, element) {
  const person = page.person()
  element.hidden = page.value('session') === null
  say(element, person ?? 'Sign in')
  if (person) element.setAttribute('aria-label', `Signed in as ${person}`)
  else element.removeAttribute('aria-label')
}

function badge(element, count) {
  element.hidden = count === 0
  const text = count > 99 ? '99+' : String(count)
  if (element.dataset.count === text) return
  element.dataset.count = text
  element.replaceChildren(text, el('span', { class: 'hidden' }, ' open'))
}

const LINKS = {
  connecting: ['Connecting', 'off'],
  live: ['Live', 'pulse'],
  lost: ['Not connected', 'off'],
}

function renderLink(page, element) {
  const { state } = page.connection
  if (element.dataset.state === state) return
  element.dataset.state = state
  const [text, picture] = LINKS[state]
  element.replaceChildren(icon(picture), text)
}

function renderWarning(page, element) {
  const text = warningText(page)
  element.hidden = text === ''
  say(element, text)
}

function warningText(page) {
  const { state, lostAtMs } = page.connection
  if (state === 'lost' && page.status() === null)
    return 'The gateway does not answer. This page tries again by itself.'
  if (state === 'lost')
    return `No connection to the gateway. What you see is from ${page.times().clock(lostAtMs)}; this page tries again by itself.`
  if (page.status()?.store.writable === false)
    return 'The store cannot write its books. Nothing is accepted until it can; devices keep their messages and send them again.'
  return ''
}

/** Says movements in groups: at most one sentence in fifteen seconds. */
function createSpeaker(element) {
  let waiting = 0
  let last = ''
  let timer = 0
  const speak = () => {
    timer = 0
    if (waiting === 0) return
    say(element, waiting === 1 ? last : `${plural(waiting, 'new movement')}, the last: ${last}`)
    waiting = 0
    timer = setTimeout(speak, SPEAK_EVERY_MS)
  }
  return {
    movement(row) {
      waiting += 1
      last = `${quantityText(row.quantity, row.scale)} ${row.name || row.sku}, ${movementWord(row)}`
      if (timer === 0) speak()
    },
    text: (sentence) => say(element, sentence),
  }
}
