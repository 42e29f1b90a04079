import assert from 'node:assert'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import type { ShownFrame } from '../frames/frame-lane.ts'
import { answerSchemas } from '../reports/answers.ts'
import type { Reader } from '../reports/reader.ts'
import {
  cameraLiveSchema,
  destinationSchema,
  deviceSchema,
  type Live,
  visionSchema,
} from './live.ts'
import { Problem } from './problem.ts'
import { defineRoute, type JsonRoute, type RawRoute, sendProblem } from './route.ts'

export interface LiveParts {
  readonly config: Config
  readonly reader: Reader
  readonly live: () => Live
  readonly frames: { get(camera: string): ShownFrame | null }
  readonly version: string
}

const batch = answerSchemas.batches.shape.destinations.element
const destination = batch.extend(destinationSchema.shape)

const statusSchema = z.object({
  site: z.object({
    id: z.string(),
    name: z.string(),
    currency: z.string(),
    minorUnits: z.int(),
    timeZone: z.string(),
  }),
  version: z.string(),
  nowMs: z.int(),
  devices: z.array(deviceSchema),
  cameras: z.array(cameraLiveSchema),
  vision: visionSchema,
  store: z.object({ writable: z.boolean(), waiting: z.int(), restarts: z.int() }),
  destinations: z.array(destination),
  mqttClients: z.int(),
  loopDelayP99Ms: z.number().describe('how late the sockets were served since the last question'),
  counts: answerSchemas.counts,
})

/** Routes whose answer is what the running parts say, with the books beside it. */
export function liveRoutes(parts: LiveParts): (JsonRoute | RawRoute)[] {
  const { config, reader, live, version } = parts
  const destinations = async () => destinationsOf(await reader.ask({ report: 'batches' }), live())
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/status',
      summary: 'everything at a glance: devices, cameras, vision, store, destinations',
      answer: statusSchema,
      handle: async () => {
        const { id, name, currency, minorUnits, timeZone } = config.site
        const [counts, batches] = await Promise.all([
          reader.ask({ report: 'counts' }),
          reader.ask({ report: 'batches' }),
        ])
        const now = live()
        return {
          ...now,
          devices: [...now.devices],
          cameras: [...now.cameras],
          site: { id, name, currency, minorUnits, timeZone },
          version,
          destinations: destinationsOf(batches, now),
          counts,
        }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/batches',
      summary: 'how far each destination has the journal',
      answer: z.object({ destinations: z.array(destination) }),
      handle: async () => ({ destinations: await destinations() }),
    }),
    ...cameraRoutes(parts),
  ]
}

type Batches = z.infer<typeof answerSchemas.batches>

function destinationsOf(batches: Batches, { destinations }: Live) {
  const byName = new Map(destinations.map((row) => [row.destination, row]))
  return batches.destinations.map((row) => {
    const status = byName.get(row.destination)
    assert(status, `${row.destination} has no forwarder`)
    return { ...row, ...status }
  })
}

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
const cameraParams = z.object({ camera: z.string().max(64) })

const cameraSchema = z.object({
  camera: z.string(),
  width: z.int(),
  height: z.int(),
  synthetic: z.boolean().describe('false: its pictures are not shown'),
  zones: z.array(
    z.object({
      zone: z.string(),
      sku: z.string().nullable().describe('null: the planogram does not name the zone'),
      name: z.string().nullable(),
      location: z.string().nullable(),
      slots: z.array(z.object({ slot: z.string(), box })),
    }),
  ),
  atMs: z.int().nullable(),
  outcome: z.string().nullable().describe('of its last frame; null: none has come'),
  detail: z.string().nullable(),
})

function cameraRoutes({ config, reader, live, frames }: LiveParts): (JsonRoute | RawRoute)[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/cameras',
      summary: 'cameras with their zones and what stands in them',
      answer: z.object({ rows: z.array(cameraSchema) }),
      handle: async () => {
        const planogram = await reader.ask({ report: 'planogram' })
        const byZone = new Map(planogram.rows.map((row) => [`${row.camera}/${row.zone}`, row]))
        const last = new Map(live().cameras.map((row) => [row.camera, row]))
        return {
          rows: config.cameras.map(({ id, width, height, synthetic, zones }) => {
            const { atMs = null, outcome = null, detail = null } = last.get(id) ?? {}
            const shown = zones.map(({ zone, slots }) => {
              const { sku = null, name = null, location = null } = byZone.get(`${id}/${zone}`) ?? {}
              return { zone, sku, name, location, slots: slots.map(slotOf) }
            })
            return { camera: id, width, height, synthetic, zones: shown, atMs, outcome, detail }
          }),
        }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/cameras/{camera}/latest',
      summary: 'what was seen on the last usable frame',
      params: cameraParams,
      answer: z.object({
        atMs: z.int(),
        width: z.int(),
        height: z.int(),
        detections: z.array(
          z.object({
            label: z.string().describe('as the model calls it'),
            role: z.enum(['product', 'person', 'other']),
            sku: z.string().optional(),
            score: z.number(),
            box,
          }),
        ),
      }),
      handle: async ({ params: { camera } }) => {
        const frame = frames.get(camera)
        if (!frame) return noPicture(camera)
        const { atMs, width, height, detections } = frame
        return { atMs, width, height, detections: [...detections] }
      },
    }),
    {
      method: 'GET',
      path: '/api/v1/cameras/{camera}/latest.jpg',
      summary: 'the last usable frame of a synthetic camera; real ones are not shown',
      params: cameraParams,
      content: 'image/jpeg',
      send: (request, reply) => sendPicture(request, reply, frames),
    },
  ]
}

type SlotConfig = Config['cameras'][number]['zones'][number]['slots'][number]

function slotOf({ slot, box: [x, y, width, height] }: SlotConfig) {
  return { slot, box: { x, y, width, height } }
}

function sendPicture(request: FastifyRequest, reply: FastifyReply, frames: LiveParts['frames']) {
  const { camera } = cameraParams.parse(request.params)
  const jpeg = frames.get(camera)?.jpeg
  // A real camera's frame is withheld by the frame lane: its bytes are empty.
  if (!jpeg || jpeg.length === 0) return sendProblem(reply, noPicture(camera))
  return reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg))
}

function noPicture(camera: string): Problem {
  const detail = `expected a camera with a picture to show, got "${camera}"`
  return new Problem(404, 'no-picture', detail)
}
