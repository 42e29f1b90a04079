import type { Db } from '../../ledger-core/index.ts'
import { memoryKind } from '../bookkeeper/facts.ts'
import type { Memory } from '../interpretation/conclusion.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'

type Row = Answers['exits']['rows'][number]

/** Exits that no sale has excused, newest first. */
export function createExitReports(db: Db, label: SkuLabel): Pick<ReportTable, 'exits'> {
  const all = db
    .prepare<[string], string>('select body from state where kind = ? order by key')
    .pluck()
  return {
    exits: () => ({
      rows: all
        .all(memoryKind('exit'))
        .map((body) => rowOf(JSON.parse(body), label))
        .sort((a, b) => b.atMs - a.atMs),
    }),
  }
}

function rowOf(exit: Memory['exit'], label: SkuLabel): Row {
  const { sku, serial, epc, portal, atMs, waitsFor = [], reviewKey, alarmKey } = exit
  const { name } = label(sku)
  const alarm = alarmKey ?? reviewKey
  return {
    sku,
    name,
    serial,
    epc,
    portal,
    atMs,
    state: stateOf(exit),
    waitsFor: [...waitsFor],
    alarm,
  }
}

function stateOf({ isWrittenOff, reviewKey, alarmKey }: Memory['exit']): Row['state'] {
  if (isWrittenOff) return 'written-off'
  if (reviewKey !== null) return 'asked'
  return alarmKey === undefined ? 'waiting' : 'alarmed'
}
