import { join } from 'node:path'
import { type Helper, startHelper } from './child.ts'
import { inTemporaryFolder } from './folder.ts'
import type { ServerAnswer, ServerQuestion } from './ingest-gateway.entry.ts'
import type { LoadAnswer, LoadQuestion } from './ingest-load.entry.ts'
import type { StretchShape } from './ingest-reads.ts'
import { median } from './ratio.ts'

export type Server = Helper<ServerQuestion, ServerAnswer>
export type Load = Helper<LoadQuestion, LoadAnswer>
export type SideName = 'ours' | 'floor'

/** What one side did with one stretch. */
export interface Sent {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time per message, microseconds: the server's, and its devices'. */
  readonly serverUs: number
  readonly deviceUs: number
}

/** The gateway and a bare broker, with the same devices before both. */
export interface IngestSides {
  prepare(shape: StretchShape): Promise<LoadAnswer>
  /** At most `window` unacknowledged per device; `messages` limits each device. */
  send(side: SideName, window: number, messages?: number): Promise<Sent>
  figures(): Promise<ServerAnswer>
}

export function withIngestSides<T>(
  readers: number,
  work: (sides: IngestSides) => Promise<T>,
): Promise<T> {
  return inTemporaryFolder(async (folder) => {
    const ours: Server = startHelper('ingest-gateway.entry')
    const floor: Server = startHelper('ingest-bare.entry')
    const load: Load = startHelper('ingest-load.entry')
    try {
      const data = join(folder, 'data')
      await ours.ask({ kind: 'start', folder: data, vision: 'off', masters: 'import', readers })
      return await work(sidesOf({ ours, floor }, load))
    } finally {
      await Promise.all([load.end(), ours.end(), floor.end()])
    }
  })
}

function sidesOf(servers: Readonly<Record<SideName, Server>>, load: Load): IngestSides {
  let devicesMs = 0
  const tell = async (question: LoadQuestion) => {
    const answer = await load.ask(question)
    const spentMs = answer.cpuMs - devicesMs
    devicesMs = answer.cpuMs
    return { answer, spentMs }
  }
  return {
    prepare: async (shape) => (await tell({ kind: 'prepare', ...shape })).answer,
    figures: () => servers.ours.ask({ kind: 'figures' }),
    async send(side, window, messages = Number.MAX_SAFE_INTEGER) {
      const server = servers[side]
      const before = await server.ask({ kind: 'figures' })
      const { port } = before
      const { answer, spentMs } = await tell({ kind: 'send', port, window, messages })
      const after = await server.ask({ kind: 'figures' })
      const { acknowledged, perSecond, p50Ms, p99Ms } = answer
      const perMessage = (ms: number) => (ms * 1_000) / acknowledged
      const serverUs = perMessage(after.cpuMs - before.cpuMs)
      return { perSecond, p50Ms, p99Ms, serverUs, deviceUs: perMessage(spentMs) }
    },
  }
}

/** Medians of one side's rounds, in words. */
export function cpuOf(sent: Readonly<Record<SideName, readonly Sent[]>>): string {
  const of = (side: SideName, field: keyof Sent) => median(sent[side].map((one) => one[field]))
  const us = (side: SideName, field: keyof Sent) => `${of(side, field).toFixed(0)} us`
  return `CPU per message: ${us('ours', 'serverUs')} against ${us('floor', 'serverUs')}, its devices' ${us('ours', 'deviceUs')} and ${us('floor', 'deviceUs')}`
}

export function waitsOf(sent: Readonly<Record<SideName, readonly Sent[]>>): string {
  const ms = (side: SideName, field: keyof Sent) =>
    `${median(sent[side].map((one) => one[field])).toFixed(1)} ms`
  const both = (side: SideName) => `${ms(side, 'p50Ms')} (median), ${ms(side, 'p99Ms')} (p99)`
  return `acknowledged after ${both('ours')}, by the floor after ${both('floor')}`
}
