import assert from 'node:assert'

/**
 * One text for one value: RFC 8785 (keys by UTF-16 code unit, no white space, ECMAScript numbers)
 * plus one rule of ours: a bigint is written as its decimal digits in quotes. Fields that are
 * undefined are left out. Anything that is not plain data is a defect.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return canonicalText(value)
    case 'bigint':
      return `"${value}"`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      if (!Number.isFinite(value)) assert.fail(`expected a finite number, got ${value}`)
      return `${value}`
    case 'object':
      if (value === null) return 'null'
      return Array.isArray(value) ? canonicalList(value) : canonicalObject(value)
    case 'undefined':
    case 'function':
    case 'symbol':
      return assert.fail(`canonical JSON: expected plain data, got ${typeof value}`)
  }
}

function canonicalList(list: readonly unknown[]): string {
  let text = ''
  for (const item of list) text += text === '' ? canonicalJson(item) : `,${canonicalJson(item)}`
  return `[${text}]`
}

/** Strings are joined by hand: every posting passes here, and this is where its time would go. */
function canonicalObject(value: object): string {
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) {
    assert.fail('canonical JSON: expected a plain object, got an instance of a class')
  }
  // A plain object by the check above; reading it by key needs no copy.
  const fields = value as Readonly<Record<string, unknown>>
  let text = ''
  for (const { key, name } of sortedKeys(fields)) {
    const field = fields[key]
    if (field === undefined) continue
    text += text === '' ? name : `,${name}`
    text += canonicalJson(field)
  }
  return `{${text}}`
}

interface SortedKey {
  readonly key: string
  /** The key as JSON with its colon. */
  readonly name: string
}

/** Objects whose keys came in the same order so far. */
interface Shape {
  readonly next: Map<string, Shape>
  sorted: readonly SortedKey[] | null
}

/** Commands have a few hundred shapes; evidence may have any, and must not fill the memory. */
const SHAPES_MAX = 10_000
const emptyShape: Shape = { next: new Map(), sorted: [] }
let shapes = 1

/** Keys by UTF-16 code unit; sorted once for all objects that list theirs in the same order. */
function sortedKeys(fields: object): readonly SortedKey[] {
  const keys = Object.keys(fields)
  let shape = emptyShape
  for (const key of keys) {
    let next = shape.next.get(key)
    if (next === undefined) {
      if (shapes >= SHAPES_MAX) return sort(keys)
      shapes++
      next = { next: new Map(), sorted: null }
      shape.next.set(key, next)
    }
    shape = next
  }
  shape.sorted ??= sort(keys)
  return shape.sorted
}

function sort(keys: readonly string[]): readonly SortedKey[] {
  return keys.toSorted().map((key) => ({ key, name: `${canonicalText(key)}:` }))
}

/** Printable ASCII without quote and backslash is its own JSON. */
const PLAIN_TEXT = /^[ !#-[\]-~]*$/

/** A string as JSON text. */
export function canonicalText(text: string): string {
  return PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text)
}
