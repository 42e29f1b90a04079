import { z } from 'zod'
import type { AlarmPictures } from '../frames/alarm-pictures.ts'
import { Problem } from './problem.ts'
import { defineRoute, type JsonRoute, type RawRoute, sendProblem } from './route.ts'

const params = z.object({ alarm: z.string().min(1).max(400) })

/** Shelf crops that stand beside alarms. */
export function pictureRoutes(
  pictures: Pick<AlarmPictures, 'list' | 'read'>,
): (JsonRoute | RawRoute)[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/alarm-pictures',
      summary: 'alarms that a picture of the shelf stands beside, newest first',
      answer: z.object({
        rows: z.array(
          z.object({ alarm: z.string().describe('the key of the alert'), atMs: z.int() }),
        ),
      }),
      handle: async () => ({ rows: await pictures.list() }),
    }),
    {
      method: 'GET',
      path: '/api/v1/alarm-pictures/{alarm}',
      summary: 'the shelf that an alarm is about, as it stood then; people are blacked out',
      params,
      content: 'image/jpeg',
      async send(request, reply) {
        const { alarm } = params.parse(request.params)
        const jpeg = await pictures.read(alarm)
        if (jpeg === null) {
          const detail = `expected an alarm with a picture, got "${alarm}"`
          return sendProblem(reply, new Problem(404, 'no-picture', detail))
        }
        return reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg))
      },
    },
  ]
}
