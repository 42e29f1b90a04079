import type { Collected, Decoded, Reason } from './tag-read.ts'
import { nothingYet } from './tag-read.ts'

/**
 * JSON as readers really send it: one value, an array, or several values back to back with or
 * without separators (NDJSON, WebSocket batches). Each part stands alone, so a broken one costs
 * only itself, also inside an array that was cut off.
 */

/** Values in one message: Zebra batches hold at most some 250,000 bytes, about 1,500 events. */
export const PARTS_MAX = 10_000
/** Arrays that never close, nested in each other: a cut message has one or two. */
const UNCLOSED_MAX = 32
/** Broken parts told one by one; a message with more is noise, and noise is told once. */
const BROKEN_MAX = 100

/** What one value of a message adds to the lists; a reason when it cannot be used. */
export type TakeValue = (value: unknown, into: Collected) => Reason | null

/** A whole message through `take`, value by value. Never throws. */
export function decodeJson(payload: Uint8Array, take: TakeValue): Decoded {
  const text = TEXT.decode(payload)
  const into = nothingYet()
  const refuse = (index: number, { code, message }: Reason) => {
    if (into.refused.length < BROKEN_MAX)
      into.refused.push({ offset: byteOffset(text, index, payload.length), code, message })
  }
  const whole = parse(text)
  if (whole.ok) {
    if (!Array.isArray(whole.value)) takeOne(whole.value, () => indexOfValue(text, 0))
    else takeAll(whole.value, text.indexOf('['))
    return into
  }
  let taken = 0
  for (const { from, to } of topLevelSpans(text)) {
    const one = parse(text.slice(from, to))
    if (!one.ok) refuse(from, { code: 'not-json', message: one.message })
    else if (Array.isArray(one.value)) takeAll(one.value, from)
    else takeOne(one.value, () => from)
    taken += 1
    if (taken >= PARTS_MAX) {
      refuse(to, TOO_MANY)
      break
    }
  }
  return into

  function takeOne(value: unknown, indexOf: () => number): void {
    const reason = take(value, into)
    if (reason) refuse(indexOf(), reason)
  }
  function takeAll(values: readonly unknown[], bracket: number): void {
    // Where an element begins is only looked for when one is refused.
    let starts: number[] | null = null
    values.slice(0, PARTS_MAX).forEach((value, position) => {
      takeOne(value, () => {
        starts ??= elementStarts(text, bracket)
        return starts[position] ?? bracket
      })
    })
    if (values.length > PARTS_MAX) refuse(bracket, TOO_MANY)
  }
}

const TEXT = new TextDecoder()
const TOO_MANY: Reason = {
  code: 'too-many-values',
  message: `expected at most ${PARTS_MAX} values in one message`,
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Where each top-level value lies; what is no bracketed value runs up to the next that is. */
function* topLevelSpans(text: string): Generator<Span> {
  let unclosed = 0
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (isBetween(code)) {
      at += 1
      continue
    }
    const opens = code === OPEN_BRACE || code === OPEN_BRACKET
    const closed = opens ? endOfBrackets(text, at) : endOfWord(text, at)
    // An array that never closes was cut off: its elements stand on their own. Each try looks
    // to the end of the text, so there are few.
    if (closed === null && code === OPEN_BRACKET && unclosed < UNCLOSED_MAX) {
      unclosed += 1
      at += 1
      continue
    }
    const to = closed ?? text.length
    yield { from: at, to }
    at = to
  }
}

const OPEN_BRACE = 123
const OPEN_BRACKET = 91
/** White space, commas between values, the closing bracket of a broken array, a record mark. */
const isBetween = (code: number) => code <= 32 || code === 44 || code === 93

/** The index after the bracket that closes the one at `from`; null if none does. */
function endOfBrackets(text: string, from: number): number | null {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) at = endOfString(text, at) - 1
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1
    else if (code === 125 || code === 93) depth -= 1
    if (depth === 0) return at + 1
  }
  return null
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 92) at += 1
    else if (code === 34) return at + 1
  }
  return text.length
}

function endOfWord(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) at = endOfString(text, at) - 1
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) return at
  }
  return text.length
}

/** First index of each element of the array whose bracket stands at `bracket`. */
function elementStarts(text: string, bracket: number): number[] {
  const starts: number[] = []
  let at = indexOfValue(text, bracket + 1)
  while (at < text.length && text.charCodeAt(at) !== 93) {
    starts.push(at)
    at = indexOfValue(text, endOfElement(text, at) + 1)
  }
  return starts
}

/** The comma or bracket that ends the element at `from`; the array is known to be whole. */
function endOfElement(text: string, from: number): number {
  let at = from
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) at = endOfString(text, at) - 1
    else if (code === OPEN_BRACE || code === OPEN_BRACKET)
      at = (endOfBrackets(text, at) ?? text.length) - 1
    else if (code === 44) return at
    else if (code === 93) return at - 1
  }
  return at
}

function indexOfValue(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) <= 32) at += 1
  return at
}

type Parsed = { ok: true; value: unknown } | { ok: false; message: string }

/** However deep the nesting: the engine's parser needs no stack, and ours looks a few levels in. */
function parse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, message: `expected JSON, got ${JSON.stringify(text.slice(0, 40))}` }
  }
}

/** Character index to byte offset; equal for the ASCII that readers send. */
function byteOffset(text: string, index: number, bytes: number): number {
  if (text.length === bytes) return index
  return Math.min(bytes, new TextEncoder().encode(text.slice(0, index)).length)
}

/** A field of an unknown JSON value, or undefined. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}

export function textField(value: unknown, name: string): string | null {
  const found = field(value, name)
  return typeof found === 'string' ? found : null
}

export function numberField(value: unknown, name: string): number | null {
  const found = field(value, name)
  return typeof found === 'number' && Number.isFinite(found) ? found : null
}

/** A whole number that JSON holds exactly. */
export function wholeField(value: unknown, name: string): number | null {
  const found = field(value, name)
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : null
}

export function listField(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name)
  return Array.isArray(found) ? found.slice(0, PARTS_MAX) : []
}

/** The number that some senders write as text. */
export function looseNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || value.length > 32) return null
  const text = value.trim()
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text) ? Number(text) : null
}
