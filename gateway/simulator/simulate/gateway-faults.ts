import { setTimeout as sleep } from 'node:timers/promises'
import type { Day } from '../day.ts'
import type { Receiver } from '../demo/receiver.ts'
import type { StoreRun } from '../demo/store-run.ts'
import type { Fault } from '../faults.ts'
import { createRandom } from '../random.ts'
import type { ConductorOptions } from '../run-day.ts'
import type { SmallDisk } from './small-disk.ts'

export interface FaultsDone {
  kills: number
  /** How often the gateway said that its disk refuses; null: no such disk could be made here. */
  diskRefusals: number | null
  headOfficeAway: boolean
}

export interface GatewayFaultsOptions {
  readonly seed: number
  readonly faults: ReadonlySet<Fault>
  readonly store: StoreRun
  readonly receiver: Receiver
  readonly disk: SmallDisk | null
  readonly done: FaultsDone
}

type Hooks = Pick<ConductorOptions, 'onInstant' | 'duringInstant'>

const KILLS_BETWEEN = 1
const KILLS_AMID = 2
const POLL_MS = 100
/** A disk that nothing was written to for so long is freed again: it hurt nobody. */
const FULL_AT_MOST_MS = 60_000

/** What befalls the gateway on this day, at moments that the seed chooses. */
export function gatewayFaults(day: Day, options: GatewayFaultsOptions): Hooks {
  const { seed, faults, store, receiver, disk, done } = options
  const random = createRandom(seed, `day${day.index}/gateway-faults`)
  const busy = random.shuffled(
    day.instants.flatMap(({ messages }, index) => (messages.length > 0 ? [index] : [])),
  )
  const take = (count: number) => new Set(busy.splice(0, count))
  const between = faults.has('kills') ? take(KILLS_BETWEEN) : new Set<number>()
  const amid = faults.has('kills') ? take(KILLS_AMID) : new Set<number>()
  const full = faults.has('disk-full') && disk ? take(1) : new Set<number>()
  const away = Math.floor(day.instants.length / 4)
  const back = away * 3
  const crash = async () => {
    done.kills += 1
    await store.gateway.kill()
    await store.gateway.start()
  }
  return {
    async onInstant(index) {
      if (between.has(index)) await crash()
      if (full.has(index) && disk) await fillUp(store, disk, done)
      if (!faults.has('head-office-away')) return
      if (index === away) await receiver.down()
      if (index === back) {
        await receiver.up()
        done.headOfficeAway = true
      }
    },
    async duringInstant(index) {
      if (amid.has(index)) await crash()
    },
  }
}

/**
 * The disk is filled just after a clean start, when the write-ahead log is empty and has to grow;
 * it stays full until the gateway has said so, while the day tries to go on.
 */
async function fillUp(store: StoreRun, disk: SmallDisk, done: FaultsDone): Promise<void> {
  await store.gateway.stop()
  await store.gateway.start()
  disk.fill()
  const watch = async () => {
    for (let waited = 0; waited < FULL_AT_MOST_MS; waited += POLL_MS) {
      if (await isRefusing(store)) {
        done.diskRefusals = (done.diskRefusals ?? 0) + 1
        break
      }
      await sleep(POLL_MS)
    }
    disk.empty()
  }
  void watch()
}

async function isRefusing(store: StoreRun): Promise<boolean> {
  try {
    const { http } = await store.gateway.ports()
    return (await fetch(`http://127.0.0.1:${http}/readyz`)).status === 503
  } catch {
    return false
  }
}
