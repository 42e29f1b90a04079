import type { Db, Ledger } from '../../ledger-core/index.ts'
import type { PortalSense } from '../../sensors/index.ts'
import { SENSE } from '../bookkeeper/door-sense.ts'
import { memoryKind } from '../bookkeeper/facts.ts'
import { GHOSTS, type GhostCount } from '../bookkeeper/ghost-check.ts'
import { HARDWARE } from '../bookkeeper/hardware-watch.ts'
import type { Config, DeviceConfig } from '../config/schema.ts'
import type { Memory, MemoryKind } from '../interpretation/conclusion.ts'
import { nameOf } from '../interpretation/containers.ts'
import { type Session, sessionOf } from '../interpretation/session.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'

type SessionReport = 'receiving' | 'strangers' | 'readers'
type Row = Answers['receiving']['rows'][number]

/** What is on its way in and how much of it was seen; what was seen and nobody knows. */
export function createSessionReports(
  db: Db,
  ledger: Ledger,
  config: Config,
  label: SkuLabel,
): Pick<ReportTable, SessionReport> {
  const recall = recaller(db)
  const look = {
    container: (id: string) => recall.one('container', id),
    quantityScale: (sku: string) => ledger.sku(sku)?.quantityScale ?? 0,
  }
  return {
    receiving: () => {
      const open = recall.all('delivery').filter(([, { state }]) => state !== 'received')
      const told = open.map(([id, delivery]) => ({
        id,
        delivery,
        session: sessionOf(look, delivery),
      }))
      return {
        rows: told.flatMap(({ id, delivery, session }) =>
          linesOf(id, delivery, session).map((row) => ({ ...row, ...label(row.sku) })),
        ),
        doubtful: told.flatMap(({ id, session }) =>
          session.doubtful.map((container) => ({ delivery: id, container: nameOf(container) })),
        ),
      }
    },
    readers: () => ({ rows: config.devices.flatMap((device) => readerRow(recall, device)) }),
    strangers: () => ({
      rows: [
        ...strangeTags(recall.all('stranger')),
        ...strangeCodes(recall.all('strange-code')),
      ].sort((a, b) => b.lastAtMs - a.lastAtMs),
    }),
  }
}

/** Count sheets with what scanners have filled in beside them. */
export function withScannedLines(db: Db, table: ReportTable): ReportTable {
  const recall = recaller(db)
  return {
    ...table,
    'open-counts': (question) => ({
      rows: table['open-counts'](question).rows.map((row) => {
        const line = recall.one('counted', `${row.count}/${row.sku}`)
        return line === undefined ? row : { ...row, scanned: line.units, scans: line.scans }
      }),
    }),
  }
}

/** Sensors with antennas, and whatever has said something of itself. */
function readerRow(
  { state }: ReturnType<typeof recaller>,
  { id, readPoints }: DeviceConfig,
): Answers['readers']['rows'] {
  const hardware = state<string>(HARDWARE, id) ?? null
  const ghosts = state<GhostCount>(GHOSTS, id)
  if (readPoints.length === 0 && hardware === null && ghosts === undefined) return []
  const portals = readPoints.flatMap((point) => ('portal' in point ? [point.portal] : []))
  const doors = [...new Set(portals)].map((portal) => {
    const known = state<PortalSense>(SENSE, portal)?.asExpected ?? []
    return { portal, passes: known.length, asExpected: known.filter((is) => is).length }
  })
  const noise = { ghosts: ghosts?.count ?? 0, ghostsSinceMs: ghosts?.sinceMs ?? null }
  return [{ device: id, hardware, ...noise, doors }]
}

type Line = Omit<Row, 'name' | 'scale'>

function linesOf(id: string, delivery: Memory['delivery'], session: Session): Line[] {
  const { order, state, unexpected = [] } = delivery
  const announced = session.lines.map(
    ({ line, expected, seen, sealed, unconfirmed, unexpected: over }): Line => ({
      delivery: id,
      order,
      state,
      orderLine: line.orderLine,
      sku: line.sku,
      expected: expected.toString(),
      seen: seen.toString(),
      sealed: sealed.toString(),
      unconfirmed: unconfirmed.toString(),
      unexpected: over.toString(),
    }),
  )
  const nothing = { expected: '0', sealed: '0', unconfirmed: '0' }
  const others = unexpected.map(
    ({ sku, quantity }): Line => ({
      delivery: id,
      order,
      state,
      orderLine: null,
      sku,
      ...nothing,
      seen: quantity,
      unexpected: quantity,
    }),
  )
  return [...announced, ...others]
}

type Stranger = Answers['strangers']['rows'][number]

function strangeTags(rows: readonly [string, Memory['stranger']][]): Stranger[] {
  return rows.map(([key, { observation, sightings, firstAtMs }]) => {
    const [gtin14 = ''] = key.split('/', 1)
    const place = 'location' in observation ? observation.location : observation.portal
    const { device } = observation.evidence
    const seen = { times: sightings, firstAtMs, lastAtMs: observation.atMs }
    return { kind: 'tag', what: observation.epc, gtin14, place, device, ...seen }
  })
}

function strangeCodes(rows: readonly [string, Memory['strange-code']][]): Stranger[] {
  return rows.map(([key, { scan, gtin14, device, scans, firstAtMs, lastAtMs }]) => {
    const place = key.slice(key.lastIndexOf('/') + 1)
    const seen = { times: scans, firstAtMs, lastAtMs }
    return { kind: 'barcode', what: scan.text, gtin14, place, device, ...seen }
  })
}

function recaller(db: Db) {
  const one = db
    .prepare<[string, string], string>('select body from state where kind = ? and key = ?')
    .pluck()
  const all = db.prepare<[string], { key: string; body: string }>(
    'select key, body from state where kind = ? order by key',
  )
  return {
    /** A machine's own record; only that machine writes it. */
    state: <State>(kind: string, key: string): State | undefined => {
      const body = one.get(kind, key)
      return body === undefined ? undefined : (JSON.parse(body) as State)
    },
    // The state table holds only what interpretation's `remember` of this kind put there.
    one: <K extends MemoryKind>(kind: K, key: string): Memory[K] | undefined => {
      const body = one.get(memoryKind(kind), key)
      return body === undefined ? undefined : (JSON.parse(body) as Memory[K])
    },
    all: <K extends MemoryKind>(kind: K): [string, Memory[K]][] =>
      all.all(memoryKind(kind)).map(({ key, body }) => [key, JSON.parse(body) as Memory[K]]),
  }
}
