import { ModelRefused } from './model-manifest.ts'

/** What stands around the graph of an ONNX file; ONNX Runtime for Node does not tell it. */
export interface OnnxHeader {
  readonly irVersion: number
  readonly opset: number
  readonly metadata: ReadonlyMap<string, string>
}

/** Field numbers of ModelProto (onnx.proto). The graph, field 7, is skipped by its length. */
const FIELD = { irVersion: 1, opsetImport: 8, metadataProps: 14 } as const
/** Newest that ONNX Runtime 1.30 reads. */
const IR_VERSION_MAX = 13
const OPSET_MAX = 26

/** Reads the header without the graph. Throws `ModelRefused`. */
export function readOnnxHeader(bytes: Uint8Array): OnnxHeader {
  const fields = fieldsOf(bytes)
  const parts = (wanted: number) =>
    fields.flatMap(({ field, value }) =>
      field === wanted && typeof value !== 'number' ? [value] : [],
    )
  const version = fields.find(({ field }) => field === FIELD.irVersion)?.value
  const irVersion = typeof version === 'number' ? version : 0
  const opset = Math.max(0, ...parts(FIELD.opsetImport).map(opsetOf))
  const metadata = new Map(parts(FIELD.metadataProps).map(entryOf))
  if (irVersion === 0 || opset === 0)
    throw new ModelRefused('the file must be an ONNX model, got no IR version and opset in it')
  if (irVersion > IR_VERSION_MAX || opset > OPSET_MAX)
    throw new ModelRefused(
      `the model must have at most IR version ${IR_VERSION_MAX} and opset ${OPSET_MAX}, got ${irVersion} and ${opset}: export it with an older opset`,
    )
  return { irVersion, opset, metadata }
}

function entryOf(bytes: Uint8Array): [string, string] {
  const entry = new Map(fieldsOf(bytes).map(({ field, value }) => [field, textOf(value)]))
  return [entry.get(1) ?? '', entry.get(2) ?? '']
}

/** Of the standard operators alone; other domains number their own. */
function opsetOf(bytes: Uint8Array): number {
  const fields = new Map(fieldsOf(bytes).map(({ field, value }) => [field, value]))
  const domain = textOf(fields.get(1) ?? new Uint8Array(0))
  const version = fields.get(2)
  return (domain === '' || domain === 'ai.onnx') && typeof version === 'number' ? version : 0
}

interface Field {
  readonly field: number
  readonly value: number | Uint8Array
}

/** Protocol buffers on the wire: a tag, then a number or a length and bytes. */
function fieldsOf(bytes: Uint8Array): Field[] {
  const found: Field[] = []
  let at = 0
  const number = () => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) throw broken()
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    throw broken()
  }
  while (at < bytes.length) {
    const tag = number()
    const [field, kind] = [Math.floor(tag / 8), tag % 8]
    if (kind === 0) found.push({ field, value: number() })
    else if (kind === 1) at += 8
    else if (kind === 5) at += 4
    else if (kind === 2) {
      const length = number()
      if (at + length > bytes.length) throw broken()
      found.push({ field, value: bytes.subarray(at, at + length) })
      at += length
    } else throw broken()
  }
  return found
}

function broken(): ModelRefused {
  return new ModelRefused('the file must be an ONNX model, got bytes that are none or cut off')
}

function textOf(value: number | Uint8Array): string {
  return typeof value === 'number' ? '' : new TextDecoder().decode(value)
}

/**
 * Class names as Ultralytics writes them, a Python dict or list: {0: 'person', 1: "it's"}. Null
 * when it is neither.
 */
export function readPythonNames(text: string): string[] | null {
  const names: string[] = []
  const entry = /(?:(\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g
  for (const [, index, single, double] of text.matchAll(entry))
    names[index === undefined ? names.length : Number(index)] = (single ?? double ?? '').replace(
      /\\(.)/g,
      '$1',
    )
  return names.length === 0 || names.length > 5_000 ? null : Array.from(names, (name) => name ?? '')
}
