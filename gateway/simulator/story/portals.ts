import { missedReads, passReads, type RadioRead, showsDirection } from '../radio/pass.ts'
import type { Unit } from '../world.ts'
import type { Delivery, ReaderName } from './readers.ts'
import type { Story } from './story.ts'

export interface Carried {
  readonly reader: ReaderName
  readonly direction: 'in' | 'out'
  readonly atMs: number
  readonly units: readonly Unit[]
}

/** About one tag in a hundred is shadowed by a body or a metal shelf. */
const MISSED = 0.01
const LATE = 0.04
const SHUFFLED = 0.06
const LATE_LEAST_MS = 120_000
const LATE_MOST_MS = 600_000

/** Units carried through a portal. Tells which of them the reader could see going through. */
export function carryThrough(story: Story, carried: Carried): Set<number> {
  const { reader, direction, atMs, units } = carried
  const random = story.chance(`portal/${reader}/${atMs}`)
  const seen = new Set<number>()
  const reads: RadioRead[] = []
  for (const unit of units) {
    const { epc } = unit
    if (epc === null) continue
    const full = clearPass(() => passReads(random, epc, atMs + random.int(0, 1_400), direction))
    if (random.chance(MISSED)) {
      const left = missedReads(random, full)
      reads.push(...left)
      const why = `${epc} passed ${reader} with ${left.length} reads`
      story.world.ask({ sku: unit.good.sku, epc, why })
    } else {
      reads.push(...full)
      seen.add(unit.id)
    }
  }
  if (story.isTorn(reader, atMs))
    for (const { good, epc } of units)
      if (epc !== null)
        story.world.ask({ sku: good.sku, epc, why: `${reader} could not be trusted then` })
  const lateMs = random.chance(LATE) ? random.int(LATE_LEAST_MS, LATE_MOST_MS) : 0
  const shuffled = random.chance(SHUFFLED)
  const delivery: Delivery = story.faults.has('reordering') ? { lateMs, shuffled } : {}
  if (reads.length > 0) story.readers.report(reader, reads, delivery)
  return seen
}

/** Foreign tags and the like: nobody's goods, just reads. */
export function foreignPass(story: Story, reader: ReaderName, epc: string, atMs: number): void {
  const random = story.chance(`foreign/${reader}/${atMs}`)
  const direction = random.pick(['in', 'out'] as const)
  story.readers.report(
    reader,
    clearPass(() => passReads(random, epc, atMs, direction)),
  )
}

/** Chance alone hides a tag rarely; those that shall be hidden are hidden on purpose. */
function clearPass(walk: () => RadioRead[]): RadioRead[] {
  let reads = walk()
  for (let tries = 0; !showsDirection(reads) && tries < 20; tries++) reads = walk()
  return reads
}
