import type { Work } from './protocol.ts'
import type { ReaderWatch } from './reader-watch.ts'
import type { StepParts } from './step-parts.ts'

type Link = Extract<Work, { kind: 'link' }>

/** Connections to readers, and what was lost on them. */
export interface ReaderLinks {
  /** A connection that we keep ourselves has begun, ended or leaked. */
  take(link: Link): void
  heard(device: string, nowMs: number): void
  /** What a reader has lost it may have lost anywhere: it is blind until it has looked again. */
  lost(device: string, detail: string, nowMs: number): void
}

export function createReaderLinks(parts: StepParts, watch: ReaderWatch): ReaderLinks {
  /** Connections that are lost: a late word of dropped messages is no sign of life. */
  const away = new Set<string>()
  /** Told once a day and reader. */
  const alert = (what: string, device: string, text: string, nowMs: number) => {
    const day = parts.factsAt(nowMs).businessDateOf(nowMs)
    parts.carryOut([{ kind: 'alert', key: `${what}/${device}/${day}`, atMs: nowMs, text }])
  }
  const heard = (device: string, nowMs: number) => {
    away.delete(device)
    watch.heard(device, nowMs)
  }
  const lost = (device: string, detail: string, nowMs: number) => {
    watch.blinded(device, nowMs, 'reads-lost')
    if (!away.has(device)) watch.heard(device, nowMs)
    alert('reads-lost', device, `${device} lost reads: ${detail}`, nowMs)
  }
  /** Blind until it speaks again: nothing tells what it saw, or would have seen, meanwhile. */
  const gone = (device: string, detail: string, nowMs: number) => {
    away.add(device)
    watch.blinded(device, nowMs, 'silent')
    const text = `${device} is not connected and sees nothing: ${detail}`
    alert('reader-away', device, text, nowMs)
  }
  return {
    heard,
    lost,
    take({ device, state, detail, atMs }) {
      if (state === 'missed') return lost(device, detail, atMs)
      return state === 'lost' ? gone(device, detail, atMs) : heard(device, atMs)
    },
  }
}
