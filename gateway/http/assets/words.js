/** The store's words for what the gateway calls by codes. An unknown code is shown as it is. */

const MOVEMENTS = {
  opening: 'Opening stock',
  receipt: 'Received',
  sale: 'Sold',
  return: 'Returned',
  shrinkage: 'Written off',
  'write-off': 'Written off',
  gain: 'Found',
  'purchase-return': 'Sent back',
  dispatch: 'Sent to a store',
  arrival: 'Arrived',
  'confirmed-arrival': 'Arrived there',
  assembly: 'Assembled',
  reversal: 'Reversed',
}

/** A move is named by where it goes. */
export function movementWord({ kind, from, to }) {
  if (kind !== 'move') return MOVEMENTS[kind] ?? kind
  if (to === 'basket') return 'Picked up'
  if (from === 'basket') return 'Put back'
  return 'Moved'
}

const EVIDENCE = {
  'portal-pass': 'Radio, at a doorway',
  'tag-arrival': 'Radio, on a shelf',
  'shelf-change': 'Shelf picture',
  'till-line': 'Till',
  document: 'Document',
  decision: 'Decision of a person',
  import: 'Import',
}
export const evidenceWord = (kind) => EVIDENCE[kind] ?? kind

const REVIEWS = {
  'left-unpaid': 'Left without a sale',
  'unexpected-delivery': 'Unexpected delivery',
  'delivery-differs': 'Delivery differs',
  'delivery-unconfirmed': 'Delivery not confirmed',
  'direction-unclear': 'Direction unclear',
  'tag-without-stock': 'Tag without stock',
  'location-short': 'Too few in the books',
  'shelf-uncertain': 'Picture uncertain',
  'shelf-put-without-source': 'Appeared on a shelf',
  'shelf-differs': 'Shelf differs from books',
  'count-variance': 'Count differs',
  'tag-misplaced': 'Found elsewhere',
  'tag-conflict': 'Two tags, one number',
  'sensors-disagree': 'Camera and antenna disagree',
  'shelf-stranger': 'Does not belong here',
  'basket-open': 'Picked up, never paid',
  'unmapped-line': 'Unknown item at the till',
  'return-without-original': 'Return without a sale',
  'ledger-refused': 'Refused by the books',
  'document-conflict': 'Documents contradict',
  'possible-pick': 'Count the shelf',
  'sold-after-write-off': 'Sold after it was written off',
  'proposed-move': 'Proposed by a sensor',
  'delivery-complete': 'Delivery complete?',
  'systems-disagree': 'Another system disagrees',
  'transfer-overdue': 'Still on its way',
  'teach-picture': 'Learn this picture?',
  'unteach-picture': 'Picture taken out',
}
export const reviewWord = (kind) => REVIEWS[kind] ?? kind

/** Questions that say: what we see is not what is booked. */
export const DISAGREEMENTS = new Set([
  'delivery-differs',
  'tag-without-stock',
  'location-short',
  'shelf-differs',
  'sensors-disagree',
  'count-variance',
  'tag-misplaced',
  'shelf-put-without-source',
  'document-conflict',
  'systems-disagree',
])

const LEVELS = { observe: 'Only records', propose: 'Asks a person', post: 'Books by itself' }
export const levelWord = (level) => LEVELS[level] ?? level

const TOLD = {
  receive: 'Goods in at the dock',
  replenish: 'Between back room and floor',
  arrive: 'Standing on a shelf',
  pick: 'Taken from a shelf',
  put: 'Put on a shelf',
  exit: 'Leaving the shop',
}
export const toldWord = (movement) => TOLD[movement] ?? movement

const PROFILES = {
  'zebra-iotc': 'RFID reader (Zebra)',
  'impinj-r700': 'RFID reader (Impinj)',
  till: 'Till',
  document: 'Documents',
  camera: 'Shelf camera',
  status: 'Status',
}
export const profileWord = (profile) => PROFILES[profile] ?? profile

const VIRTUAL = {
  supplier: 'Supplier',
  customer: 'Customer',
  basket: 'Baskets',
  shrinkage: 'Written off',
  found: 'Found',
}
export const virtualPlace = (location) =>
  VIRTUAL[location] ?? (location.startsWith('in-transit:') ? 'In transit' : location)

const VISION = {
  starting: 'Vision is starting',
  idle: 'Vision is ready',
  looking: 'Vision is looking at a picture',
  restarting: 'Vision stopped and is being started again',
  stopped: 'Vision is not running',
  ending: 'Vision is stopping',
}
export const visionWord = (state) => VISION[state] ?? state

const OUTCOMES = {
  usable: 'Picture usable',
  unusable: 'Picture not usable',
  dropped: 'Picture left out',
  duplicate: 'Same picture again',
}
export const outcomeWord = (outcome) => OUTCOMES[outcome] ?? outcome

const UPLINKS = {
  idle: 'Up to date',
  reading: 'Reading the next batch',
  sending: 'Sending',
  recording: 'Acknowledged, being recorded',
  waiting: 'Waiting to try again',
  refused: 'Refused: needs a person',
}
export const uplinkWord = (state) => UPLINKS[state] ?? state

/** A cause that comes as a sentence or half of one, ready to stand before a full stop. */
export const cause = (text) => text.replace(/[.\s]+$/, '')

export const ROLES = [
  ['cashier', 'Cashier', 'Sells: receipts, voids, till close'],
  ['clerk', 'Clerk', 'Posts stock: deliveries, moves, counts, losses, unknown goods'],
  ['manager', 'Manager', 'Sells and posts stock; adjusts it; approves counts'],
  ['controller', 'Controller', 'Accounts, approves, closes and reopens months'],
  ['auditor', 'Auditor', 'Reads everything, changes nothing'],
  ['admin', 'Admin', 'Configures: roles, logins, masters, policy'],
]
export const roleWord = (role) => ROLES.find(([name]) => name === role)?.[1] ?? role

const WHO_MAY = {
  'map-line': 'a clerk or a manager',
  'start-count': 'a clerk or a manager',
  'record-count': 'a clerk or a manager',
  'cancel-count': 'a clerk or a manager',
  'approve-count': 'a manager or a controller who has not counted',
  'soft-close-period': 'a controller',
  'close-period': 'a controller',
  'reopen-period': 'a controller',
  'assign-roles': 'an admin',
  'set-policy': 'an admin',
  answer: 'whoever may book what it says',
}
export const whoMay = (kind) => WHO_MAY[kind] ?? `whoever may ${kind}`

const PERIOD_EVENTS = { 'soft-closed': 'Softly closed', closed: 'Closed', reopened: 'Reopened' }
export const periodEventWord = (event) => PERIOD_EVENTS[event] ?? event

/** `approve-count` as words. */
export const commandWord = (kind) => {
  const words = kind.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
