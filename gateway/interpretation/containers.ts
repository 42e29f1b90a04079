import { checkDigit, decodeEpc, encodeEpc } from '../../sensors/index.ts'
import { forget, remember } from './commands.ts'
import type { Conclusion, Facts, Memory, Tag } from './conclusion.ts'
import { receiveIfComplete } from './receiving.ts'
import type { Container } from './session-memory.ts'
import { tagKey, tagOf } from './tags.ts'
import { withMemory } from './with-memory.ts'

/** What a pallet and what is on it pass a door within; further apart it was two ways through it. */
const APART_MS = 2 * 60_000

/** Where a label stands, `sscc/` and its 18 digits, or a case's GTIN and serial; null: no container. */
export function containerIdOf(text: string): string | null {
  if (/^\d{18}$/.test(text))
    return checkDigit(text.slice(0, -1)) === Number(text.at(-1)) ? `sscc/${text}` : null
  const encoded = encodeEpc(text)
  const decoded = decodeEpc(encoded.ok ? encoded.hex : text)
  if (!decoded.ok) return null
  if (decoded.kind === 'item') return tagKey(decoded)
  return decoded.keyName === 'sscc' ? `sscc/${decoded.key}` : null
}

export const isSscc = (id: string) => id.startsWith('sscc/')

export function freshContainer(heardAtMs: number): Container {
  const nothing = { delivery: null, within: null, items: [], goods: [], seen: null }
  return { ...nothing, seal: 'sealed', heardAtMs }
}

/** Its label was scanned or its tag read at the dock; null takes the mark back. */
export function containerSeen(
  facts: Facts,
  id: string,
  seen: Container['seen'],
  at: { readonly place: string; readonly atMs: number },
): Conclusion[] {
  const known = facts.recall('container', id) ?? freshContainer(at.atMs)
  const itemSeenAtMs = seen === null ? null : (known.itemSeenAtMs ?? null)
  const isApart =
    seen?.how === 'read' && itemSeenAtMs !== null && Math.abs(seen.atMs - itemSeenAtMs) > APART_MS
  const next: Container = { ...known, seen, ...(isApart ? { seal: 'opened' } : {}), itemSeenAtMs }
  const told = [remember('container', id, next), ...early(id, next, at.place)]
  return [...told, ...sessionFollows(withMemory(facts, told), next, at.atMs)]
}

/** Seen before any paper of it: asked about in the end, unless one comes. */
function early(id: string, { delivery, seen }: Container, place: string): Conclusion[] {
  if (delivery !== null || !isSscc(id)) return []
  if (seen === null) return [forget('early-unit', id)]
  return [remember('early-unit', id, { place, device: seen.by, atMs: seen.atMs })]
}

/** The delivery that a container belongs to is looked at anew. */
function sessionFollows(facts: Facts, { delivery, seen }: Container, atMs: number): Conclusion[] {
  const session = delivery === null ? undefined : facts.recall('delivery', delivery)
  if (delivery === null || session === undefined || session.state === 'received') return []
  return receiveIfComplete(facts, delivery, fedBy(session, seen), atMs)
}

/** Who fed a session last: its trust rules what may be booked alone. */
export function fedBy(delivery: Memory['delivery'], seen: Container['seen']): Memory['delivery'] {
  if (seen === null) return delivery
  return seen.how === 'scanned'
    ? { ...delivery, scannedBy: seen.by }
    : { ...delivery, seenBy: seen.by }
}

/**
 * An item that was packed is seen by itself: what its container still holds, no seal says any more.
 * Read at the dock it may have come with its container, whose own read follows or went before.
 */
export function itemSeenAtDock(facts: Facts, tag: Tag, atMs: number): Conclusion[] {
  const packed = facts.recall('packed', tagKey(tag))
  const container = packed && facts.recall('container', packed.container)
  if (!packed || !container || container.seal === 'opened') return []
  const isApart = container.seen !== null && Math.abs(container.seen.atMs - atMs) > APART_MS
  const seal = isApart && container.seen?.how === 'read' ? 'opened' : container.seal
  return [remember('container', packed.container, { ...container, seal, itemSeenAtMs: atMs })]
}

/** Seen where its container is not: on a shelf, at another door, in somebody's hand. */
export function seenApart(facts: Facts, tag: Pick<Tag, 'gtin14' | 'serial'>): Conclusion[] {
  const packed = facts.recall('packed', tagKey(tag))
  return packed ? openedContainer(facts, packed.container) : []
}

export function openedContainer(facts: Facts, id: string): Conclusion[] {
  const container = facts.recall('container', id)
  if (!container || container.seal === 'opened') return []
  return [remember('container', id, { ...container, seal: 'opened' })]
}

/** What nobody asks about any more, with what was said of its items. */
export function forgetContainer(facts: Facts, id: string): Conclusion[] {
  const items = facts.recall('container', id)?.items ?? []
  return [forget('container', id), ...items.flatMap((epc) => packedKey(epc, forgetPacked))]
}

const forgetPacked = (key: string) => forget('packed', key)

/** For an item's own record of what it was packed in; nothing for what is no item. */
export function packedKey<T>(epc: string, what: (key: string) => T): T[] {
  const tag = tagOf(epc)
  return tag === null ? [] : [what(tagKey(tag))]
}

/** What people call it: the number on its label. */
export const nameOf = (id: string) => (isSscc(id) ? id.slice('sscc/'.length) : id)

/** Containers that no delivery ever named. */
export function oldContainers(facts: Facts, keptMs: number): Conclusion[] {
  return facts
    .recallAll('container', '')
    .filter(([, { delivery, heardAtMs }]) => delivery === null && facts.nowMs - heardAtMs > keptMs)
    .flatMap(([id]) => forgetContainer(facts, id))
}
