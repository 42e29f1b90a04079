import { svgToJpeg } from '../../vision/index.ts'
import { createRandom, type Random } from './random.ts'
import { drawPack, PACK_DEFS } from './shelf/packs.ts'
import { type Arm, drawArm } from './shelf/people.ts'
import { PICTURE, type ShelfLayout, type ShelfSlot, type ShelfZone } from './shelf/shelf-layout.ts'

/** What stands before a shelf camera at one moment. */
export interface ShelfScene {
  readonly shelf: ShelfLayout
  /** Slots with a pack in them; the others show the back panel. */
  readonly filled: ReadonlySet<string>
  /** Slot an arm reaches for, if one does. */
  readonly arm: Pick<Arm, 'slot' | 'from'> | null
  /** True when the light is out. */
  readonly dark: boolean
  /** How far a knocked camera sees the shelf from where it was calibrated; by default not at all. */
  readonly shift?: readonly [number, number]
  /** Exposure, noise and how the packs were set down: differs from frame to frame. */
  readonly frameSeed: number
}

/** The camera's picture of this scene: a JPEG, the same bytes for the same scene. */
export async function renderShelf(
  scene: ShelfScene,
  size: { readonly width: number; readonly height: number } = PICTURE,
): Promise<Uint8Array> {
  const random = createRandom(scene.frameSeed, `picture/${scene.shelf.camera}`)
  return await svgToJpeg(shelfSvg(scene, random), {
    ...size,
    quality: random.int(82, 87),
  })
}

function shelfSvg(scene: ShelfScene, random: Random): string {
  const { width, height } = PICTURE
  const grain = random.int(1, 9_999)
  const parts = [
    svgOpen(),
    defs(grain),
    drawShelf(scene),
    scene.arm ? drawArm(scene.shelf, { reach: 1, seed: scene.frameSeed, ...scene.arm }) : '',
    `<rect width="${width}" height="${height}" fill="url(#grain)" opacity=".3"/>`,
    exposure(scene, random),
    '</svg>',
  ]
  return parts.join('\n')
}

/** `shift`: what the camera sees when somebody has knocked it, pixels to the right and down. */
export function stillShelfSvg(
  scene: Pick<ShelfScene, 'shelf' | 'filled'>,
  [x, y]: readonly [number, number],
): string {
  const { width, height } = PICTURE
  return `${svgOpen()}${defs(1)}<rect width="${width}" height="${height}" fill="#3c4146"/><g transform="translate(${x} ${y})">${drawShelf(scene)}</g></svg>`
}

export function svgOpen(): string {
  const { width, height } = PICTURE
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`
}

/** The shelf and what stands in it, as it is between two visits. */
function drawShelf(scene: Pick<ShelfScene, 'shelf' | 'filled'>): string {
  return [
    backPanel(scene.shelf),
    ...scene.shelf.zones.flatMap((zone) => standing(scene, zone)),
    ...scene.shelf.boards.map((y, index) => board(scene.shelf, y, index)),
  ].join('\n')
}

function defs(grain: number): string {
  return `<defs>${PACK_DEFS}
<filter id="noise" x="0" y="0" width="100%" height="100%"><feTurbulence type="fractalNoise" baseFrequency=".8" numOctaves="2" seed="${grain}"/>
<feColorMatrix values="0 0 0 0 .5  0 0 0 0 .5  0 0 0 0 .5  0 0 0 -1.2 .75"/></filter>
<pattern id="grain" width="160" height="144" patternUnits="userSpaceOnUse"><rect width="160" height="144" filter="url(#noise)"/></pattern>
<pattern id="holes" width="24" height="24" patternUnits="userSpaceOnUse"><rect width="24" height="24" fill="#8d949a"/><circle cx="12" cy="12" r="3" fill="#5f666c"/></pattern>
<linearGradient id="depth" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="#000" stop-opacity=".62"/><stop offset=".45" stop-color="#000" stop-opacity=".2"/><stop offset="1" stop-color="#000" stop-opacity=".05"/></linearGradient>
<linearGradient id="rail" x1="0" x2="0" y1="0" y2="1"><stop offset="0" stop-color="#fafafa"/><stop offset="1" stop-color="#b9bdc2"/></linearGradient>
</defs>`
}

function backPanel({ boards }: ShelfLayout): string {
  const { width, height } = PICTURE
  const bays = boards.map((y, index) => {
    const top = index === 0 ? 0 : (boards[index - 1] ?? 0) + 44
    return `<rect x="0" y="${top}" width="${width}" height="${y - top}" fill="url(#depth)"/>`
  })
  const posts = `<rect x="0" y="0" width="26" height="${height}" fill="#4a4f55"/><rect x="${width - 26}" y="0" width="26" height="${height}" fill="#4a4f55"/>`
  return `<rect width="${width}" height="${height}" fill="url(#holes)"/>${bays.join('')}${posts}`
}

/** A board with its price rail and one ticket per zone. */
function board(shelf: ShelfLayout, y: number, index: number): string {
  const { width } = PICTURE
  const tickets = shelf.zones
    .filter(({ slots }) => slots[0]?.y === y)
    .map(({ slots }) => {
      const left = (slots[0]?.x ?? 0) - 30
      return `<rect x="${left}" y="${y + 14}" width="74" height="24" fill="#fffef4" stroke="#999"/><path d="M${left + 6} ${y + 21}h34M${left + 6} ${y + 28}h24" stroke="#444" stroke-width="2"/><path d="M${left + 48} ${y + 33}v-14h4v14m6 0v-14h10v7h-8v7h10" stroke="#b3261e" stroke-width="2.4" fill="none"/>`
    })
  return `<rect x="0" y="${y}" width="${width}" height="10" fill="${index % 2 ? '#d8dadd' : '#cfd2d6'}"/>
<rect x="0" y="${y + 10}" width="${width}" height="32" fill="url(#rail)"/>${tickets.join('')}
<rect x="0" y="${y + 42}" width="${width}" height="6" fill="#000" opacity=".45"/>`
}

function standing(scene: Pick<ShelfScene, 'shelf' | 'filled'>, zone: ShelfZone): string[] {
  return zone.slots
    .filter(({ slot }) => scene.filled.has(slot))
    .map((slot) => pack(scene.shelf.camera, zone, slot))
}

/** Nobody sets packs down exactly: each slot has its own small offset that stays. */
function pack(camera: string, zone: ShelfZone, { slot, x, y }: ShelfSlot): string {
  const random = createRandom(0, `stand/${camera}/${slot}`)
  const shift = random.between(-3, 3)
  const { width } = zone.art
  return `<ellipse cx="${x + shift}" cy="${y}" rx="${width * 0.56}" ry="6" fill="#000" opacity=".4"/>
<g transform="translate(${(x + shift).toFixed(1)} ${y}) rotate(${random.between(-0.6, 0.6).toFixed(2)})">${drawPack(zone.art)}</g>`
}

/** The lamp's flicker, or the lamp being out. */
function exposure(scene: ShelfScene, random: Random): string {
  const { width, height } = PICTURE
  const cover = (colour: string, opacity: number) =>
    `<rect width="${width}" height="${height}" fill="${colour}" opacity="${opacity.toFixed(3)}"/>`
  if (scene.dark) return cover('#000', 0.965)
  const change = random.between(-0.06, 0.06)
  return cover(change < 0 ? '#000' : '#fff', Math.abs(change))
}
