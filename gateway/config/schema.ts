import { z } from 'zod'
import {
  mappingSchema,
  measureRuleSchema,
  portalDefaults,
  READER_PROFILES,
} from '../../sensors/index.ts'
import { authority, level } from './authority.ts'
import { llrp, serial } from './dialled.ts'
import { limits } from './limits.ts'
import { policy } from './policy.ts'

/**
 * The one configuration object: type, default, limit and reason stand together, here only.
 * Unknown keys are refused. Masters (SKUs, locations, planogram) are not configuration: they
 * come by import and live in the database.
 */

const id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,63}$/,
    'must be 1-64 of a-z, 0-9 and "-", starting with a letter or digit',
  )

const since = z.iso
  .datetime({ offset: true })
  .optional()
  .describe('it looks there from then on; reads made before keep the place they had')

const readPoint = z.union([
  z.strictObject({
    antenna: z.int().min(1).max(64).describe('1-based antenna port'),
    portal: id.describe('portal this antenna belongs to'),
    side: z.enum(['outer', 'inner']).describe('which side of the portal it looks at'),
    since,
  }),
  z.strictObject({
    antenna: z.int().min(1).max(64),
    location: id.describe('stock location whose tags this antenna holds'),
    since,
  }),
])

const device = z.strictObject({
  id,
  profile: z
    .enum([...READER_PROFILES, 'till', 'document', 'camera', 'status'])
    .describe('how its messages are read'),
  topics: z
    .array(z.string().min(1).max(256))
    .max(16)
    .default([])
    .describe('MQTT topic filters it publishes on; topics are free text on most readers'),
  readPoints: z.array(readPoint).max(64).default([]),
  scansAt: id
    .optional()
    .describe(
      'where its barcodes are scanned: a receiving portal, or a location that is counted or received into',
    ),
  authority: level
    .optional()
    .describe('where this sensor starts, for every kind of movement; a person may change it later'),
  llrp: llrp.optional(),
  serial: serial.optional(),
  mapping: mappingSchema.optional().describe('profiles mapping and keonn: where each field stands'),
  measureRules: z
    .array(measureRuleSchema)
    .max(20)
    .optional()
    .describe('profiles barcode and native: what the numbers of the scale in this store mean'),
})

const portal = z.strictObject({
  id,
  role: z.enum(['receiving', 'internal', 'exit']),
  outside: id.describe('location outside it (supplier for a dock, backroom, customer for an exit)'),
  inside: id,
  neighbours: z
    .array(id)
    .max(8)
    .default([])
    .describe('portals that see the same tags: of two that saw one pass, the stronger has it'),
  sureMilli: z
    .int()
    .min(500)
    .max(999)
    .default(portalDefaults.sureMilli)
    .describe(
      'how sure, in thousandths, that a tag went through: below it is a question, not a movement; higher where a door has racks beside it',
    ),
  beams: z
    .strictObject({
      device: id.describe('reader whose inputs the light beams are wired to'),
      outer: z.int().min(0).max(64).describe('input pin of the outer beam'),
      inner: z.int().min(0).max(64),
      brokenAt: z.enum(['high', 'low']).default('high'),
    })
    .optional()
    .describe('two beams across the doorway tell which way somebody went'),
})

const shelfZone = z.strictObject({
  location: id,
  mobility: z
    .enum(['garment', 'moving'])
    .describe('garment: tags stay for hours; moving: goods pass through within seconds'),
})

const box = z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()])

const camera = z.strictObject({
  id: id.describe('the device of profile camera that sends its frames'),
  width: z.int().min(160).max(8192).describe('pixels of the upright picture it was calibrated on'),
  height: z.int().min(120).max(8192),
  synthetic: z
    .boolean()
    .default(false)
    .describe(
      'true only for rendered pictures: real frames are not shown until people are blanked',
    ),
  zones: z
    .array(
      z.strictObject({
        zone: id,
        depth: z
          .int()
          .min(1)
          .max(50)
          .default(1)
          .describe('items behind one facing; deeper shelves hide a pick, so a count is asked for'),
        slots: z
          .array(z.strictObject({ slot: id, box }))
          .min(1)
          .max(100),
      }),
    )
    .max(100),
})

const destination = z.strictObject({
  id,
  url: z
    .url({ protocol: /^https$/, error: 'must be an https:// address' })
    .describe('HTTPS address that takes journal batches'),
  caFile: z
    .string()
    .optional()
    .describe('PEM of the certificate authority to trust, if not public'),
  secretFile: z.string().describe('file with the shared secret that signs batches'),
  timeoutMs: z.int().min(1_000).max(120_000).default(15_000),
  retryFirstMs: z
    .int()
    .min(100)
    .default(1_000)
    .describe('first back-off; doubles with full jitter'),
  retryMaxMs: z
    .int()
    .min(1_000)
    .default(300_000)
    .describe('cap, so that head office sees us again within minutes'),
})

export const configSchema = z.strictObject({
  version: z.literal(1).default(1),
  site: z.strictObject({
    id,
    name: z.string().min(1).max(100),
    timeZone: z.string().default('UTC').describe('IANA zone that rules the business date'),
    dayEndsAt: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
      .default('03:00')
      .describe('local time at which the business date changes'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('EUR'),
    minorUnits: z.int().min(0).max(4).default(2),
  }),
  dataFolder: z.string().default('./data').describe('everything durable lives here'),
  clock: z
    .enum(['system', 'simulated'])
    .default('system')
    .describe('simulated: time comes from the topic tallygate/v1/sim/clock; tests and demo only'),
  mqtt: z
    .strictObject({
      host: z
        .literal('127.0.0.1', { error: 'must be 127.0.0.1 until device credentials exist' })
        .default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(1883).describe('0 takes a free port'),
      packetBytesBeforeConnect: z
        .int()
        .default(4_096)
        .describe('Aedes has no limit of its own; a stranger may not make us buffer'),
      packetBytes: z.int().default(4_194_304).describe('largest packet: one camera frame'),
      readBytes: z
        .int()
        .default(262_144)
        .describe('largest reader message (Zebra batches up to 256,000 bytes)'),
      heldBytesPerClient: z
        .int()
        .default(2_097_152)
        .describe('unacknowledged bytes before the client is paused'),
      connections: z.int().default(256).describe('sockets at once'),
      drainTimeoutMs: z
        .int()
        .default(8_000)
        .describe('a frozen subscriber stalls everybody until then'),
      connectTimeoutMs: z.int().default(8_000),
    })
    .prefault({}),
  http: z
    .strictObject({
      host: z
        .literal('127.0.0.1', {
          error: 'must be 127.0.0.1: without TLS a password would cross the network in clear',
        })
        .default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8080),
      bodyBytes: z.int().default(4_194_304),
      sessions: z
        .int()
        .min(1)
        .max(10_000)
        .default(256)
        .describe('people signed in at once; the one idle longest makes room'),
      sessionIdleMs: z
        .int()
        .min(60_000)
        .default(43_200_000)
        .describe('whoever leaves in the evening is signed out in the morning'),
      signInTries: z
        .int()
        .min(1)
        .max(100)
        .default(5)
        .describe('wrong passwords in a row before a name has to wait'),
      signInWaitMs: z
        .int()
        .min(1_000)
        .default(60_000)
        .describe('a person waits that long; guessing eight characters takes for ever'),
    })
    .prefault({}),
  limits,
  policy,
  authority,
  devices: z.array(device).max(1_000).default([]),
  portals: z.array(portal).max(100).default([]),
  shelfZones: z
    .array(shelfZone)
    .max(200)
    .default([])
    .describe('shelf locations whose tags move otherwise than garments do'),
  cameras: z.array(camera).max(100).default([]),
  modelFolder: z.string().optional().describe('detector folder; default: the one that ships'),
  embedderFolder: z
    .string()
    .optional()
    .describe('folder of the model that compares with enrolled pictures; default: as above'),
  destinations: z.array(destination).max(8).default([]),
  log: z
    .strictObject({
      level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    })
    .prefault({}),
})

export type Config = z.infer<typeof configSchema>
export type Policy = Config['policy']
export type DeviceConfig = Config['devices'][number]
export type PortalConfig = Config['portals'][number]
export type CameraConfig = Config['cameras'][number]
export type DestinationConfig = Config['destinations'][number]
