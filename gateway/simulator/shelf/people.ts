import { createRandom } from '../random.ts'
import { PICTURE, type ShelfLayout } from './shelf-layout.ts'

/** Whose hand reaches for what. */
export interface Arm {
  readonly slot: string
  readonly from: 'left' | 'right' | 'below'
  /** 0: outside the picture, 1: at the slot. */
  readonly reach: number
  /** Skin and sleeve, the same as long as the hand is there. */
  readonly seed: number
}

/** Somebody who stands or walks before the shelf, seen from behind. */
export interface Shopper {
  /** Middle of the body, pixels. */
  readonly x: number
  readonly seed: number
}

/** Sleeve, forearm and a hand on the slot, or on its way there. */
export function drawArm(shelf: ShelfLayout, { slot: wanted, from, reach, seed }: Arm): string {
  const slots = shelf.zones.flatMap(({ slots }) => slots)
  const slot = slots.find(({ slot }) => slot === wanted)
  if (!slot) return ''
  const random = createRandom(seed, 'arm')
  const goal = { x: slot.x, y: slot.y - 66 }
  const { width, height } = PICTURE
  const shoulder = {
    left: { x: -60, y: Math.min(height, goal.y + 200) },
    right: { x: width + 60, y: Math.min(height, goal.y + 200) },
    below: { x: goal.x + random.int(-120, 120), y: height + 60 },
  }[from]
  const hand = { x: mix(shoulder.x, goal.x, reach), y: mix(shoulder.y, goal.y, reach) }
  const skin = random.pick(['#d9a27e', '#8d5a3b', '#f0c3a0', '#a9714b'])
  const sleeve = random.pick(['#24456b', '#7a2f3c', '#3b3b42', '#587a4a'])
  const wrist = { x: mix(hand.x, shoulder.x, 0.22), y: mix(hand.y, shoulder.y, 0.22) }
  const cuff = { x: mix(hand.x, shoulder.x, 0.42), y: mix(hand.y, shoulder.y, 0.42) }
  return `<g stroke-linecap="round" fill="none">
${limb(shoulder, cuff, 132, '#000', 0.22)}${limb(cuff, hand, 64, skin, 1)}${limb(shoulder, cuff, 108, sleeve, 1)}
<ellipse cx="${hand.x}" cy="${hand.y}" rx="50" ry="46" fill="${skin}"/>
${[-34, -12, 10, 32].map((dx, index) => `<path d="M${hand.x + dx} ${hand.y - 18}l${dx * 0.25} ${-38 - (index % 2) * 8}" stroke="${skin}" stroke-width="19"/>`).join('')}
<path d="M${hand.x - 20} ${hand.y + 6}q20 14 42 2M${wrist.x - 18} ${wrist.y}q18 8 36 0" stroke="#000" stroke-opacity=".25" stroke-width="3"/></g>`
}

interface Point {
  readonly x: number
  readonly y: number
}

function limb(from: Point, to: Point, width: number, colour: string, opacity: number): string {
  return `<path d="M${from.x} ${from.y}L${to.x} ${to.y}" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}"/>`
}

const mix = (from: number, to: number, part: number) => Math.round(from + (to - from) * part)

/** Head, shoulders and back, from close by: the camera looks over them. */
export function drawShopper({ x, seed }: Shopper): string {
  const random = createRandom(seed, 'shopper')
  const { height } = PICTURE
  const hair = random.pick(['#2b1d14', '#6b4a2b', '#111418', '#b59a6a'])
  const skin = random.pick(['#d9a27e', '#8d5a3b', '#f0c3a0', '#a9714b'])
  const coat = random.pick(['#24456b', '#7a2f3c', '#3b3b42', '#587a4a'])
  const top = random.int(150, 230)
  const [wide, neck] = [random.int(130, 165), top + 150]
  const back = `M${x - wide} ${height}V${neck + 110}Q${x - wide} ${neck + 30} ${x - 60} ${neck + 16}H${x + 60}Q${x + wide} ${neck + 30} ${x + wide} ${neck + 110}V${height}Z`
  const sleeves = [-1, 1].map(
    (side) =>
      `<path d="M${x + side * (wide - 26)} ${neck + 90}L${x + side * (wide + 6)} ${height}" stroke="${coat}" stroke-width="62" stroke-linecap="round"/>`,
  )
  return `<g>${sleeves.join('')}<path d="${back}" fill="${coat}"/>
<path d="M${x} ${neck + 30}V${height}M${x - wide * 0.6} ${neck + 120}q${wide * 0.2} 90 0 260M${x + wide * 0.6} ${neck + 120}q${-wide * 0.2} 90 0 260" stroke="#000" stroke-opacity=".22" stroke-width="4" fill="none"/>
<rect x="${x - 32}" y="${top + 110}" width="64" height="66" fill="${skin}"/>
<ellipse cx="${x}" cy="${top + 66}" rx="64" ry="78" fill="${skin}"/>
<path d="M${x - 66} ${top + 92}Q${x - 78} ${top - 18} ${x} ${top - 18}Q${x + 78} ${top - 18} ${x + 66} ${top + 92}Q${x} ${top + 140} ${x - 66} ${top + 92}Z" fill="${hair}"/></g>`
}
