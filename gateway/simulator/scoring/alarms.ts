import { quantile } from './movements.ts'

/** A tag that left unpaid. */
export interface Theft {
  readonly epc: string
  readonly atMs: number
  /** False when no reader could see it go. */
  readonly observable: boolean
}

export interface Alarm {
  readonly key: string
  /** The store's time at which it was first there to be read; null when it was read at the end only. */
  readonly seenAtMs: number | null
}

export interface AlarmScore {
  readonly thefts: number
  readonly unobservable: number
  readonly raisedTrue: number
  readonly raisedFalse: number
  readonly missed: number
  readonly medianMs: number | null
  readonly worstMs: number | null
}

/** Alarms that accuse; others tell of readers, tills and tags. */
const ACCUSES = /^left-unpaid\//

export function scoreAlarms(thefts: readonly Theft[], alarms: readonly Alarm[]): AlarmScore {
  const accusing = alarms.filter(({ key }) => ACCUSES.test(key))
  const about = ({ epc }: Theft) => accusing.find(({ key }) => key.includes(epc))
  const raised = thefts.flatMap((theft) => {
    const alarm = about(theft)
    return alarm ? [{ theft, alarm }] : []
  })
  const delays = raised
    .flatMap(({ theft, alarm: { seenAtMs } }) =>
      seenAtMs === null ? [] : [Math.max(0, seenAtMs - theft.atMs)],
    )
    .sort((a, b) => a - b)
  const observable = thefts.filter((theft) => theft.observable)
  return {
    thefts: thefts.length,
    unobservable: thefts.length - observable.length,
    raisedTrue: raised.length,
    raisedFalse: accusing.filter(({ key }) => !thefts.some(({ epc }) => key.includes(epc))).length,
    missed: observable.filter((theft) => !about(theft)).length,
    medianMs: quantile(delays, 0.5),
    worstMs: delays.at(-1) ?? null,
  }
}
