/** What may go wrong on a simulated day; each name can be given to `tallygate simulate --faults`. */
export const FAULTS = {
  outage: 'a reader is cut off for a while and sends 150,000 kept reads when it is back',
  'clock-step': "a reader's clock is set wrong for an hour and a half",
  'swapped-antennas': 'somebody plugs the antennas of a door into the wrong ports for an hour',
  'frozen-camera': 'a camera sends the same picture again and again for half an hour',
  'moved-camera': 'a camera is knocked and hangs askew from then on',
  duplicates: 'messages arrive twice, at once or minutes later',
  reordering: 'messages arrive late or shuffled',
  kills: 'the gateway is killed, between messages and amid them, and started again',
  'disk-full': 'the disk of the books is full for a while',
  'head-office-away': 'head office is away for half of the day',
} as const

export type Fault = keyof typeof FAULTS

export const ALL_FAULTS = Object.keys(FAULTS) as Fault[]

/** These change when and how often the same thing is told: the books must come out the same. */
export const HARMLESS: ReadonlySet<Fault> = new Set([
  'duplicates',
  'reordering',
  'kills',
  'disk-full',
  'head-office-away',
])

/** What every simulated day has had from the beginning, and the demo shows. */
export const USUAL_FAULTS: ReadonlySet<Fault> = new Set(['duplicates', 'reordering'])

/** `all`, `none`, or names with commas between; a sentence when one of them is unknown. */
export function faultsOf(text: string): ReadonlySet<Fault> | string {
  if (text === 'all') return new Set(ALL_FAULTS)
  if (text === 'none') return new Set()
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !Object.hasOwn(FAULTS, name))
  if (unknown !== undefined)
    return `expected --faults as all, none or a list of ${ALL_FAULTS.join(', ')}, got "${unknown}"`
  return new Set(ALL_FAULTS.filter((fault) => names.includes(fault)))
}
