import type { Work } from './protocol.ts'

/**
 * One message per turn between the threads: payloads are copied once, into one transferable
 * buffer. (A cloned view would carry the whole socket chunk that it was cut from.)
 */
export interface PackedTurn {
  readonly works: readonly Work[]
  /** Where the payload of work i lies in `bytes`; null for works without one. */
  readonly places: readonly ({ readonly offset: number; readonly length: number } | null)[]
  readonly bytes: ArrayBuffer
}

const NOTHING = new Uint8Array(0)

export function packTurn(works: readonly Work[]): PackedTurn {
  const sizes = works.map((work) => ('payload' in work ? work.payload.length : -1))
  const bytes = new ArrayBuffer(sizes.reduce((sum, size) => sum + Math.max(0, size), 0))
  const view = new Uint8Array(bytes)
  let offset = 0
  const places = works.map((work, index) => {
    if (!('payload' in work)) return null
    const place = { offset, length: sizes[index] ?? 0 }
    view.set(work.payload, offset)
    offset += place.length
    return place
  })
  const light = works.map((work) => ('payload' in work ? { ...work, payload: NOTHING } : work))
  return { works: light, places, bytes }
}

export function unpackTurn(turn: PackedTurn): Work[] {
  return turn.works.map((work, index) => {
    const place = turn.places[index]
    if (!place || !('payload' in work)) return work
    return { ...work, payload: new Uint8Array(turn.bytes, place.offset, place.length) }
  })
}
