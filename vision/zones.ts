import { boxIou, sharedArea } from './detections.ts'
import type { Box, Camera, Detection, Slot, Zone, ZoneSample } from './shelf-sample.ts'

export interface ZoneSettings {
  /** 0..1, the model's own threshold: from here on it calls something an item or a person. */
  readonly scoreMin: number
}

/** Below this a detection is nothing; between it and "appears" it may only keep an item, 0..1. */
export const TRACE_SCORE_MIN = 0.2
/** A box whose centre is beside the slot still serves it when it covers this much of it. */
const SLOT_IOU_MIN = 0.3
/**
 * Of the model's threshold. Hiding a zone without need costs a second, missing an arm costs a wrong
 * change; on drawn shelves this halved the arms missed and took no empty aisle for a person.
 */
const HIDES_SHARE = 0.5
/** Share of a slot that a person may cover before nobody can say what stands there. */
const COVER_MAX = 0.05

interface Claim {
  readonly detection: number
  readonly slot: number
  readonly score: number
  readonly overlap: number
}

/** What stands in each slot, and which zones can be seen. Pure. */
export function sampleZones(
  detections: readonly Detection[],
  camera: Camera,
  settings: ZoneSettings,
): ZoneSample[] {
  return placeItems(detections, camera, settings).zones
}

/**
 * The same, with the detection that serves each slot, zone by zone. One detection serves one slot:
 * else a box over two slots would count twice. Pure.
 */
export function placeItems(
  detections: readonly Detection[],
  camera: Camera,
  settings: ZoneSettings,
): { readonly zones: ZoneSample[]; readonly items: (Detection | null)[] } {
  const slots = camera.zones.flatMap((zone) => zone.slots.map((slot) => ({ ...slot, zone })))
  const { scores, items } = scoreSlots(
    detections.filter(({ role, score }) => role === 'product' && score >= TRACE_SCORE_MIN),
    slots,
    settings.scoreMin,
  )
  const people = detections.filter(
    ({ role, score }) => role === 'person' && score >= HIDES_SHARE * settings.scoreMin,
  )
  const sure = detections.filter(({ score }) => score >= settings.scoreMin)
  let first = 0
  const zones = camera.zones.map((zone) => {
    const slotScores = scores.slice(first, first + zone.slots.length)
    first += zone.slots.length
    const strangers = sure.filter((detection) => isForeign(detection, zone))
    const hiding = [...people, ...strangers.filter(({ role }) => role === 'other')]
    const visible = !zone.slots.some(({ box }) => hiding.some((thing) => covers(thing.box, box)))
    const foreign = strangers.map(({ label, sku }) => ({ label, sku: sku ?? null }))
    return { zone: zone.zone, visible, slotScores, ...(foreign.length > 0 ? { foreign } : {}) }
  })
  return { zones, items }
}

/** Another SKU than the zone's in one of its slots, or a thing that is no product before one. */
function isForeign({ role, sku, box }: Detection, zone: Zone): boolean {
  if (role === 'product' && !isOtherSku(sku, zone)) return false
  if (role === 'person') return false
  return zone.slots.some((slot) =>
    role === 'other' ? covers(box, slot.box) : centreLiesIn(box, slot.box),
  )
}

/** A model without SKUs, or a zone without a plan, says nothing against anything. */
function isOtherSku(sku: string | undefined, zone: Zone): boolean {
  return sku !== undefined && zone.sku !== '' && sku !== zone.sku
}

interface ZonedSlot extends Slot {
  readonly zone: Zone
}

/** Thousandths per slot, strongest claim first; equal claims fall in slot order. */
function scoreSlots(
  products: readonly Detection[],
  slots: readonly ZonedSlot[],
  scoreMin: number,
): { scores: number[]; items: (Detection | null)[] } {
  const scores = slots.map(() => 0)
  const items = slots.map((): Detection | null => null)
  const taken = new Set<number>()
  const served = new Set<number>()
  for (const claim of claimsOf(products, slots)) {
    if (taken.has(claim.detection) || served.has(claim.slot)) continue
    taken.add(claim.detection)
    served.add(claim.slot)
    scores[claim.slot] = calibrated(claim.score, scoreMin)
    items[claim.slot] = products[claim.detection] ?? null
  }
  return { scores, items }
}

/**
 * Models differ in how loudly they say yes: 450 thousandths may be as sure with one as 600 with
 * another. The model's own threshold becomes 500, below and above it is stretched evenly.
 */
function calibrated(score: number, scoreMin: number): number {
  const above = (score - scoreMin) / (1 - scoreMin)
  return Math.round(score < scoreMin ? (500 * score) / scoreMin : 500 + 500 * above)
}

function claimsOf(products: readonly Detection[], slots: readonly ZonedSlot[]): Claim[] {
  const claims = products.flatMap(({ box, score, sku }, detection) =>
    slots.flatMap((slot, index) => {
      if (isOtherSku(sku, slot.zone)) return []
      const overlap = boxIou(box, slot.box)
      const standsHere = centreLiesIn(box, slot.box) || overlap >= SLOT_IOU_MIN
      return standsHere ? [{ detection, slot: index, score, overlap }] : []
    }),
  )
  return claims.sort((a, b) => b.score - a.score || b.overlap - a.overlap || a.slot - b.slot)
}

function centreLiesIn(box: Box, slot: Box): boolean {
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  return x >= slot.x && x < slot.x + slot.width && y >= slot.y && y < slot.y + slot.height
}

function covers(person: Box, slot: Box): boolean {
  return sharedArea(person, slot) > COVER_MAX * slot.width * slot.height
}
