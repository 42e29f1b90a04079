/**
 * Device time text to UTC milliseconds. Takes `+0000` without a colon (Zebra) and nanoseconds
 * (Impinj); null for what is no instant.
 */
export function instantOf(text: string | null): number | null {
  if (text === null || text.length < 19 || text.length > 40) return null
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  const second = digits(text, 17, 2)
  if (year < 0 || !hasMarks(text) || !isDay(year, month, day)) return null
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null
  const fraction = fractionOf(text)
  if (fraction === null) return null
  const offset = offsetMs(text, fraction.end)
  if (offset === null) return null
  return Date.UTC(year, month - 1, day, hour, minute, second, fraction.ms) - offset
}

/** Numbers since 1970 in the unit that their size betrays: s, ms, us or ns; null if implausible. */
export function epochMs(value: number | null): number | null {
  if (value === null || !(value > 0)) return null
  const ms =
    value < 1e11 ? value * 1e3 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6
  return ms < LATEST_MS ? Math.floor(ms) : null
}

/** 9999-12-31: what no date of ours can be beyond. */
const LATEST_MS = 253_402_300_800_000

function hasMarks(text: string): boolean {
  const between = text.charCodeAt(10)
  return (
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    (between === 84 || between === 32 || between === 116) &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  )
}

const DASH = 45
const COLON = 58

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days =
    month === 2
      ? leap
        ? 29
        : 28
      : month === 4 || month === 6 || month === 9 || month === 11
        ? 30
        : 31
  return day <= days
}

/** Milliseconds of the fraction and where it ends; null for a point without digits. */
function fractionOf(text: string): { readonly ms: number; readonly end: number } | null {
  const mark = text.charCodeAt(19)
  if (mark !== 46 && mark !== 44) return { ms: 0, end: 19 }
  let ms = 0
  let end = 20
  for (; isDigit(text.charCodeAt(end)); end++) {
    const place = end - 20
    if (place < 3) ms += (text.charCodeAt(end) - 48) * (place === 0 ? 100 : place === 1 ? 10 : 1)
  }
  return end === 20 || end > 29 ? null : { ms, end }
}

/** `Z`, nothing, `+hh:mm` or `+hhmm`; null for anything else. */
function offsetMs(text: string, from: number): number | null {
  const mark = text.charCodeAt(from)
  if (text.length === from) return 0
  if (mark === 90 || mark === 122) return text.length === from + 1 ? 0 : null
  if (mark !== 43 && mark !== DASH) return null
  const colon = text.charCodeAt(from + 3) === COLON ? 1 : 0
  const hours = digits(text, from + 1, 2)
  const minutes = digits(text, from + 3 + colon, 2)
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return null
  if (text.length !== from + 5 + colon) return null
  return (hours * 60 + minutes) * 60_000 * (mark === DASH ? -1 : 1)
}

/** The number written at `from`, or -1. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const code = text.charCodeAt(at)
    if (!isDigit(code)) return -1
    value = value * 10 + code - 48
  }
  return value
}

const isDigit = (code: number) => code >= 48 && code <= 57
