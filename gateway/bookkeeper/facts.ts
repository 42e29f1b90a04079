import type { Ledger } from '../../ledger-core/index.ts'
import type { Config } from '../config/schema.ts'
import { configuredLevel, grantKey, movementsOf } from '../interpretation/authority.ts'
import type { Facts, Memory, MemoryKind } from '../interpretation/conclusion.ts'
import { createBusinessDate } from './business-date.ts'
import { askedReviewOf } from './review-row.ts'
import type { StateCache } from './state-cache.ts'
import type { GatewayStore } from './store.ts'

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
): { at(nowMs: number): Facts; planogramChanged(): void } {
  const businessDateOf = createBusinessDate(config.site.timeZone, config.site.dayEndsAt)
  const starts = new Map(config.devices.map((one) => [one.id, configuredLevel(one, config)]))
  const told = new Map(config.devices.map((one) => [one.id, movementsOf(one, config.portals)]))
  let planogram = planogramOf(store)
  const lookUps: Omit<Facts, 'nowMs'> = {
    policy: config.policy,
    minorUnits: config.site.minorUnits,
    portals: config.portals,
    businessDateOf,
    sku: (sku) => ledger.sku(sku),
    skuByGtin: (gtin14) => ledger.skuByGtin(gtin14),
    isLocation: (location) => ledger.isLocation(location),
    quantityAt: (sku, location) => ledger.quantityAt(sku, location),
    stockAt: (location) => ledger.stock().filter((row) => row.location === location),
    hasOrderLine: (order, line) => ledger.orderLine(order, line) !== null,
    soldOn: (sourceKey, line) => ledger.soldOn(sourceKey, line),
    sequenceOf: (sourceKey) => ledger.sequenceOf(sourceKey),
    planogram: (camera, zone) => planogram.zones.get(`${camera}/${zone}`) ?? null,
    isCameraLocation: (location) => planogram.cameras.has(location),
    camerasAt: (location) => planogram.cameras.get(location) ?? [],
    claimWaitMs: config.authority.claimWaitMs,
    authority(device, movement) {
      const grant = states.get(memoryKind('grant'), grantKey(device, movement))
      // Only interpretAuthority makes records of this kind.
      return (grant as Memory['grant'] | undefined)?.level ?? starts.get(device) ?? 'observe'
    },
    movementsOf: (device) => told.get(device) ?? [],
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
