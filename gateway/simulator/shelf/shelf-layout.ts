import type { PackArt } from './packs.ts'

/** The two camera shelves: which product stands where, in pixels of the picture. */
export const PICTURE = { width: 960, height: 720 } as const

export interface ShelfSlot {
  readonly slot: string
  /** Middle of the pack's foot. */
  readonly x: number
  readonly y: number
  /** Left, top, width, height: the place a detector looks at. */
  readonly box: readonly [number, number, number, number]
}

export interface ShelfZone {
  readonly zone: string
  readonly sku: string
  readonly art: PackArt
  readonly slots: readonly ShelfSlot[]
}

export interface ShelfLayout {
  readonly camera: string
  readonly location: string
  /** Upper edges of the boards, where packs stand. */
  readonly boards: readonly number[]
  readonly zones: readonly ShelfZone[]
}

const BOARDS = [222, 446, 670] as const
const EDGE = 48
/** Room around a pack inside its slot's box; neighbours stay well apart. */
const MARGIN = 6

type Row = readonly { readonly sku: string; readonly facings: number; readonly art: PackArt }[]

const art = (
  shape: PackArt['shape'],
  [width, height]: readonly [number, number],
  [body, label, ink, top]: readonly [string, string, string, string],
  word: string,
  motif: PackArt['motif'],
): PackArt => ({ shape, width, height, body, label, ink, top, word, motif })

const CARTON: readonly [number, number] = [100, 158]
const CAN: readonly [number, number] = [76, 128]
const BOTTLE: readonly [number, number] = [68, 168]
const JAR: readonly [number, number] = [92, 122]

const GROCERIES: readonly Row[] = [
  [
    {
      sku: 'MUESLI-500',
      facings: 3,
      art: art('carton', CARTON, ['#c8551b', '#fff3dc', '#7a2e08', '#e9a25b'], 'Mulda', 'sun'),
    },
    {
      sku: 'RUSK-250',
      facings: 2,
      art: art('carton', CARTON, ['#27588c', '#e9f2fb', '#173a5e', '#6fa1cf'], 'Zwibo', 'stripes'),
    },
  ],
  [
    {
      sku: 'JAM-CHERRY',
      facings: 3,
      art: art('jar', JAR, ['#8e1430', '#fdeef0', '#5d0a1e', '#d9c79a'], 'Kirsa', 'rings'),
    },
    {
      sku: 'HONEY-350',
      facings: 3,
      art: art('jar', JAR, ['#c98a12', '#fff7dd', '#6d4503', '#3f6b3a'], 'Imme', 'drop'),
    },
  ],
  [
    {
      sku: 'PEAS-400',
      facings: 3,
      art: art('can', CAN, ['#2f7a3d', '#eef7e6', '#17491f', '#c9ced2'], 'Erba', 'leaf'),
    },
    {
      sku: 'TOMATO-400',
      facings: 3,
      art: art('can', CAN, ['#b62318', '#fff0ea', '#6f0f08', '#d0d3d6'], 'Pomo', 'sun'),
    },
  ],
]

const DRINKS: readonly Row[] = [
  [
    {
      sku: 'JUICE-APPLE',
      facings: 3,
      art: art('bottle', BOTTLE, ['#b7a02a', '#fbfbe8', '#3c6414', '#2f6b2f'], 'Apfla', 'leaf'),
    },
    {
      sku: 'SYRUP-ELDER',
      facings: 3,
      art: art('bottle', BOTTLE, ['#6a3f86', '#f5edfa', '#3d1c54', '#1d1d24'], 'Holda', 'drop'),
    },
  ],
  [
    {
      sku: 'COLA-330',
      facings: 3,
      art: art('can', CAN, ['#3a1512', '#f7e7cf', '#9b1c14', '#c3c8cc'], 'Colmo', 'wave'),
    },
    {
      sku: 'TONIC-330',
      facings: 3,
      art: art('can', CAN, ['#0f6f82', '#e6fafd', '#0a3f4d', '#c3c8cc'], 'Tonka', 'rings'),
    },
  ],
  [
    {
      sku: 'TEA-MINT',
      facings: 2,
      art: art('carton', CARTON, ['#1f7f6b', '#eefaf5', '#0b463a', '#8fd0bd'], 'Minzo', 'leaf'),
    },
    {
      sku: 'OATDRINK-1L',
      facings: 3,
      art: art('carton', CARTON, ['#caa777', '#fffaf0', '#4a3a86', '#7c6cc0'], 'Hafra', 'wave'),
    },
  ],
]

export const SHELVES: readonly ShelfLayout[] = [
  layOut('camera-1', 'shelf-c1', GROCERIES),
  layOut('camera-2', 'shelf-c2', DRINKS),
]

function layOut(camera: string, location: string, rows: readonly Row[]): ShelfLayout {
  const zones = rows.flatMap((row, index) => layOutRow(row, index + 1, BOARDS[index] ?? 0))
  return { camera, location, boards: BOARDS, zones }
}

function layOutRow(row: Row, number: number, foot: number): ShelfZone[] {
  const facings = row.reduce((sum, { facings }) => sum + facings, 0)
  const pitch = (PICTURE.width - 2 * EDGE) / facings
  let place = 0
  return row.map(({ sku, facings, art }, index) => {
    const zone = `r${number}-z${index + 1}`
    const slots = Array.from({ length: facings }, (_, facing) => {
      const x = Math.round(EDGE + pitch * (place + facing + 0.5))
      const box = boxOf(x, foot, art)
      return { slot: `${zone}-s${facing + 1}`, x, y: foot, box }
    })
    place += facings
    return { zone, sku, art, slots }
  })
}

function boxOf(x: number, foot: number, { width, height }: PackArt): ShelfSlot['box'] {
  const left = Math.round(x - width / 2) - MARGIN
  const top = foot - height - MARGIN
  return [left, top, width + 2 * MARGIN, height + 2 * MARGIN]
}
