/** AIM symbology identifiers, `]cm` before the data (ISO/IEC 15424). */
export interface Symbology {
  readonly name: string
  /** The symbol says that it holds GS1 element strings (FNC1 in first place). */
  readonly gs1: boolean
  /** EAN or UPC: nothing but a retail number, with check digit. */
  readonly retail: boolean
}

const symbology = (name: string, { gs1 = false, retail = false } = {}): Symbology => ({
  name,
  gs1,
  retail,
})

const EXACT: Readonly<Record<string, Symbology>> = {
  E0: symbology('ean-13', { retail: true }),
  E3: symbology('ean-13', { retail: true }),
  E4: symbology('ean-8', { retail: true }),
  C1: symbology('gs1-128', { gs1: true }),
  e0: symbology('gs1-databar', { gs1: true }),
  e1: symbology('gs1-composite', { gs1: true }),
  d2: symbology('gs1-datamatrix', { gs1: true }),
  Q3: symbology('gs1-qr', { gs1: true }),
  J1: symbology('gs1-dotcode', { gs1: true }),
}
const BY_LETTER: Readonly<Record<string, string>> = {
  A: 'code-39',
  C: 'code-128',
  E: 'ean',
  F: 'codabar',
  G: 'code-93',
  I: 'itf',
  J: 'dotcode',
  L: 'pdf417',
  Q: 'qr',
  S: 'interleaved-2-of-5',
  U: 'maxicode',
  X: 'other',
  d: 'datamatrix',
  e: 'databar',
  z: 'aztec',
}

/** The identifier at the beginning of a line, or null when there is none. */
export function symbologyOf(line: string): Symbology | null {
  if (!/^\][A-Za-z][0-9A-Za-z]/.test(line)) return null
  const exact = EXACT[line.slice(1, 3)]
  if (exact) return exact
  const letter = line.charAt(1)
  return symbology(BY_LETTER[letter] ?? `aim-${letter}`)
}
