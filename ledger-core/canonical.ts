import assert from 'node:assert'

/**
 * One text for one value: RFC 8785 (keys by UTF-16 code unit, no white space, ECMAScript numbers)
 * plus one rule of ours: a bigint is written as its decimal digits in quotes. Fields that are
 * undefined are left out. Anything that is not plain data is a defect.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'bigint':
      return `"${value}"`
    case 'boolean':
      return value ? 'true' : 'false'
    case 'number':
      assert(Number.isFinite(value), `canonical JSON: expected a finite number, got ${value}`)
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : canonicalObject(value)
    case 'undefined':
    case 'function':
    case 'symbol':
      return assert.fail(`canonical JSON: expected plain data, got ${typeof value}`)
  }
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const prototype = Object.getPrototypeOf(value)
  assert(
    prototype === Object.prototype || prototype === null,
    'canonical JSON: expected a plain object, got an instance of a class',
  )
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`
}
