import type { Ledger } from '../../ledger-core/index.ts'
import type { ShelfState } from '../../vision/index.ts'
import type { Config } from '../config/schema.ts'
import {
  configuredLevel,
  deviceOf,
  grantKey,
  movementsOf,
  trustedParts,
} from '../interpretation/authority.ts'
import type {
  Facts,
  Memory,
  MemoryKind,
  MovementKind,
  ParkedLine,
  ShelfCount,
} from '../interpretation/conclusion.ts'
import type { OpenCount } from '../interpretation/facts.ts'
import { createBusinessDate } from './business-date.ts'
import { askedReviewOf } from './review-row.ts'
import { SHELF, SIGHT, type Sight } from './shelf-steps.ts'
import type { StateCache } from './state-cache.ts'
import type { GatewayStore } from './store.ts'
import type { TillWatch } from './till-watch.ts'

/** Memory kinds share the state table with the sensors' machines under this prefix. */
export const memoryKind = (kind: MemoryKind) => `memory.${kind}`

/**
 * What interpretation may look up: books, planogram and its own memory, with everything
 * concluded earlier in the running turn already in it.
 */
export function createFacts(
  config: Config,
  ledger: Ledger,
  states: StateCache,
  store: GatewayStore,
  tills: TillWatch,
): { at(nowMs: number): Facts; planogramChanged(): void } {
  const businessDateOf = createBusinessDate(config.site.timeZone, config.site.dayEndsAt)
  const starts = new Map(config.devices.map((one) => [one.id, configuredLevel(one, config)]))
  const parts = new Map(config.devices.map((one) => [one.id, trustedParts(one, config.portals)]))
  const told = new Map<string, readonly MovementKind[]>([
    ...[...parts.values()].flat().map(({ part, movements }) => [part, movements] as const),
    // The device as a whole: what holds where a part has no word of its own.
    ...config.devices.map((one) => [one.id, movementsOf(one, config.portals)] as const),
  ])
  const scanners = new Map(config.devices.map(({ id, scansAt }) => [id, scansAt]))
  let planogram = planogramOf(store)
  const readerLocations = new Set(
    config.devices.flatMap(({ readPoints }) =>
      readPoints.flatMap((point) => ('location' in point ? [point.location] : [])),
    ),
  )
  const lookUps: Omit<Facts, 'nowMs'> = {
    policy: config.policy,
    minorUnits: config.site.minorUnits,
    portals: config.portals,
    businessDateOf,
    tills: tills.spoken,
    sku: (sku) => ledger.sku(sku),
    skuByGtin: (gtin14) => ledger.skuByGtin(gtin14),
    isLocation: (location) => ledger.isLocation(location),
    quantityAt: (sku, location) => ledger.quantityAt(sku, location),
    stockAt: (location) => ledger.stock().filter((row) => row.location === location),
    stockIn: (prefix) => ledger.stock().filter(({ location }) => location.startsWith(prefix)),
    hasOrderLine: (order, line) => ledger.orderLine(order, line) !== null,
    soldOn: (sourceKey, line) => ledger.soldOn(sourceKey, line),
    parkedLines: () => parkedLines(ledger),
    sequenceAt: (atMs) => ledger.sequenceAt(atMs),
    quantityAtSequence: (sku, location, sequence) =>
      ledger.quantityAtSequence(sku, location, sequence),
    shelfCounts: (camera) => shelfCounts(camera, config, states),
    scanPlace: (device) => scanners.get(device) ?? null,
    openCounts: (location) => openCounts(ledger, location),
    locationOfCount: (count) => locationOfCount(ledger, count),
    closingItems: (period) => closingItems(period, { config, ledger, store, businessDateOf }),
    sequenceOf: (sourceKey) => ledger.sequenceOf(sourceKey),
    planogram: (camera, zone) => planogram.zones.get(`${camera}/${zone}`) ?? null,
    isReaderLocation: (location) => readerLocations.has(location),
    isCameraLocation: (location) => planogram.cameras.has(location),
    camerasAt: (location) => planogram.cameras.get(location) ?? [],
    seeingSinceMs(camera) {
      // Only createShelfSteps makes records of this kind.
      const sight = states.get(SIGHT, camera) as Sight | undefined
      if (sight === undefined) return 0
      return sight.isSeeing ? sight.sinceMs : null
    },
    claimWaitMs: config.authority.claimWaitMs,
    authority(part, movement) {
      const device = deviceOf(part)
      // Only interpretAuthority makes records of this kind.
      const granted = (to: string) =>
        states.get(memoryKind('grant'), grantKey(to, movement)) as Memory['grant'] | undefined
      const grant = granted(part) ?? granted(device)
      return grant?.level ?? starts.get(device) ?? 'observe'
    },
    partsOf: (device) => parts.get(device)?.map(({ part }) => part) ?? [],
    movementsOf: (part) => told.get(part) ?? [],
    reviewsOpenedBefore: (atMs) => store.reviewsOpenedBefore(atMs).map(askedReviewOf),
    recall: <K extends MemoryKind>(kind: K, key: string) =>
      // The state table holds only what `remember` conclusions of this kind put there.
      states.get(memoryKind(kind), key) as Memory[K] | undefined,
    recallAll: <K extends MemoryKind>(kind: K, prefix: string) =>
      states.list(memoryKind(kind), prefix) as [string, Memory[K]][],
  }
  return {
    at: (nowMs) => ({ ...lookUps, nowMs }),
    planogramChanged() {
      planogram = planogramOf(store)
    },
  }
}

function openCounts(ledger: Ledger, location: string): OpenCount[] {
  return ledger.openCounts().flatMap((count) => {
    const lines = ledger
      .countLines(count)
      .filter((line) => line.location === location)
      .map(({ sku, counted }) => ({ sku, isCounted: counted !== null }))
    return lines.length === 0 ? [] : [{ count, lines }]
  })
}

function locationOfCount(ledger: Ledger, count: string): string | null {
  const [location, ...others] = new Set(ledger.countLines(count).map((line) => line.location))
  return location === undefined || others.length > 0 ? null : location
}

function parkedLines(ledger: Ledger): ParkedLine[] {
  return ledger.parkedLines().flatMap(({ sequence, sourceKey, line, gtin, quantity }) => {
    const sale = ledger.entry(sequence)
    if (sale === null) return []
    const { occurredAtMs, businessDate } = sale
    return [{ saleKey: sourceKey, line, gtin, quantity, occurredAtMs, businessDate }]
  })
}

/** A zone not seen for this long says nothing of now: a camera sends at least every quarter hour. */
const SEEN_LATELY_MS = 20 * 60_000

function shelfCounts(id: string, config: Config, states: StateCache): ShelfCount[] {
  const camera = config.cameras.find((one) => one.id === id)
  // Only stepShelf writes this record.
  const state = states.get(SHELF, id) as ShelfState | undefined
  if (!camera || !state) return []
  return camera.zones.flatMap(({ zone, depth }) => {
    const seen = state.zones[zone]
    if (!seen?.confirmed) return []
    const { sku, location, confirmed, candidate, hand } = seen
    const isLate = state.lastAtMs - confirmed.seenAtMs > SEEN_LATELY_MS
    const isVisible = candidate === null && !hand && !isLate
    return [{ zone, sku, location, count: confirmed.count, depth, isVisible }]
  })
}

/** A month is closed when head office has its batches and nobody is asked about it any more. */
export function closingItems(
  period: string,
  {
    config,
    ledger,
    store,
    businessDateOf,
  }: {
    readonly config: Pick<Config, 'destinations'>
    readonly ledger: Ledger
    readonly store: Pick<GatewayStore, 'oldestOpenReviewMs'>
    readonly businessDateOf: (atMs: number) => string
  },
): { item: string; done: boolean }[] {
  const last = ledger.lastBatchNumber()
  const oldestMs = store.oldestOpenReviewMs()
  const isAnswered = oldestMs === null || businessDateOf(oldestMs).slice(0, 7) > period
  // One that has never acknowledged anything has no cursor yet, and waits for all of it.
  const cursors = new Map(
    ledger.destinations().map(({ destination, acknowledged }) => [destination, acknowledged]),
  )
  return [
    ...config.destinations.map(({ id }) => ({
      item: `${id} has acknowledged every batch`,
      done: (cursors.get(id) ?? 0) >= last,
    })),
    { item: `every question of ${period} is answered`, done: isAnswered },
  ]
}

function planogramOf(store: GatewayStore) {
  const rows = store.planogram()
  return {
    zones: new Map(rows.map((row) => [`${row.camera}/${row.zone}`, row])),
    cameras: camerasByLocation(rows),
  }
}

function camerasByLocation(rows: ReturnType<GatewayStore['planogram']>): Map<string, string[]> {
  const cameras = new Map<string, string[]>()
  for (const { location, camera } of rows) {
    const known = cameras.get(location) ?? []
    if (!known.includes(camera)) cameras.set(location, [...known, camera])
  }
  return cameras
}
