import { type Packing, packingDefaults, unpack } from '../../sensors/index.ts'
import { oneUnit } from './commands.ts'
import type { Container, Delivery, DeliveryLine, LooseGoods } from './session-memory.ts'

/** What a session is looked at with: inside the gateway, and by reports. */
export interface SessionLook {
  container(id: string): Container | undefined
  quantityScale(sku: string): number
}

/** One line of a receiving session, in scaled units. */
export interface SessionLine {
  readonly line: DeliveryLine
  readonly expected: bigint
  /** Tags that were read, and units that were scanned. */
  readonly seen: bigint
  /** Not seen itself, and in a sealed container that was. */
  readonly sealed: bigint
  /** EPCs of the latter, where they have any. */
  readonly sealedEpcs: readonly string[]
  /** Expected, and nothing speaks for it. */
  readonly unconfirmed: bigint
  /** More than was announced. */
  readonly unexpected: bigint
}

export interface Session {
  readonly lines: readonly SessionLine[]
  /** What was seen, with what sealed containers hold, is exactly what was announced. */
  readonly isComplete: boolean
  /** Containers that were seen, and of what they should hold too little: a person looks. */
  readonly doubtful: readonly string[]
}

export function sessionOf(look: SessionLook, delivery: Delivery): Session {
  const packed = unpacked(look, delivery)
  const lines = delivery.lines.map((line) => sessionLine(look, line, packed))
  const isExact = lines.every(
    ({ unconfirmed, unexpected }) => unconfirmed === 0n && unexpected === 0n,
  )
  const isNothingElse = (delivery.unexpected ?? []).length === 0
  return { lines, isComplete: isExact && isNothingElse, doubtful: packed.doubtful }
}

interface Unpacked {
  /** Unread items that a sealed container speaks for. */
  readonly stood: ReadonlySet<string>
  readonly doubtful: readonly string[]
  /** Untagged goods of every container, and whether it speaks for them. */
  readonly goods: readonly (LooseGoods & { readonly stands: boolean })[]
}

function unpacked(look: SessionLook, { lines, containers = [] }: Delivery): Unpacked {
  const known = new Map(
    containers.flatMap((id): [string, Container][] => {
      const one = look.container(id)
      return one ? [[id, one]] : []
    }),
  )
  const read = new Set(lines.flatMap(({ seen }) => seen))
  for (const [id, { seen, seal }] of known) if (seen && seal === 'sealed') read.add(id)
  const tree = treeOf(known)
  const { unconfirmed, standing, doubtful } = unpack(
    tree,
    read,
    (id) => known.has(id),
    packingDefaults,
  )
  const goods = [...known].flatMap(([id, { goods }]) =>
    goods.map((one) => ({ ...one, stands: standing.includes(id) })),
  )
  return { stood: new Set(unconfirmed), doubtful, goods }
}

/** An opened container stands by itself and for nothing: neither it nor what it is in vouches for it. */
function treeOf(known: ReadonlyMap<string, Container>): Packing[] {
  const isInside = (id: string, { within, seal }: Container) =>
    seal === 'sealed' && within !== null && within !== id && known.has(within)
  const children = new Map<string, string[]>()
  for (const [id, one] of known)
    if (isInside(id, one) && one.within !== null)
      children.set(one.within, [...(children.get(one.within) ?? []), id])
  const above = new Set<string>()
  const packingOf = (id: string): Packing => {
    const one = known.get(id)
    above.add(id)
    const packs = (children.get(id) ?? []).filter((inner) => !above.has(inner)).map(packingOf)
    const isVouched = one?.seen?.how === 'scanned'
    return { epc: id, packs, items: one?.items ?? [], isVouched }
  }
  return [...known].filter(([id, one]) => !isInside(id, one)).map(([id]) => packingOf(id))
}

function sessionLine(
  look: SessionLook,
  line: DeliveryLine,
  { stood, goods }: Unpacked,
): SessionLine {
  const unit = oneUnit(look.quantityScale(line.sku))
  const expected = BigInt(line.expected)
  const packedGoods = goods.filter((one) => isOn(line, one))
  const sumOf = (rows: readonly LooseGoods[]) =>
    rows.reduce((sum, { quantity }) => sum + BigInt(quantity), 0n)
  const tags = BigInt(line.epcs.length) * unit
  const scanned = BigInt(line.scanned ?? '0')
  // More was scanned singly than came loose: it came out of a case, and no seal says how much is left.
  const isApart = scanned > expected - tags - sumOf(packedGoods)
  const sealedGoods = isApart ? 0n : sumOf(packedGoods.filter(({ stands }) => stands))
  const sealedEpcs = line.epcs.filter((epc) => stood.has(epc) && !line.seen.includes(epc))
  const seen = BigInt(line.seen.length) * unit + scanned
  const sealed = BigInt(sealedEpcs.length) * unit + sealedGoods
  const missing = expected - seen - sealed
  return {
    line,
    expected,
    seen,
    sealed,
    sealedEpcs,
    unconfirmed: missing > 0n ? missing : 0n,
    unexpected: missing < 0n ? -missing : 0n,
  }
}

const isOn = ({ orderLine, sku }: DeliveryLine, goods: LooseGoods) =>
  goods.sku === sku && (goods.orderLine === null || goods.orderLine === orderLine)
