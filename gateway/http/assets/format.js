/** Numbers and times as people read them. Amounts are integers in text and never become floats. */

const LOCALE = 'en-GB'
const whole = new Intl.NumberFormat(LOCALE)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `"-1250"` at scale 3 is `-1.25`. */
export function quantityText(integer, scale = 0) {
  return scaledText(integer, scale)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

/** `"123456"` with two minor units is `1,234.56`. */
export function moneyText(integer, minorUnits) {
  return scaledText(integer, minorUnits)
}

function scaledText(integer, scale) {
  const value = BigInt(integer)
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const front = whole.format(BigInt(digits.slice(0, digits.length - scale)))
  const fraction = scale > 0 ? `.${digits.slice(-scale)}` : ''
  return `${value < 0n ? '\u2212' : ''}${front}${fraction}`
}

export const countText = (count) => whole.format(count)

/** `1 question`, `3 questions`. */
export function plural(count, one, many = `${one}s`) {
  return `${countText(count)} ${count === 1 ? one : many}`
}

/** How long, in the largest unit that says enough. */
export function durationText(ms) {
  if (ms < MINUTE) return plural(Math.max(1, Math.round(ms / 1000)), 'second')
  if (ms < HOUR) return plural(Math.floor(ms / MINUTE), 'minute')
  if (ms < 2 * DAY) return plural(Math.floor(ms / HOUR), 'hour')
  return plural(Math.floor(ms / DAY), 'day')
}

/** Times of the site's own zone, told from the gateway's clock, which may be a simulated one. */
export function createTimes(timeZone) {
  const of = (options) => new Intl.DateTimeFormat(LOCALE, { timeZone, ...options })
  const clock = of({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const short = of({ hour: '2-digit', minute: '2-digit' })
  const day = of({ weekday: 'long', day: 'numeric', month: 'long' })
  const date = of({ day: 'numeric', month: 'short' })
  const full = of({ dateStyle: 'full', timeStyle: 'long' })
  const isoDay = new Intl.DateTimeFormat('sv-SE', { timeZone })

  const relative = (atMs, nowMs) => {
    const ago = nowMs - atMs
    if (ago < 10_000)
      return ago > -MINUTE ? 'just now' : `${date.format(atMs)}, ${short.format(atMs)}`
    if (ago < MINUTE) return `${Math.floor(ago / 1000)} s ago`
    if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`
    if (ago < DAY) return `${Math.floor(ago / HOUR)} h ago`
    return `${date.format(atMs)}, ${short.format(atMs)}`
  }
  return {
    relative,
    clock: (atMs) => clock.format(atMs),
    short: (atMs) => short.format(atMs),
    full: (atMs) => full.format(atMs),
    dayKey: (atMs) => isoDay.format(atMs),
    dayName(atMs, nowMs) {
      const key = isoDay.format(atMs)
      if (key === isoDay.format(nowMs)) return 'Today'
      if (key === isoDay.format(nowMs - DAY)) return 'Yesterday'
      return day.format(atMs)
    },
    dayAndTime: (atMs) => `${day.format(atMs)}, ${short.format(atMs)}`,
  }
}
