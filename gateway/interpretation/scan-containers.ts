import { ask, remember } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { containerSeen, freshContainer, nameOf } from './containers.ts'
import { packedIn } from './packs.ts'
import { kept, type Meaning, type Scanned, type ScanPlace } from './scan-parts.ts'
import type { Container, LooseGoods } from './session-memory.ts'
import { withMemory } from './with-memory.ts'

/** The label of a pallet or a case at a receiving door: it is there, with what it holds. */
export function scannedContainer(
  facts: Facts,
  at: ScanPlace,
  scanned: Scanned,
  id: string,
): Meaning {
  if (!at.isReceiving) {
    const message = `expected a container's label at a receiving place, got ${nameOf(id)} at ${at.place}`
    return kept(scanned, at.place, 'scan-no-session', message)
  }
  const { device, atMs } = scanned
  const known = facts.recall('container', id)
  const label = labelled(facts, scanned)
  const told = saidByLabel(facts, id, known ?? freshContainer(atMs), label)
  const seen = { atMs, by: device, how: 'scanned' } as const
  const conclusions = [
    ...told,
    ...containerSeen(withMemory(facts, told), id, seen, { place: at.place, atMs }),
  ]
  const delivery = known?.delivery ?? null
  return {
    conclusions,
    fed: { to: 'container', container: id },
    ...(delivery === null ? {} : { delivery }),
  }
}

/** GS1 logistic label: AI 02 names what is inside, AI 37 how many. */
function labelled(facts: Facts, { scan }: Scanned): LooseGoods | null {
  if (scan.kind !== 'logistic-unit' || scan.contentGtin14 === undefined) return null
  const packed = packedIn(facts, scan.contentGtin14)
  if (packed === null || scan.count === undefined) return null
  const quantity = (packed.units * BigInt(scan.count)).toString()
  return { sku: packed.sku.sku, quantity, orderLine: null }
}

/** A label fills in what no paper has said; where the two differ, nobody may book by either. */
function saidByLabel(
  facts: Facts,
  id: string,
  known: Container,
  label: LooseGoods | null,
): Conclusion[] {
  if (label === null) return []
  if (known.items.length === 0 && known.goods.length === 0) {
    const delivery = known.delivery === null ? undefined : facts.recall('delivery', known.delivery)
    const line = delivery?.lines.find(({ sku }) => sku === label.sku)
    const goods = [{ ...label, orderLine: line?.orderLine ?? null }]
    return [remember('container', id, { ...known, goods })]
  }
  const said = known.goods.find(({ sku }) => sku === label.sku)
  if (said === undefined || said.quantity === label.quantity) return []
  return [
    remember('container', id, { ...known, seal: 'opened' }),
    ask({
      key: `delivery-differs/${known.delivery ?? 'unannounced'}/${id}`,
      kind: 'delivery-differs',
      atMs: facts.nowMs,
      question: `The label of ${nameOf(id)} says ${label.quantity} of ${label.sku} inside, the papers say ${said.quantity}. Which is right?`,
      sku: label.sku,
    }),
  ]
}
