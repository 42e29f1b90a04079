import { GOODS } from '../catalogue.ts'
import { isoTime, type Story } from './story.ts'
import type { Process } from './timeline.ts'

const HOUSEHOLD = GOODS.filter(({ tagged, home }) => !tagged && home === 'floor')

/**
 * Counting while the shop is open would find what is in people's hands: the back room is swept at
 * noon, the rest after the last customer. Nobody approves anything, so the books stay as they are
 * and what is scored is what they know by themselves.
 */
export function takeStock(story: Story): Process[] {
  const { day } = story
  return [
    sweep(story, 'backroom', day.at(13, 45)),
    sweep(story, 'floor', day.at(20, 15)),
    countSheet(story, day.at(20, 25)),
  ]
}

/** Somebody walks along everything twice with a handheld reader, and misses nothing. */
function* sweep(story: Story, location: string, atMs: number): Process {
  yield atMs
  const epcs = story.world.units.flatMap((unit) =>
    unit.location === location && unit.epc !== null ? [unit.epc] : [],
  )
  const number = `SW-${story.day.date}-${location}`
  const sheet = { type: 'tag-sweep', sweep: number, location, at: isoTime(atMs), by: 'handheld' }
  story.document(atMs, { ...sheet, epcs })
}

/** What no tag and no camera tells of is counted by hand, on paper. */
function* countSheet(story: Story, atMs: number): Process {
  yield atMs
  const lines = HOUSEHOLD.map(({ sku }, index) => ({
    line: index + 1,
    sku,
    quantity: String(story.world.quantity(sku, 'floor')),
  }))
  const report = `CS-${story.day.date}`
  const at = isoTime(atMs)
  story.document(atMs, {
    type: 'stock-report',
    report,
    basis: 'count',
    location: 'floor',
    at,
    lines,
  })
}
