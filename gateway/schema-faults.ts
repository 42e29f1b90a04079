import type { z } from 'zod'

/** One thing that a value has against its schema: where, what was expected, what was got. */
export interface SchemaFault {
  readonly path: readonly PropertyKey[]
  readonly expected: string
  readonly got: string
}

/** The schema validator's findings in the words that every refusal of ours has. */
export function schemaFaults(error: z.ZodError, value: unknown): SchemaFault[] {
  const faults = error.issues.flatMap((issue) => issueFaults(issue, value))
  // The first thing said of a place is the cause, the next ones follow from it.
  const placeOf = ({ path }: SchemaFault) => JSON.stringify(path.map(String))
  return [
    ...new Map(faults.toReversed().map((fault) => [placeOf(fault), fault])).values(),
  ].reverse()
}

/** `a.b: expected text, got nothing; ...`: at most so many, and how many more there are. */
export function tellFaults(
  faults: readonly SchemaFault[],
  { root, most }: { readonly root: string; readonly most: number },
): string {
  const told = faults.slice(0, most).map(({ path, expected, got }) => {
    return `${path.map(String).join('.') || root}: expected ${expected}, got ${got}`
  })
  const more = faults.length - told.length
  return told.join('; ') + (more > 0 ? `; and ${more} more` : '')
}

export function issueFaults(issue: z.core.$ZodIssue, value: unknown): SchemaFault[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      expected: 'only known fields',
      got: `"${key}"`,
    }))
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return nearest(issue, value)
  return [{ path, expected: expectedOf(issue), got: shown(valueAt(value, path)) }]
}

/** Of several shapes a value may have, the one it comes closest to says what is wrong with it. */
function nearest({ path, errors }: z.core.$ZodIssueInvalidUnion, value: unknown): SchemaFault[] {
  const inner = valueAt(value, path)
  const tries = errors.map((issues) => issues.flatMap((issue) => issueFaults(issue, inner)))
  const wholeMisses = tries.filter((faults) => faults.every((fault) => fault.path.length === 0))
  if (wholeMisses.length === tries.length)
    return [{ path, expected: alternatives(tries), got: shown(inner) }]
  const [best = []] = tries
    .filter((faults) => !wholeMisses.includes(faults))
    .sort((a, b) => a.length - b.length)
  return best.map((fault) => ({ ...fault, path: [...path, ...fault.path] }))
}

function alternatives(tries: readonly SchemaFault[][]): string {
  return [...new Set(tries.flatMap(([first]) => (first ? [first.expected] : [])))].join(' or ')
}

/** How a schema's own messages begin. */
const OWN_WORDS = /^(?:expected|must be) (?<expected>.*)$/s

function expectedOf(issue: z.core.$ZodIssue): string {
  const own = OWN_WORDS.exec(issue.message)?.groups?.['expected']
  if (own !== undefined) return own
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((one) => String(one)).join(', ')}`
    case 'too_small':
      return bounded('at least', issue.origin, issue.minimum)
    case 'too_big':
      return bounded('at most', issue.origin, issue.maximum)
    case 'invalid_format':
      return FORMATS[issue.format] ?? `text like ${issue.pattern ?? issue.format}`
    case 'invalid_union':
      return 'options' in issue && issue.options
        ? `one of ${issue.options.map(String).join(', ')}`
        : 'one of the known kinds'
    default:
      return lowerFirst(issue.message)
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-03-02T09:15:00Z',
  date: 'a day such as 2026-03-02',
  url: 'an address such as https://head-office.example/v1/batches',
}

const UNITS: Readonly<Record<string, string>> = {
  string: ' characters',
  array: ' entries',
  set: ' entries',
}

const bounded = (how: string, origin: string, limit: number | bigint) =>
  `${how} ${limit}${UNITS[origin] ?? ''}`

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  )
}

const SHOWN_MAX = 60

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, SHOWN_MAX)
}
