import { pictureOf } from './alarm-picture.js'
import { rightsSign } from './command-form.js'
import { el, keep, say } from './dom.js'
import { plural } from './format.js'
import { reviewCard } from './review-card.js'

/** Questions for a person, oldest first: who waits longest is asked first. */
export function createReviewsView(page) {
  let withAnswered = false
  const toggle = el('input', { type: 'checkbox', id: 'with-answered' })
  const summary = el('p', { class: 'quiet', role: 'status', tabindex: '-1' })
  const budget = el('p', { class: 'quiet budget' })
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
    budget,
    holder,
  )
  const answered = () => {
    page.resources.touch('reviews')
    page.resources.touch('answered')
    page.resources.touch('status')
    page.resources.touch('review-budget')
    page.announce('Answer saved.')
    // The card goes away; whoever used the keyboard goes on from here.
    summary.focus()
  }
  const view = {
    title: 'Reviews',
    element,
    needs: () => [withAnswered ? 'answered' : 'reviews', 'review-budget', 'skus', 'pictures'],
    render() {
      say(budget, budgetText(page.value('review-budget')))
      const rows = page.value(withAnswered ? 'answered' : 'reviews')?.rows ?? null
      if (rows === null) return keep(holder, [0, 1, 2], GHOSTS)
      const open = rows.filter(({ state }) => state === 'open')
      say(summary, `${plural(open.length, 'open question')}.`)
      if (rows.length === 0) return keep(holder, [0], NONE)
      return keep(holder, ordered(rows), {
        key: ({ id }) => id,
        signature: ({ state, evidence, location, key, kind }) =>
          `${rightsSign(page)}/${state}/${evidence?.length ?? 0}/${location ? page.placeName(location) : ''}/${pictureOf(page, { kind, key })}`,
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

/** How much is asked of people, beside what is good for them. */
function budgetText(budget) {
  const [today] = budget?.rows ?? []
  if (!today) return ''
  const { asked, rightToAsk, needless, movements, perMille } = today
  const share =
    perMille === null ? '' : ` (${perMille / 10} %, at most ${budget.mostPerMille / 10} %)`
  const answered = rightToAsk + needless
  const right = answered === 0 ? '' : ` ${rightToAsk} of ${answered} answered were right to ask.`
  return `Today ${asked} asked for ${plural(movements, 'movement')}${share}.${right}`
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
