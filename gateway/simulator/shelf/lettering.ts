/**
 * Capital letters as strokes on a grid 4 wide and 6 high: labels look the same on a machine
 * without any fonts.
 */
const STROKES: Readonly<Record<string, string>> = {
  A: 'M0 6L2 0L4 6M1 4H3',
  B: 'M0 0V6H3L4 5V4L3 3H0M0 0H3L4 1V2L3 3',
  C: 'M4 1L3 0H1L0 1V5L1 6H3L4 5',
  D: 'M0 0V6H2.5L4 4.5V1.5L2.5 0Z',
  E: 'M4 0H0V6H4M0 3H3',
  F: 'M4 0H0V6M0 3H3',
  G: 'M4 1L3 0H1L0 1V5L1 6H3L4 5V3H2.5',
  H: 'M0 0V6M4 0V6M0 3H4',
  I: 'M2 0V6',
  J: 'M4 0V5L3 6H1L0 5',
  K: 'M0 0V6M4 0L0 3.4M1.4 2.6L4 6',
  L: 'M0 0V6H4',
  M: 'M0 6V0L2 3L4 0V6',
  N: 'M0 6V0L4 6V0',
  O: 'M1 0H3L4 1V5L3 6H1L0 5V1Z',
  P: 'M0 6V0H3L4 1V2.4L3 3.4H0',
  Q: 'M1 0H3L4 1V5L3 6H1L0 5V1ZM2.6 4.4L4 6',
  R: 'M0 6V0H3L4 1V2.2L3 3.2H0M2 3.2L4 6',
  S: 'M4 1L3 0H1L0 1V2L1 3H3L4 4V5L3 6H1L0 5',
  T: 'M0 0H4M2 0V6',
  U: 'M0 0V5L1 6H3L4 5V0',
  V: 'M0 0L2 6L4 0',
  W: 'M0 0L1 6L2 2.6L3 6L4 0',
  X: 'M0 0L4 6M4 0L0 6',
  Y: 'M0 0L2 3L4 0M2 3V6',
  Z: 'M0 0H4L0 6H4',
}

/** A word centred on `x`, its top at `y`, as wide as `width` or as high as `height` allow. */
export function lettering(
  word: string,
  at: { x: number; y: number; width: number; height: number },
  colour: string,
): string {
  const letters = [...word.toUpperCase()]
  const units = letters.length * 5.2 - 1.2
  const scale = Math.min(at.width / units, at.height / 6)
  const left = at.x - (units * scale) / 2
  const strokes = letters.map((letter, index) => {
    const path = STROKES[letter]
    return path ? `<path transform="translate(${(index * 5.2).toFixed(1)} 0)" d="${path}"/>` : ''
  })
  const place = `translate(${left.toFixed(1)} ${at.y.toFixed(1)}) scale(${scale.toFixed(2)})`
  return `<g transform="${place}" fill="none" stroke="${colour}" stroke-width="1.1" stroke-linejoin="round" stroke-linecap="round">${strokes.join('')}</g>`
}
