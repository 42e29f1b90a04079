import { el, keep, say } from './dom.js'
import { plural } from './format.js'
import { reviewCard } from './review-card.js'

/** Questions for a person, oldest first: who waits longest is asked first. */
export function createReviewsView(page) {
  let withAnswered = false
  const toggle = el('input', { type: 'checkbox', id: 'with-answered' })
  const summary = el('p', { class: 'quiet', role: 'status', tabindex: '-1' })
  const holder = el('div', { class: 'reviews' })
  const element = el(
    'div',
    {},
    el(
      'div',
      { class: 'bar' },
      summary,
      el('label', { class: 'check', for: toggle.id }, toggle, 'Show answered ones too'),
    ),
    holder,
  )
  const answered = () => {
    page.resources.touch('reviews')
    page.resources.touch('answered')
    page.resources.touch('status')
    page.announce('Answer saved.')
    // The card goes away; whoever used the keyboard goes on from here.
    summary.focus()
  }
  const view = {
    title: 'Reviews',
    element,
    needs: () => [withAnswered ? 'answered' : 'reviews'],
    render() {
      const rows = page.value(withAnswered ? 'answered' : 'reviews')?.rows ?? null
      if (rows === null) return keep(holder, [0, 1, 2], GHOSTS)
      const open = rows.filter(({ state }) => state === 'open')
      say(summary, `${plural(open.length, 'open question')}.`)
      if (rows.length === 0) return keep(holder, [0], NONE)
      return keep(holder, ordered(rows), {
        key: ({ id }) => id,
        signature: ({ state, evidence, location }) =>
          `${state}/${evidence?.length ?? 0}/${location ? page.placeName(location) : ''}`,
        create: (review) => reviewCard(page, review, answered),
      })
    },
  }
  toggle.addEventListener('change', () => {
    withAnswered = toggle.checked
    page.refreshNeeds()
    view.render()
  })
  return view
}

const GHOSTS = {
  key: (place) => `ghost-${place}`,
  create: () => el('div', { class: 'ghost tall' }),
}
const NONE = {
  key: () => 'none',
  create: () =>
    el('p', { class: 'empty' }, 'No questions. What was seen and what is booked agree.'),
}

/** Open ones first, oldest on top; answered ones after, newest on top. */
function ordered(rows) {
  const rank = ({ state }) => (state === 'open' ? 0 : 1)
  return [...rows].sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b)
    return rank(a) === 0 ? a.openedAtMs - b.openedAtMs : b.openedAtMs - a.openedAtMs
  })
}
