import { commandForm, field, rightsSign } from './command-form.js'
import { el, icon, keep, say } from './dom.js'
import { countText } from './format.js'
import { moment } from './moment.js'
import { periodEventWord } from './words.js'

/** Which months are open, what stands in the way of closing the next one, and who closed which. */
export function createPeriodsView(page) {
  const standing = el('p', { class: 'lead' })
  const next = el('div', { class: 'stack-apart' })
  const history = el('ul', { class: 'changes' })
  const refresh = () => {
    for (const name of ['periods', 'closing']) page.resources.touch(name)
    page.announce('Saved.')
  }
  return {
    title: 'Months',
    element: el(
      'div',
      {},
      standing,
      next,
      el('h3', { class: 'block-title' }, 'What was closed and opened'),
      history,
    ),
    needs: () => ['periods', 'closing', 'session'],
    render() {
      const [periods, closing] = [page.value('periods'), page.value('closing')]
      if (periods === null || closing === null) return keep(next, [0], GHOST)
      say(standing, standingText(periods))
      const sign = rightsSign(page)
      const last = lastClosed(periods)
      const isSoft = last !== null && last === closing.period
      const cards = [
        { key: 'close', make: () => closeCard(page, closing, isSoft, refresh) },
        ...(last === null || !page.may('reopen-period')
          ? []
          : [{ key: 'reopen', make: () => reopenCard(page, last, refresh) }]),
      ]
      keep(next, cards, {
        key: ({ key }) => key,
        signature: () => JSON.stringify([closing, last, sign]),
        create: ({ make }) => make(),
      })
      const rows = periods.rows.map((row, number) => ({ ...row, number })).reverse()
      keep(history, rows.length > 0 ? rows : [null], {
        key: (row) => row?.number ?? 'none',
        create: (row) => eventItem(page, row),
      })
    },
  }
}

const GHOST = { key: () => 'ghost', create: () => el('div', { class: 'ghost tall' }) }

/** `2026-03` as `March 2026`. */
function monthName(period) {
  const [year, month] = period.split('-').map(Number)
  const at = Date.UTC(year, month - 1, 15)
  return new Intl.DateTimeFormat('en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(at)
}

const monthOf = (date) => (date === null ? null : date.slice(0, 7))

function standingText({ closedThrough, softClosedThrough }) {
  const [closed, soft] = [monthOf(closedThrough), monthOf(softClosedThrough)]
  const hard = closed === null ? 'No month is closed yet.' : `Closed up to ${monthName(closed)}.`
  if (soft === null || soft === closed)
    return `${hard} What comes late counts for the first open day.`
  return `${hard} Softly closed up to ${monthName(soft)}: only a controller posts into it.`
}

function lastClosed({ closedThrough, softClosedThrough }) {
  const [last = null] = [monthOf(closedThrough), monthOf(softClosedThrough)]
    .filter((month) => month !== null)
    .sort()
    .reverse()
  return last
}

function closeCard(page, { period, next, isOver, items }, isSoft, refresh) {
  if (next === null)
    return el(
      'p',
      { class: 'empty' },
      'Nothing is booked yet. The first month can be closed here once it has entries.',
    )
  const open = items.filter(({ done }) => !done).length
  const reason = el('input', {
    id: 'close-reason',
    required: true,
    maxlength: 1000,
    value: `${monthName(period)} is complete`,
  })
  return el(
    'section',
    { class: 'card stack', 'aria-labelledby': 'close-title' },
    el(
      'header',
      {},
      el('h3', { id: 'close-title' }, monthName(period)),
      el(
        'span',
        { class: `badge ${open === 0 ? 'good' : 'look'}` },
        open === 0 ? 'Ready to close' : `${countText(open)} open`,
      ),
      isSoft ? el('span', { class: 'badge' }, 'Softly closed') : null,
    ),
    isOver
      ? null
      : el(
          'p',
          { class: 'advice' },
          `${monthName(period)} is not over yet: what is sold in the rest of it would count for the month after.`,
        ),
    el('ul', { class: 'checklist' }, ...items.map(checkItem)),
    commandForm(page, {
      id: 'close',
      kind: 'close-period',
      fields: [field('Reason', reason)],
      buttons: [
        el(
          'button',
          { type: 'submit', value: 'close-period', class: isOver ? 'primary' : 'plain' },
          `Close ${monthName(period)}`,
        ),
        isSoft
          ? null
          : el(
              'button',
              { type: 'submit', value: 'soft-close-period', class: 'plain' },
              'Close softly',
            ),
      ],
      send: ({ button, tell }) => tell({ kind: button, period, reason: reason.value.trim() }),
      onDone: refresh,
    }),
    el(
      'p',
      { class: 'quiet small' },
      'Softly closed, only a controller still posts into the month. Closed, nobody does, and the head of the journal is kept with it.',
    ),
  )
}

/** What an item says when it is done, what when it is not, and where to see to it. */
const CHECKS = {
  'no open deficit': [
    'Nothing is sold that was never received',
    'Something was sold that was never received',
    '#stock',
  ],
  'no open count': [
    'No count sheet is open',
    'A count sheet is open: approve it or give it up',
    '#counts',
  ],
  'trial balance is zero': ['Debit and credit are equal', 'Debit and credit differ', '#books'],
  'inventory accounts equal the layers': [
    'Inventory accounts and layers agree',
    'Inventory accounts and layers differ',
    '#books',
  ],
  'the clock is not behind the journal': ['The clock is right', 'The clock is behind the journal'],
}

function checkItem({ item, done }) {
  const place = item.startsWith('every question') ? '#reviews' : '#books'
  const [right, wrong, href] = CHECKS[item] ?? [sentence(item), `Not yet: ${item}`, place]
  return el(
    'li',
    { class: done ? 'good' : 'look' },
    icon(done ? 'check' : 'eye'),
    el(
      'span',
      {},
      el('span', { class: 'hidden' }, done ? 'Done: ' : 'Open: '),
      done ? right : href ? el('a', { href }, wrong) : wrong,
    ),
  )
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1)

function reopenCard(page, period, refresh) {
  const reason = el('input', { id: 'reopen-reason', required: true, maxlength: 1000 })
  const form = commandForm(page, {
    id: 'reopen',
    kind: 'reopen-period',
    fields: [field('Why it has to be opened again', reason)],
    buttons: [el('button', { type: 'submit', class: 'plain' }, `Open ${monthName(period)} again`)],
    send: ({ tell }) => tell({ kind: 'reopen-period', period, reason: reason.value.trim() }),
    onDone: refresh,
  })
  return el(
    'details',
    { class: 'card change' },
    el('summary', {}, `Open ${monthName(period)} again`),
    form,
  )
}

function eventItem(page, row) {
  if (row === null)
    return el(
      'li',
      { class: 'empty' },
      'Each close and each reopening will stand here with its reason and the head of the journal.',
    )
  const { event, period, actor, atMs, reason, headSequence, headHash } = row
  return el(
    'li',
    {},
    el(
      'span',
      {},
      el('b', {}, `${periodEventWord(event)}: ${monthName(period)}`),
      ` \u00b7 ${reason}`,
    ),
    el('span', { class: 'quiet small' }, `by ${actor}, `, moment(page, atMs)),
    el(
      'details',
      {},
      el('summary', {}, 'Head of the journal'),
      el('p', { class: 'small' }, `Entry ${countText(headSequence)}, `, el('code', {}, headHash)),
    ),
  )
}
