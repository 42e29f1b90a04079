import { stringify } from 'yaml'
import type { Config } from '../config/schema.ts'
import { TIME_ZONE } from './calendar.ts'
import { FILM, FILM_SCALE } from './shelf/film.ts'
import { SHELVES } from './shelf/shelf-layout.ts'
import { READERS, type ReaderName } from './story/readers.ts'

/** What differs from one run to the next; everything else of the site is fixed. */
export interface SiteOptions {
  readonly dataFolder: string
  /** 0 takes a free port. */
  readonly mqttPort: number
  readonly httpPort: number
  readonly headOffice: {
    readonly url: string
    readonly caFile: string
    readonly secretFile: string
  }
  /** False: nobody watches the shelves of the untagged; tills and papers are all there is. */
  readonly cameras?: boolean
  readonly logLevel?: Config['log']['level']
}

/** The gateway configuration of the simulated store, as an operator would write it. */
export function siteYaml(options: SiteOptions): string {
  const { headOffice, cameras: watched = true } = options
  return stringify({
    version: 1,
    site: {
      id: 'store-0417',
      name: 'Corner Store Harbour Street',
      timeZone: TIME_ZONE,
      dayEndsAt: '03:00',
      currency: 'EUR',
      minorUnits: 2,
    },
    dataFolder: options.dataFolder,
    clock: 'simulated',
    mqtt: { port: options.mqttPort },
    http: { port: options.httpPort },
    devices: [...readers(), ...(watched ? cameraDevices() : []), ...tills(), office()],
    authority: { newDevices: 'post' },
    portals: [
      { id: 'dock', role: 'receiving', outside: 'supplier', inside: 'backroom' },
      { id: 'floor-door', role: 'internal', outside: 'backroom', inside: 'floor' },
      { id: 'exit', role: 'exit', outside: 'customer', inside: 'floor' },
    ],
    cameras: watched ? cameras() : [],
    destinations: [{ id: 'head-office', ...headOffice, retryFirstMs: 200, retryMaxMs: 5_000 }],
    // A full disk is said soon, so that a simulated day does not stand still for long.
    limits: { writeFailureHoldMs: 1_000 },
    log: { level: options.logLevel ?? 'warn' },
  })
}

function readers(): unknown[] {
  const reader = (id: ReaderName, readPoints: unknown[]) => {
    const { maker, topic } = READERS[id]
    const profile = maker === 'zebra' ? 'zebra-iotc' : 'impinj-r700'
    return { id, profile, topics: [topic], readPoints }
  }
  return [
    reader('dock-reader', portalPoints('dock')),
    reader('floor-reader', portalPoints('floor-door')),
    reader('exit-reader', portalPoints('exit')),
    reader('shelf-reader', [{ antenna: 1, location: 'shelf-r1' }]),
  ]
}

/** Antennas 1 and 2 look outward, 3 and 4 inward; at the exit outward is the street. */
function portalPoints(portal: string): unknown[] {
  return [1, 2, 3, 4].map((antenna) => ({
    antenna,
    portal,
    side: antenna <= 2 ? 'outer' : 'inner',
  }))
}

function cameraDevices(): unknown[] {
  return SHELVES.map(({ camera }) => ({
    id: camera,
    profile: 'camera',
    topics: [`tallygate/v1/${camera}/frame/+/+/+`],
  }))
}

function tills(): unknown[] {
  return ['till-1', 'till-2'].map((id) => ({
    id,
    profile: 'till',
    topics: [`tallygate/v1/${id}/receipt`],
  }))
}

function office(): unknown {
  return { id: 'office', profile: 'document', topics: ['tallygate/v1/office/document'] }
}

function cameras(): unknown[] {
  return SHELVES.map(({ camera, zones }) => ({
    id: camera,
    ...FILM,
    synthetic: true,
    zones: zones.map(({ zone, slots }) => ({
      zone,
      slots: slots.map(({ slot, box }) => ({ slot, box: box.map((side) => side * FILM_SCALE) })),
    })),
  }))
}
