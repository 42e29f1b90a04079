import { z } from 'zod'

/** Every queue, report, retry and retention has its limit here, with the reason. */
export const limits = z
  .strictObject({
    tickMs: z.int().default(500).describe('how often time itself is an event'),
    worksPerCommit: z
      .int()
      .default(512)
      .describe('upper bound of one group commit, so that an acknowledgement never waits long'),
    quarantineRows: z
      .int()
      .default(10_000)
      .describe('sensor messages kept for inspection; oldest go first'),
    quarantineBytes: z.int().default(65_536).describe('of one message kept for inspection'),
    writeFailureHoldMs: z
      .int()
      .default(10_000)
      .describe(
        'acknowledgements are held this long when the disk refuses, then clients are closed',
      ),
    checkpointMs: z.int().default(180_000).describe('how often last-seen caches are written'),
    batchEntries: z.int().default(500).describe('most journal entries in one batch'),
    batchAfterMs: z
      .int()
      .default(60_000)
      .describe('a batch is sealed at the latest this long after its first entry'),
    frameDeadlineMs: z
      .int()
      .default(8_000)
      .describe('a frame that takes longer is taken as hanging'),
    reportMs: z
      .int()
      .default(5_000)
      .describe('a report that takes longer is answered with 503: a person would not wait'),
    wholeBooksReportMs: z
      .int()
      .default(120_000)
      .describe(
        'the same for verify, books digest and reports over time, which go through every entry',
      ),
    verifyAtStartEntries: z
      .int()
      .default(2_000)
      .describe('newest entries that a start derives again before anything is forwarded'),
    reportsWaiting: z
      .int()
      .default(64)
      .describe('reports in line behind a slow one; more are refused, or they would all be late'),
    alarmPictures: z
      .int()
      .min(0)
      .default(200)
      .describe('shelf crops kept beside alarms; the oldest go first; 0 keeps none'),
    eventStreams: z
      .int()
      .default(32)
      .describe('open pages and tools that listen at once; each costs its buffer'),
    eventStreamBytes: z
      .int()
      .default(1_048_576)
      .describe('unsent to one listener before it is dropped: a frozen page may not fill memory'),
  })
  .prefault({})
