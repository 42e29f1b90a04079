import { retell } from './moment.js'
import { createPage, STATUS_EVERY_MS, touchedBy } from './page.js'
import { createShell } from './shell.js'
import { openStream } from './stream.js'

/** Composes the page: views by address, readings by need, events from the stream. */

/** Every view shows places by name and times by the gateway's clock; movements are read aloud. */
const ALWAYS = ['status', 'locations', 'latest', 'session']

const holder = document.getElementById('view')
const title = document.getElementById('view-title')
const trouble = document.getElementById('trouble')
const page = createPage(onReading)
const shell = createShell(page)
/** Each is fetched when first looked at, so that the first sight of the shop is quick. */
const loaders = {
  now: async () => (await import('./now-view.js')).createNowView(page),
  stock: async () => (await import('./stock-view.js')).createStockView(page),
  movements: async () => (await import('./movements-view.js')).createMovementsView(page),
  reviews: async () => (await import('./reviews-view.js')).createReviewsView(page),
  cameras: async () => (await import('./cameras-view.js')).createCamerasView(page),
  devices: async () => (await import('./devices-view.js')).createDevicesView(page),
  books: async () => (await import('./books-view.js')).createBooksView(page),
  periods: async () => (await import('./periods-view.js')).createPeriodsView(page),
  parked: async () => (await import('./parked-view.js')).createParkedView(page),
  refused: async () => (await import('./refused-view.js')).createRefusedView(page),
  people: async () => (await import('./people-view.js')).createPeopleView(page),
  counts: async () => (await import('./counts-view.js')).createCountsView(page),
  account: async () => (await import('./account-view.js')).createAccountView(page),
}
const views = new Map()
let view = null
let drawing = false

page.announce = shell.announce.text
page.refreshNeeds = refreshNeeds

function onReading(name) {
  if (name === 'cameras') refreshNeeds()
  if (name === 'latest') speakNew()
  draw()
}

/** One drawing a frame, whatever came in. */
function draw() {
  if (drawing) return
  drawing = true
  requestAnimationFrame(() => {
    drawing = false
    shell.render()
    show()
    renderTrouble()
  })
}

function refreshNeeds() {
  page.resources.want([...ALWAYS, ...(view?.needs() ?? [])])
}

function renderTrouble() {
  const name = view?.needs().find((needed) => page.resources.error(needed))
  const isShown = name !== undefined && page.connection.state === 'live'
  trouble.hidden = !isShown
  if (isShown)
    trouble.textContent = `Could not be read just now: ${page.resources.error(name).message}. Trying again.`
}

function show() {
  view?.render()
  retell(page, holder)
}

async function go() {
  const [hash, query] = location.hash.slice(1).split('?')
  const name = Object.hasOwn(loaders, hash) ? hash : 'now'
  shell.current(name)
  document.body.dataset.view = name
  const next = await loaded(name)
  // Somebody may have gone on to another view meanwhile.
  if (next === null || name !== shell.current()) return
  const isChange = next !== view
  view = next
  document.title = `${view.title} \u00b7 Tallygate`
  title.textContent = view.title
  view.open?.(new URLSearchParams(query ?? ''))
  if (isChange) {
    holder.replaceChildren(view.element)
    scrollTo(0, 0)
  }
  refreshNeeds()
  show()
}

async function loaded(name) {
  if (!views.has(name)) {
    try {
      views.set(name, await loaders[name]())
    } catch {
      trouble.hidden = false
      trouble.textContent =
        'This section could not be fetched. Choose it again once the gateway answers.'
      return null
    }
  }
  return views.get(name)
}

function onEvent(event) {
  if (event.type === 'frame') page.sawFrame(event.camera)
  for (const name of touchedBy(event)) page.resources.touch(name)
}

function connected(isOpen) {
  if (isOpen) {
    page.connection.state = 'live'
    page.resources.touchAll()
  } else if (page.connection.state !== 'lost') {
    page.connection.state = 'lost'
    page.connection.lostAtMs = page.nowMs()
  }
  draw()
}

let spokenUpTo = null

/** Only what came while the page was open is news. */
function speakNew() {
  const rows = page.value('latest')?.rows ?? []
  const newest = rows[0]?.sequence ?? 0
  if (spokenUpTo !== null)
    for (const row of rows.filter(({ sequence }) => sequence > spokenUpTo).reverse())
      shell.announce.movement(row)
  spokenUpTo = newest
}

addEventListener('hashchange', async () => {
  await go()
  // Whoever follows a link by keyboard goes on from the new heading.
  title.focus({ preventScroll: true })
})
// The address says which view is shown, so the skip link must not change it.
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault()
  title.focus()
})
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) page.resources.touchAll()
})
setInterval(() => {
  if (document.hidden) return
  page.resources.touch('status')
  // Other people's work that no event tells of.
  for (const name of view?.polled?.() ?? []) page.resources.touch(name)
}, STATUS_EVERY_MS)

void go()
shell.render()
openStream('/api/v1/events', { onEvent, onState: connected })
