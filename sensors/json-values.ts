/**
 * JSON as readers really send it: one value, an array, or several values back to back with or
 * without separators (NDJSON, WebSocket batches). Each part stands alone, so a broken one costs
 * only itself.
 */
export interface JsonPart {
  /** Byte offset of its first character. */
  readonly offset: number
  readonly value: unknown
}
export interface BrokenPart {
  readonly offset: number
  readonly message: string
}

/** Values in one message: Zebra batches hold at most some 250,000 bytes, about 1,500 events. */
export const PARTS_MAX = 10_000
const DEPTH_MAX = 32

export function jsonParts(payload: Uint8Array): { parts: JsonPart[]; broken: BrokenPart[] } {
  const text = new TextDecoder().decode(payload)
  const whole = parse(text)
  if (whole.ok) return { parts: flatten(whole.value, 0), broken: [] }
  const parts: JsonPart[] = []
  const broken: BrokenPart[] = []
  const toBytes = byteOffsets(text, payload.length)
  for (const { from, to } of topLevelSpans(text)) {
    if (parts.length + broken.length >= PARTS_MAX) break
    const one = parse(text.slice(from, to))
    if (one.ok) parts.push(...flatten(one.value, toBytes(from)))
    else broken.push({ offset: toBytes(from), message: one.message })
  }
  return { parts: parts.slice(0, PARTS_MAX), broken }
}

/** A batch array is its elements. */
function flatten(value: unknown, offset: number): JsonPart[] {
  if (!Array.isArray(value)) return [{ offset, value }]
  return value.slice(0, PARTS_MAX).map((element: unknown) => ({ offset, value: element }))
}

/** Where each top-level value lies; what is no bracketed value runs up to the next that is. */
function topLevelSpans(text: string): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = []
  for (let at = 0; at < text.length && spans.length < PARTS_MAX; ) {
    const mark = text[at] ?? ''
    if (/[\s,]/.test(mark)) {
      at += 1
      continue
    }
    const to = mark === '{' || mark === '[' ? endOfBrackets(text, at) : endOfWord(text, at)
    spans.push({ from: at, to })
    at = to
  }
  return spans
}

/** The index after the bracket that closes the one at `from`; the end of the text if none does. */
function endOfBrackets(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    const mark = text[at]
    if (mark === '"') at = endOfString(text, at) - 1
    else if (mark === '{' || mark === '[') depth += 1
    else if (mark === '}' || mark === ']') depth -= 1
    if (depth === 0) return at + 1
  }
  return text.length
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

function endOfWord(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') at = endOfString(text, at) - 1
    else if (text[at] === '{' || text[at] === '[') return at
  }
  return text.length
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; message: string } {
  if (isDeeper(text, DEPTH_MAX))
    return { ok: false, message: `expected at most ${DEPTH_MAX} levels of nesting` }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, message: `expected JSON, got ${JSON.stringify(text.slice(0, 40))}` }
  }
}

function isDeeper(text: string, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 123 || code === 91) {
      depth += 1
      if (depth > limit) return true
    } else if (code === 125 || code === 93) depth -= 1
  }
  return false
}

/** Character index to byte offset; equal for the ASCII that readers send. */
function byteOffsets(text: string, bytes: number): (index: number) => number {
  if (text.length === bytes) return (index) => index
  const encoder = new TextEncoder()
  return (index) => Math.min(bytes, encoder.encode(text.slice(0, index)).length)
}

/** A field of an unknown JSON value, or undefined. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Reflect.get(value, name)
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
