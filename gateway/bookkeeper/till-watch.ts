import type { Config } from '../config/schema.ts'
import type { TillMessage } from '../documents/parse.ts'
import type { Facts } from '../interpretation/conclusion.ts'

/**
 * Which tills have spoken of late. A till speaks when it hands in a receipt or a void as it is
 * made, or a heartbeat with nothing left to hand in. What comes later than `policy.tillSpokenMs`
 * after it was said is catching up: it says nothing of now. An open connection is no word either:
 * the program behind it may hang. In memory only: after a start every till lags until it speaks.
 */
export interface TillWatch {
  heard(till: string, said: TillMessage, nowMs: number): void
  readonly spoken: Facts['tills']
}

export function createTillWatch({
  devices,
  policy,
}: Pick<Config, 'devices' | 'policy'>): TillWatch {
  const tills = devices.filter(({ profile }) => profile === 'till').map(({ id }) => id)
  const spokenAtMs = new Map<string, number>()
  return {
    heard(till, said, nowMs) {
      const isBehind = said.type === 'heartbeat' && said.waiting > 0
      const isOfNow = Math.abs(nowMs - Date.parse(said.at)) <= policy.tillSpokenMs
      if (isOfNow && !isBehind) spokenAtMs.set(till, nowMs)
    },
    spoken: () => tills.map((till) => ({ till, spokenAtMs: spokenAtMs.get(till) ?? null })),
  }
}
