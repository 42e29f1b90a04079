import { z } from 'zod'

/** Readers that we open ourselves: over the network, or on a serial port of this machine. */

const retryFirstMs = z
  .int()
  .min(100)
  .default(1_000)
  .describe('first back-off; doubles, with jitter')

export const llrp = z
  .strictObject({
    host: z.string().min(1).max(253).describe('address of the reader; we dial it'),
    port: z.int().min(1).max(65_535).default(5_084).describe('5084 is assigned to LLRP'),
    antennas: z
      .array(z.int().min(1).max(255))
      .max(32)
      .default([])
      .describe('ports to read on; none means all'),
    tagsPerReport: z
      .int()
      .min(1)
      .max(1_000)
      .default(16)
      .describe('more make fewer, later messages; a pass is a few dozen reads'),
    readTid: z
      .boolean()
      .default(false)
      .describe('reads the chip number too: tells clones apart, and halves the read rate'),
    keepAliveMs: z
      .int()
      .min(1_000)
      .max(60_000)
      .default(10_000)
      .describe('the reader is given up after two and a half of them'),
    dialTimeoutMs: z.int().min(1_000).max(60_000).default(30_000),
    retryFirstMs,
    retryMaxMs: z
      .int()
      .min(1_000)
      .default(60_000)
      .describe('cap: what a reader keeps while we are away is a few minutes of reads'),
  })
  .describe('profile llrp: a plain fixed reader without middleware')

const command = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}\s*)+$/, 'must be bytes in hexadecimal')
  .max(1_024)

export const serial = z
  .strictObject({
    port: z
      .string()
      .min(1)
      .max(4_096)
      .describe(
        'a path that stays with the device, such as /dev/serial/by-id/...: the numbers of ttyUSB change places after a restart',
      ),
    baudRate: z
      .int()
      .min(300)
      .max(921_600)
      .optional()
      .describe(
        'default: 57600 for uhfreader288 and uhfreader18, 9600 for barcode, else 115200; plain USB devices take any',
      ),
    dataBits: z.union([z.literal(7), z.literal(8)]).default(8),
    parity: z.enum(['none', 'even', 'odd']).default('none'),
    stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
    setUp: z
      .array(command)
      .max(16)
      .default([])
      .describe('commands sent at every opening, whole frames with their check, in hexadecimal'),
    poll: command
      .optional()
      .describe(
        'inventory command sent again and again; default: uhfreader18 and r2000 at their factory address, others push on their own',
      ),
    pollMs: z
      .int()
      .min(10)
      .max(60_000)
      .default(50)
      .describe('from an answer to the next inventory: a tag walks through a door in one second'),
    answerMs: z
      .int()
      .min(100)
      .max(60_000)
      .default(5_000)
      .describe(
        'an inventory unanswered that long: the port is opened again (rounds take up to 3 s)',
      ),
    retryFirstMs,
    retryMaxMs: z
      .int()
      .min(1_000)
      .default(10_000)
      .describe('cap: an opening costs nothing, and a reader just plugged in should read soon'),
  })
  .describe('profiles thingmagic, uhfreader288, uhfreader18, r2000 and barcode: a serial port')

export type SerialConfig = z.infer<typeof serial>
