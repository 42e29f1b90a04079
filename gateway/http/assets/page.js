import { get } from './api.js'
import { createTimes } from './format.js'
import { createResources } from './resources.js'
import { virtualPlace } from './words.js'

/** What every view shares: the readings, the site's names, its clock and its way with numbers. */

const LATEST = 12
/** Status carries the clock and last-seen times; it is also asked for without any event. */
export const STATUS_EVERY_MS = 5_000

export function createPage(onChange) {
  const resources = createResources(onChange)
  const define = (name, path, gapMs) => resources.define(name, () => get(path), gapMs)
  define('status', 'status')
  define('stock', 'stock')
  define('locations', 'locations')
  define('skus', 'skus')
  define('latest', `movements?limit=${LATEST}`)
  define('reviews', 'reviews?state=open')
  define('answered', 'reviews?state=all')
  define('quarantine', 'quarantine?limit=50')
  define('authority', 'authority', 2_000)
  define('review-budget', 'review-budget', 2_000)
  define('alerts', 'alerts')
  define('exits', 'exits')
  define('pictures', 'alarm-pictures')
  define('lessons', 'lessons')
  // Sums over all accounts and layers: no hurry.
  define('trial-balance', 'trial-balance', 2_000)
  define('pools', 'pools', 2_000)
  define('cameras', 'cameras')
  define('session', 'session')
  define('people', 'people')
  define('periods', 'periods')
  define('closing', 'closing', 2_000)
  define('parked', 'parked', 2_000)
  define('open-counts', 'open-counts')
  define('receiving', 'receiving')

  const lookedAt = new Set()
  const latestFrame = async (camera) => {
    const live = resources.value('cameras')?.rows.find((row) => row.camera === camera)
    if (!live?.atMs && !lookedAt.has(camera)) return { none: true }
    return await frameOrNone(`cameras/${encodeURIComponent(camera)}/latest`)
  }
  let times = createTimes('UTC')
  let zone = 'UTC'
  const status = () => resources.value('status')
  return {
    resources,
    /** Null while it has not been read. */
    value: resources.value,
    /** `lost` holds the store's time at which the connection went. */
    connection: { state: 'connecting', lostAtMs: 0 },
    status,
    /** The gateway's clock; stands still between readings, as a simulated store does. */
    nowMs: () => status()?.nowMs ?? 0,
    minorUnits: () => status()?.site.minorUnits ?? 2,
    currency: () => status()?.site.currency ?? '',
    times() {
      const wanted = status()?.site.timeZone ?? 'UTC'
      if (wanted !== zone) times = createTimes(wanted)
      zone = wanted
      return times
    },
    placeName(location) {
      const rows = resources.value('locations')?.rows ?? []
      const known = rows.find((row) => row.location === location)
      return known?.name || virtualPlace(location)
    },
    /** Who is signed in; null: nobody. */
    person: () => resources.value('session')?.person ?? null,
    mustSignIn() {
      const session = resources.value('session')
      return session?.signInNeeded === true && session.person === null
    },
    /** Only what is shown: the books decide again when it is asked for. */
    may: (kind) => resources.value('session')?.may.includes(kind) ?? false,
    frameOf: (camera) => resources.value(`frame:${camera}`),
    /** A frame was looked at while the page was open: there may be a picture now. */
    sawFrame: (camera) => lookedAt.add(camera),
    /** Cameras come from the configuration, so their frames are defined once these are known. */
    frameNames() {
      const cameras = resources.value('cameras')?.rows ?? []
      return cameras.map(({ camera }) => {
        const name = `frame:${camera}`
        if (!resources.has(name)) resources.define(name, () => latestFrame(camera))
        return name
      })
    },
  }
}

async function frameOrNone(path) {
  try {
    return await get(path)
  } catch (error) {
    // Looked at, but nothing to show, such as a dark shop: an answer, not a failure.
    if (error.status === 404) return { none: true }
    throw error
  }
}

const ANSWERED = ['reviews', 'answered', 'status', 'review-budget', 'authority']

/** Which readings an event makes old. */
export function touchedBy(event) {
  switch (event.type) {
    case 'movement':
      return [
        'latest',
        'movements',
        'stock',
        'status',
        'trial-balance',
        'pools',
        'parked',
        'closing',
        'receiving',
      ]
    case 'review':
    case 'review-closed':
      return [...ANSWERED, 'parked', 'closing', 'exits', 'pictures', 'lessons']
    case 'authority':
      return ['authority']
    case 'alert':
      return ['alerts', 'exits', 'pictures']
    case 'quarantined':
      return ['quarantine', 'status']
    case 'receiving':
      return ['receiving']
    case 'frame':
      return [`frame:${event.camera}`, 'status']
    case 'batch':
    case 'store':
      return ['status', 'closing']
    case 'planogram':
      return ['cameras', 'locations', 'skus', 'stock']
    default:
      return []
  }
}
