/**
 * The little of protobuf that Sparkplug B needs: fields of a message in order, nothing allocated
 * beyond them. Written here because the four numbers and strings we read do not pay for a
 * protobuf runtime, and a reader that cannot throw is easier proved over forty lines.
 */
export interface WireField {
  readonly number: number
  /** 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. */
  readonly wire: number
  /** Varint value; for the others zero. Exact up to 2^53. */
  readonly value: number
  readonly from: number
  readonly to: number
}

/** The field at `at`, or null when it is broken or does not end before `end`. */
export function fieldAt(bytes: Uint8Array, at: number, end: number): WireField | null {
  const key = varintAt(bytes, at, end)
  if (key === null || key.value > 0xffffffff) return null
  const wire = key.value % 8
  const number = Math.floor(key.value / 8)
  const from = key.to
  switch (wire) {
    case 0: {
      const varint = varintAt(bytes, from, end)
      return varint && { number, wire, value: varint.value, from, to: varint.to }
    }
    case 1:
      return from + 8 > end ? null : { number, wire, value: 0, from, to: from + 8 }
    case 2: {
      const length = varintAt(bytes, from, end)
      if (length === null || length.to + length.value > end) return null
      return { number, wire, value: 0, from: length.to, to: length.to + length.value }
    }
    case 5:
      return from + 4 > end ? null : { number, wire, value: 0, from, to: from + 4 }
    default:
      return null
  }
}

const VARINT_BYTES_MAX = 10

function varintAt(
  bytes: Uint8Array,
  at: number,
  end: number,
): { value: number; to: number } | null {
  let value = 0
  let scale = 1
  for (let index = 0; index < VARINT_BYTES_MAX && at + index < end; index++) {
    const byte = bytes[at + index] ?? 0
    value += (byte & 0x7f) * scale
    scale *= 128
    if (byte < 0x80) return { value, to: at + index + 1 }
  }
  return null
}
