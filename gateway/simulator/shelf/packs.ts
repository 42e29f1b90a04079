import { lettering } from './lettering.ts'

/** How one product looks from the front. */
export interface PackArt {
  readonly shape: 'carton' | 'can' | 'bottle' | 'jar'
  /** Pixels on the shelf picture. */
  readonly width: number
  readonly height: number
  readonly body: string
  readonly label: string
  readonly ink: string
  /** Lid, cap or roof. */
  readonly top: string
  readonly word: string
  readonly motif: 'sun' | 'wave' | 'leaf' | 'stripes' | 'drop' | 'rings'
}

/** Light on round packs, defined once per picture. */
export const PACK_DEFS = `
<linearGradient id="round" x1="0" x2="1" y1="0" y2="0">
 <stop offset="0" stop-color="#000" stop-opacity=".42"/><stop offset=".18" stop-color="#000" stop-opacity=".08"/>
 <stop offset=".3" stop-color="#fff" stop-opacity=".34"/><stop offset=".42" stop-color="#fff" stop-opacity=".02"/>
 <stop offset=".75" stop-color="#000" stop-opacity=".1"/><stop offset="1" stop-color="#000" stop-opacity=".5"/>
</linearGradient>
<linearGradient id="flat" x1="0" x2="1" y1="0" y2="1">
 <stop offset="0" stop-color="#fff" stop-opacity=".16"/><stop offset=".6" stop-color="#fff" stop-opacity="0"/>
 <stop offset="1" stop-color="#000" stop-opacity=".2"/>
</linearGradient>`

/** The pack standing with the middle of its foot at 0,0. */
export function drawPack(art: PackArt): string {
  switch (art.shape) {
    case 'carton':
      return carton(art)
    case 'can':
      return can(art)
    case 'bottle':
      return bottle(art)
    case 'jar':
      return jar(art)
  }
}

function carton(art: PackArt): string {
  const { width: w, height: h } = art
  const roof = h * 0.09
  const outline = `M${-w / 2} 0V${-h + roof}L${-w / 2 + roof} ${-h}H${w / 2 - roof}L${w / 2} ${-h + roof}V0Z`
  return `<path d="${outline}" fill="${art.body}"/>
<path d="M${-w / 2} ${-h + roof}L${-w / 2 + roof} ${-h}H${w / 2 - roof}L${w / 2} ${-h + roof}Z" fill="${art.top}"/>
${label(art, { left: -w / 2 + 7, top: -h * 0.8, width: w - 14, height: h * 0.62 })}
<path d="M${w / 2 - 16} ${-h * 0.1}h10v7h-10z" fill="#fff"/><path d="M${w / 2 - 15} ${-h * 0.1}v7m2 0v-7m3 0v7m2 0v-7" stroke="#222"/>
<path d="${outline}" fill="url(#flat)" stroke="#000" stroke-opacity=".35"/>`
}

function can(art: PackArt): string {
  const { width: w, height: h } = art
  const rim = h * 0.05
  const outline = `M${-w / 2 + 5} ${-h}H${w / 2 - 5}L${w / 2} ${-h + rim * 2}V${-rim}L${w / 2 - 5} 0H${-w / 2 + 5}L${-w / 2} ${-rim}V${-h + rim * 2}Z`
  return `<path d="${outline}" fill="${art.body}"/>
<path d="M${-w / 2 + 5} ${-h}H${w / 2 - 5}L${w / 2 - 1} ${-h + rim * 1.6}H${-w / 2 + 1}Z" fill="${art.top}"/>
${label(art, { left: -w / 2, top: -h * 0.84, width: w, height: h * 0.7 })}
<path d="${outline}" fill="url(#round)" stroke="#000" stroke-opacity=".3"/>
<ellipse cx="0" cy="${-h + 2}" rx="${w / 2 - 6}" ry="3" fill="#eee" opacity=".7"/>`
}

function bottle(art: PackArt): string {
  const { width: w, height: h } = art
  const neck = w * 0.19
  const cap = h * 0.1
  const shoulder = -h * 0.66
  const outline = `M${-neck} ${-h + cap}H${neck}L${neck} ${-h * 0.82}Q${w / 2} ${-h * 0.76} ${w / 2} ${shoulder}V-5Q${w / 2} 0 ${w / 2 - 5} 0H${-w / 2 + 5}Q${-w / 2} 0 ${-w / 2} -5V${shoulder}Q${-w / 2} ${-h * 0.76} ${-neck} ${-h * 0.82}Z`
  return `<path d="${outline}" fill="${art.body}"/>
${label(art, { left: -w / 2, top: shoulder + 4, width: w, height: h * 0.46 })}
<path d="${outline}" fill="url(#round)" stroke="#000" stroke-opacity=".3"/>
<rect x="${-neck - 2}" y="${-h}" width="${neck * 2 + 4}" height="${cap + 2}" rx="3" fill="${art.top}"/>
<rect x="${-neck - 2}" y="${-h}" width="${neck * 2 + 4}" height="${cap + 2}" rx="3" fill="url(#round)"/>`
}

function jar(art: PackArt): string {
  const { width: w, height: h } = art
  const lid = h * 0.17
  return `<rect x="${-w / 2}" y="${-h + lid}" width="${w}" height="${h - lid}" rx="10" fill="${art.body}"/>
${label(art, { left: -w / 2 + 1, top: -h * 0.68, width: w - 2, height: h * 0.52 })}
<rect x="${-w / 2}" y="${-h + lid}" width="${w}" height="${h - lid}" rx="10" fill="url(#round)" stroke="#000" stroke-opacity=".3"/>
<rect x="${-w / 2 + 5}" y="${-h}" width="${w - 10}" height="${lid + 2}" rx="4" fill="${art.top}"/>
<rect x="${-w / 2 + 5}" y="${-h}" width="${w - 10}" height="${lid + 2}" rx="4" fill="url(#round)"/>`
}

interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A printed label: ground, motif, the brand's word on a band. */
function label(art: PackArt, area: Area): string {
  const { left, top, width, height } = area
  const middle = left + width / 2
  const band = top + height * 0.08
  const word = { x: middle, y: band + height * 0.07, width: width * 0.72, height: height * 0.16 }
  return `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${art.label}"/>
${motif(art, middle, top + height * 0.67, Math.min(width, height) * 0.24)}
<rect x="${left}" y="${band}" width="${width}" height="${height * 0.3}" fill="${art.ink}"/>
${lettering(art.word, word, art.label)}
<path d="M${left + 6} ${top + height * 0.94}h${width * 0.5}" stroke="${art.ink}" stroke-width="2" stroke-dasharray="7 3 4 2"/>`
}

function motif(art: PackArt, x: number, y: number, r: number): string {
  const fill = `fill="${art.body}"`
  const line = `fill="none" stroke="${art.body}" stroke-width="${(r * 0.26).toFixed(1)}"`
  switch (art.motif) {
    case 'sun':
      return `<circle cx="${x}" cy="${y}" r="${r * 0.62}" ${fill}/><circle cx="${x}" cy="${y}" r="${r * 0.88}" ${line} stroke-dasharray="4 5"/>`
    case 'wave':
      return `<path d="M${x - r * 1.4} ${y}q${r * 0.7} ${-r} ${r * 1.4} 0t${r * 1.4} 0M${x - r * 1.4} ${y + r * 0.6}q${r * 0.7} ${-r} ${r * 1.4} 0t${r * 1.4} 0" ${line}/>`
    case 'leaf':
      return `<path d="M${x - r} ${y + r * 0.7}Q${x - r} ${y - r} ${x + r} ${y - r * 0.8}Q${x + r} ${y + r} ${x - r} ${y + r * 0.7}Z" ${fill}/><path d="M${x - r} ${y + r * 0.7}L${x + r * 0.6} ${y - r * 0.5}" stroke="${art.label}" stroke-width="2"/>`
    case 'stripes':
      return `<path d="M${x - r} ${y + r}L${x - r * 0.4} ${y - r}M${x - r * 0.3} ${y + r}L${x + r * 0.3} ${y - r}M${x + r * 0.4} ${y + r}L${x + r} ${y - r}" ${line}/>`
    case 'drop':
      return `<path d="M${x} ${y - r}Q${x + r} ${y + r * 0.1} ${x + r * 0.6} ${y + r * 0.6}A${r * 0.75} ${r * 0.75} 0 0 1 ${x - r * 0.6} ${y + r * 0.6}Q${x - r} ${y + r * 0.1} ${x} ${y - r}Z" ${fill}/>`
    case 'rings':
      return `<circle cx="${x - r * 0.5}" cy="${y}" r="${r * 0.6}" ${line}/><circle cx="${x + r * 0.5}" cy="${y}" r="${r * 0.6}" ${line}/>`
  }
}
