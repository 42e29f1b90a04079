import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  enrol,
  type ShelfChange,
  type ShelfQuestion,
  type ShelfState,
  shelfDefaults,
  startVisionPool,
  stepShelf,
} from '../../vision/index.ts'
import { identify } from '../../vision/zone-identity.ts'
import { OPENING_MS, openStoreRoom } from '../support/store-room.ts'
import { camera, colourDetector, type Scene, shelfJpeg } from './shelf-pictures.ts'
import { writeColourEmbedder } from './support/colour-embedder.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

describe('whose item stands in a slot', () => {
  const zone = { zone: 'jam', sku: 'JAM', location: 'shelf', slots: [] }
  const recognition = { similarityMin: 0.8, marginMin: 0.05, enrolled: ['JAM', 'HONEY', 'COLA'] }
  const planned = new Set(['JAM', 'HONEY'])
  const judged = (likeness: Record<string, number>) => {
    const nearest = Object.entries(likeness).map(([sku, similarity]) => ({ sku, similarity }))
    const seen = { zone: 'jam', visible: true, slotScores: [900], looks: [nearest] }
    return identify(zone, seen, recognition, planned)
  }

  test('the planned SKU counts as before', () => {
    expect(judged({ JAM: 0.9, HONEY: 0.7 })).toEqual({ slotScores: [900], strangers: [] })
  })

  test('a look-alike that is planned nowhere near takes nothing from it', () => {
    expect(judged({ JAM: 0.9, COLA: 0.89 })).toEqual({ slotScores: [900], strangers: [] })
  })

  test('13: of two planned look-alikes it counts too weakly to be booked', () => {
    expect(judged({ HONEY: 0.9, JAM: 0.88 })).toEqual({ slotScores: [510], strangers: [] })
  })

  test('another SKU is a stranger by name and neither comes nor goes as the planned one', () => {
    const strangers = [{ label: 'product', sku: 'HONEY' }]
    expect(judged({ HONEY: 0.9, JAM: 0.7 })).toEqual({ slotScores: [400], strangers })
    const fromFar = [{ label: 'product', sku: 'COLA' }]
    expect(judged({ COLA: 0.9, JAM: 0.7 })).toEqual({ slotScores: [400], strangers: fromFar })
  })

  test('what resembles nothing is a stranger without a name', () => {
    const strangers = [{ label: 'product', sku: null }]
    expect(judged({ JAM: 0.5 })).toEqual({ slotScores: [400], strangers })
  })

  test('a SKU that was never enrolled is believed as it is', () => {
    const seen = { zone: 'jam', visible: true, slotScores: [900], looks: [[]] }
    const other = { ...recognition, enrolled: ['HONEY'] }
    expect(identify(zone, seen, other, planned)).toEqual({ slotScores: [900], strangers: [] })
    expect(identify(zone, seen, undefined, planned)).toEqual({ slotScores: [900], strangers: [] })
  })
})

describe('a shelf whose milk is enrolled', () => {
  const silent = { info: () => {}, warn: () => {} }
  let folder = ''
  let recognition = { modelFolder: '', gallery: '' }
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallygate-identity-'))
    recognition = { modelFolder: join(folder, 'embedder'), gallery: join(folder, 'gallery.json') }
    const thresholds = { similarity: 0.995, margin: 0.003 }
    await writeColourEmbedder(recognition.modelFolder, { thresholds })
    await enrolColour('sku-milk', 'rgb(20,200,20)')
    await enrolColour('sku-lime', 'rgb(90,220,20)')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  /** The grey around an item is in its crop too. */
  async function enrolColour(sku: string, fill: string): Promise<void> {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="124" height="124"><rect width="124" height="124" fill="rgb(120,120,120)"/><rect x="12" y="12" width="100" height="100" fill="${fill}"/></svg>`
    const picture = await sharp(Buffer.from(svg)).png().toBuffer()
    await enrol({ ...recognition, sku, pictures: [picture] })
  }

  async function play(stretches: readonly (readonly [Scene, number])[]) {
    const pool = startVisionPool({ modelFolder: colourDetector, recognition, log: silent })
    const [changes, questions]: [ShelfChange[], ShelfQuestion[]] = [[], []]
    let state: ShelfState | undefined
    let atMs = 0
    for (const [scene, frames] of stretches)
      for (let frame = 0; frame < frames; frame++) {
        atMs += 1_000
        const jpeg = await shelfJpeg({ furniture: true, oats: 'OOO', grain: atMs, ...scene })
        const sample = await pool.submit({ camera, atMs, jpeg })
        if (sample.kind === 'dropped') throw new Error(sample.reason)
        const step = stepShelf(state, camera, sample, shelfDefaults)
        state = step.next
        changes.push(...step.changes)
        questions.push(...step.questions)
      }
    const status = pool.status()
    await pool.stop()
    return { changes, questions, status }
  }

  test('another SKU put into a gap is asked about by name, and milk has not come', async () => {
    const { changes, questions, status } = await play([
      [{ milk: 'OO.' }, 5],
      [{ milk: 'OOL' }, 9],
    ])
    expect(changes).toEqual([])
    expect(questions).toMatchObject([
      { kind: 'stranger', zone: 'milk', sku: 'sku-milk', seenSku: 'sku-lime' },
    ])
    // Five milks and oats at first, the lime when it came; nothing else changed.
    expect(status).toMatchObject({ skusEnrolled: 2, embedded: 6 })
  })

  test('milk swapped for another SKU is no pick that was guessed, but a question', async () => {
    const { changes, questions } = await play([
      [{ milk: 'OOO' }, 5],
      [{ milk: 'OOO', armAtX: 510 }, 2],
      [{ milk: 'OOL' }, 9],
    ])
    expect(changes).toEqual([])
    expect(questions).toMatchObject([{ kind: 'stranger', zone: 'milk', seenSku: 'sku-lime' }])
  })

  test('milk that goes and comes is counted as it was without names', async () => {
    const { changes, questions } = await play([
      [{ milk: 'OOO' }, 5],
      [{ milk: 'OO.' }, 5],
      [{ milk: 'OOO' }, 5],
    ])
    expect(changes.map(({ countAfter }) => countAfter)).toEqual([2, 3])
    expect(questions).toEqual([])
  })

  test('a gallery that cannot be read is said, and counting goes on', async () => {
    const gallery = join(folder, 'broken.json')
    await writeFile(gallery, '{}')
    const said: object[] = []
    const log = { info: () => {}, warn: (fields: object) => said.push(fields) }
    const broken = { ...recognition, gallery }
    const pool = startVisionPool({ modelFolder: colourDetector, recognition: broken, log })
    const jpeg = await shelfJpeg({ milk: 'OO.' })
    const sample = await pool.submit({ camera, atMs: 1, jpeg })
    await pool.stop()
    expect(sample).toMatchObject({ kind: 'usable', zones: [{ visible: true }, {}] })
    expect(sample).not.toHaveProperty('recognition')
    expect(said).toMatchObject([{ cause: expect.stringContaining('must be a gallery') }])
  })
})

describe('in the running store', () => {
  const enrolled = ['JAM', 'HONEY']
  const recognition = { similarityMin: 0.8, marginMin: 0.05, enrolled }
  /** Four facings, the last of which looks like this. */
  const show = (room: ReturnType<typeof openStoreRoom>, minute: number, last: string | null) => {
    for (let frame = 0; frame < 8; frame++) {
      const atMs = OPENING_MS + minute * 60_000 + frame * 1_000
      const looks = ['JAM', 'JAM', 'JAM', last].map((sku) =>
        sku === null ? null : [{ sku, similarity: 0.95 }],
      )
      const slotScores = [950, 950, 950, last === null ? 0 : 950]
      const zones = [{ zone: 'jam', visible: true, slotScores, looks }]
      const head = { camera: 'camera-1', atMs, frameSha256: String(atMs).padStart(64, '0') }
      const sample = { kind: 'usable', ...head, detections: [], zones, recognition } as const
      room.work({ kind: 'sample', sample }, minute + frame / 60)
    }
  }

  test('honey put among the jam moves no jam, and a count is asked for once', () => {
    const room = openStoreRoom([
      { sku: 'JAM', location: 'jam-shelf', quantity: 3, value: '3.00' },
      { sku: 'JAM', location: 'backroom', quantity: 5, value: '5.00' },
    ])
    show(room, 0, null)
    show(room, 1, 'HONEY')
    show(room, 2, 'HONEY')
    room.tick(30)
    expect(room.stock()).toEqual({ 'JAM jam-shelf': '3', 'JAM backroom': '5' })
    expect(room.reviews()).toMatchObject([
      { kind: 'shelf-stranger', question: expect.stringContaining('where Jam belongs') },
    ])
  })

  test('jam put there is jam', () => {
    const room = openStoreRoom([{ sku: 'JAM', location: 'jam-shelf', quantity: 4, value: '4.00' }])
    show(room, 0, 'JAM')
    show(room, 1, null)
    show(room, 2, 'JAM')
    expect(room.stock()).toEqual({ 'JAM jam-shelf': '4' })
    expect(room.reviews()).toEqual([])
  })
})
