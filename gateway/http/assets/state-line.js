import { countText, durationText, plural } from './format.js'
import { cause, DISAGREEMENTS, visionWord } from './words.js'

/**
 * Is the shop all right? One sentence and the facts it is made of, each `good`, `note` (known and
 * nothing to do), `look` (a person should look when there is time) or `bad` (the store is not
 * doing its work).
 */
export function stateOf({ status, reviews, quarantine, nowMs }) {
  const facts = [
    storeFact(status),
    ...soundFacts(status),
    devicesFact(status, nowMs),
    ...status.destinations.map((destination) => destinationFact(destination, nowMs)),
    reviewsFact(status, reviews),
    ...visionFacts(status),
    ...quarantineFacts(status, quarantine, nowMs),
  ]
  const bad = facts.filter(({ level }) => level === 'bad')
  const look = facts.filter(({ level }) => level === 'look')
  if (bad.length > 0) return { level: 'bad', headline: bad[0].headline ?? bad[0].text, facts }
  if (status.counts.entries === 0)
    return { level: 'look', headline: 'Nothing is booked yet.', facts }
  if (look.length > 0) {
    const many = NUMBERS[look.length] ?? countText(look.length)
    const things = look.length === 1 ? 'One thing needs' : `${many} things need`
    return { level: 'look', headline: `The shop runs. ${things} a look.`, facts }
  }
  return { level: 'good', headline: 'The shop is all right.', facts }
}

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** Said only when it is not so: capture goes on, and nothing leaves the store. */
function soundFacts({ counts }) {
  if (!counts.unsound) return []
  const text = `${counts.unsound}. Sales and reads are still booked; nothing is sent to head office until a verification passes.`
  return [{ level: 'bad', headline: 'The books do not verify.', text, href: '#books' }]
}

function storeFact({ store, counts }) {
  if (!store.writable)
    return {
      level: 'bad',
      headline: 'The books cannot be written.',
      text: 'The disk refuses to write; a person has to see to it.',
      href: '#books',
    }
  if (store.waiting > 1_000)
    return {
      level: 'look',
      text: `${countText(store.waiting)} messages wait to be booked.`,
      href: '#devices',
    }
  const entries = plural(counts.entries, 'entry', 'entries')
  return { level: 'good', text: `Books are written: ${entries} so far.`, href: '#books' }
}

const DEVICES = '#devices'

function devicesFact({ devices }, nowMs) {
  if (devices.length === 0)
    return { level: 'look', text: 'No devices are configured.', href: DEVICES }
  const away = devices.filter(isAway)
  if (away.length === 0) {
    const unheard = devices.filter(({ connected }) => !connected).length
    const all = unheard > 0 ? plural(devices.length - unheard, 'device') : allOf(devices.length)
    return { level: 'good', text: `${all} connected.`, href: DEVICES }
  }
  if (away.length === 1) {
    const [{ device, lastSeenAtMs }] = away
    const spoke =
      lastSeenAtMs === null
        ? 'It has not spoken since the gateway started.'
        : `It last spoke ${durationText(nowMs - lastSeenAtMs)} ago.`
    return { level: 'look', text: `${device} is not connected. ${spoke}`, href: DEVICES }
  }
  const named = away.slice(0, 3).map(({ device }) => device)
  const others = away.length > 3 ? ` and ${countText(away.length - 3)} more` : ''
  const text = `${plural(away.length, 'device')} of ${countText(devices.length)} not connected: ${named.join(', ')}${others}.`
  return { level: 'look', text, href: DEVICES }
}

const allOf = (count) => (count === 1 ? 'The device is' : `All ${countText(count)} devices are`)

/** Documents come when they come, also over HTTP: their sender need not stay connected. */
export function isAway({ profile, connected }) {
  return !connected && profile !== 'document' && profile !== 'status'
}

export const backlogOf = ({ sealed, acknowledged }) => Math.max(0, sealed - acknowledged)

function destinationFact(destination, nowMs) {
  const { destination: name, acknowledged, lastError, nextTryAtMs } = destination
  const behind = backlogOf(destination)
  const href = '#books'
  if (behind === 0) {
    const upTo = acknowledged > 0 ? `, up to batch ${countText(acknowledged)}` : ''
    return { level: 'good', text: `${name} has everything${upTo}.`, href }
  }
  const waiting = plural(behind, 'batch', 'batches')
  if (!lastError) return { level: 'good', text: `${waiting} on the way to ${name}.`, href }
  const next = nextTryAtMs > nowMs ? ` Next try in ${durationText(nextTryAtMs - nowMs)}.` : ''
  const are = behind === 1 ? 'waits' : 'wait'
  return { level: 'look', text: `${waiting} ${are} for ${name}: ${cause(lastError)}.${next}`, href }
}

function reviewsFact({ counts }, reviews) {
  const href = '#reviews'
  if (counts.openReviews === 0) return { level: 'good', text: 'No open questions.', href }
  const differ = (reviews?.rows ?? []).filter(({ kind }) => DISAGREEMENTS.has(kind)).length
  const open = `${plural(counts.openReviews, 'question')} ${counts.openReviews === 1 ? 'waits' : 'wait'} for an answer`
  const disagree =
    differ > 0 ? `; in ${countText(differ)}, what is seen differs from the books` : ''
  return { level: 'look', text: `${open}${disagree}.`, href }
}

function visionFacts({ cameras, vision }) {
  if (cameras.length === 0) return []
  const href = '#cameras'
  if (vision.state === 'restarting' || vision.state === 'stopped')
    return [{ level: 'look', text: `${visionWord(vision.state)}.`, href }]
  const blind = cameras.filter(({ outcome }) => outcome === 'unusable')
  if (blind.length === 0) {
    const seeing = cameras.filter(({ outcome }) => outcome !== undefined).length
    const text =
      seeing === 0
        ? 'No camera has sent a picture yet.'
        : `${plural(seeing, 'camera sees its shelf', 'cameras see their shelves')}.`
    return [{ level: 'good', text, href }]
  }
  const text = blind.map(({ camera, detail }) => `${camera} cannot see its shelf (${detail})`)
  return [{ level: 'look', text: `${text.join('; ')}.`, href }]
}

/** Older noise stays listed but asks for nobody; a business document does until it is settled. */
const NEWS_MS = 3_600_000

function quarantineFacts({ counts }, quarantine, nowMs) {
  if (counts.quarantined === 0) return []
  const rows = quarantine?.rows ?? []
  const asks = rows.some(({ business, atMs }) => business || nowMs - atMs < NEWS_MS)
  const were = counts.quarantined === 1 ? 'was' : 'were'
  const text = `${plural(counts.quarantined, 'message')} could not be used and ${were} set aside.`
  return [{ level: asks ? 'look' : 'note', text, href: DEVICES }]
}
