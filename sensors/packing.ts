/**
 * What came in, from a despatch advice's packing and what was read of it. A pallet, its cases
 * and their items are read together, some of them are not read at all; stock is items, and each
 * is counted once however many of its wrappings were seen.
 */
export interface Packing {
  /** SSCC or case, as EPC in upper-case hexadecimal. */
  readonly epc: string
  readonly packs: readonly Packing[]
  readonly items: readonly string[]
  /** Somebody has scanned its label: it is there with all in it, whatever the radio missed. */
  readonly isVouched?: boolean
}

export interface PackingSettings {
  /** A container stands for its unread items when at least this share of them was read. */
  readonly consistentMilli: number
}

/** Single tags are read in 66 % of passes at worst (Bolotnyy and Robins, citing Wal-Mart). */
export const packingDefaults: PackingSettings = { consistentMilli: 500 }

export interface Unpacked {
  /** Read itself. */
  readonly confirmed: readonly string[]
  /** Not read, but its container was and enough of its neighbours were. */
  readonly unconfirmed: readonly string[]
  /** Announced, and nothing speaks for it. */
  readonly missing: readonly string[]
  /** Read, but not announced; containers left out. */
  readonly unannounced: readonly string[]
  /** Containers that speak for what is in them: seen, or inside one that was. */
  readonly standing: readonly string[]
  /** Containers that were seen without enough of what they should hold: a person looks. */
  readonly doubtful: readonly string[]
}

export function unpack(
  packing: readonly Packing[],
  read: ReadonlySet<string>,
  isContainer: (epc: string) => boolean,
  settings: PackingSettings,
): Unpacked {
  const opened = packing.flatMap((pack) => openPack(pack, 'unseen', read, settings))
  const items = new Map(
    opened.flatMap(({ pack, stands }) => pack.items.map((epc) => [epc, stands])),
  )
  const announced = new Set([...items.keys(), ...opened.map(({ pack }) => pack.epc)])
  const unread = [...items].filter(([epc]) => !read.has(epc))
  return {
    confirmed: [...items.keys()].filter((epc) => read.has(epc)),
    unconfirmed: unread.flatMap(([epc, stands]) => (stands === 'unseen' ? [] : [epc])),
    missing: unread.flatMap(([epc, stands]) => (stands === 'unseen' ? [epc] : [])),
    unannounced: [...read].filter((epc) => !announced.has(epc) && !isContainer(epc)).sort(),
    standing: opened.flatMap(({ pack, stands }) => (stands === 'unseen' ? [] : [pack.epc])),
    doubtful: opened.flatMap(({ pack, isDoubtful }) => (isDoubtful ? [pack.epc] : [])),
  }
}

interface OpenedPack {
  readonly pack: Packing
  /** Whether it, or what it came in, speaks for the items in it. */
  readonly stands: 'vouched' | 'seen' | 'unseen'
  readonly isDoubtful: boolean
}

function openPack(
  pack: Packing,
  above: OpenedPack['stands'],
  read: ReadonlySet<string>,
  settings: PackingSettings,
): OpenedPack[] {
  const within = itemsOf(pack)
  const found = within.filter((epc) => read.has(epc)).length
  const isConsistent = found * 1_000 >= within.length * settings.consistentMilli
  const isSeen = read.has(pack.epc)
  const isVouched = above === 'vouched' || (isSeen && pack.isVouched === true)
  const isBelieved = isConsistent && (isSeen || above === 'seen')
  const stands = isVouched ? 'vouched' : isBelieved ? 'seen' : 'unseen'
  const inner = pack.packs.flatMap((one) => openPack(one, stands, read, settings))
  return [{ pack, stands, isDoubtful: isSeen && !isVouched && !isConsistent }, ...inner]
}

const itemsOf = ({ items, packs }: Packing): string[] => [...items, ...packs.flatMap(itemsOf)]

/**
 * One receiving session at a dock: in marks a tag received, out takes the mark back, so a pallet
 * that rolls in, out and in again is received once, and the same pallet tomorrow not again.
 */
export type Received = Readonly<Record<string, 'in' | 'out'>>

export function receivedWith(
  received: Received,
  { epc, direction }: { readonly epc: string; readonly direction: 'in' | 'out' },
): Received {
  return received[epc] === direction ? received : { ...received, [epc]: direction }
}

export function receivedEpcs(received: Received): ReadonlySet<string> {
  return new Set(Object.keys(received).filter((epc) => received[epc] === 'in'))
}
