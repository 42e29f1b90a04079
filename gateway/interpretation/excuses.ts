import { ask, attach, forget, inWords, remember, settle, tally } from './commands.ts'
import type { Conclusion, Facts, Memory } from './conclusion.ts'
import { calledOff } from './exit-waits.ts'
import { placed } from './tags.ts'

type Exit = readonly [key: string, exit: Memory['exit']]

export interface SoldTags {
  readonly saleKey: string
  readonly line: number
  readonly atMs: number
  readonly gtin14: string
  /** Empty where the till does not know it. */
  readonly serial: string
}

/**
 * Sold units may have left already: a till that was offline speaks late. Their exits become
 * evidence of the sale and the question about them is settled; what has not left yet may leave.
 */
export function excuseExits(facts: Facts, sold: SoldTags, units: number): Conclusion[] {
  const left = exitsOf(facts, sold).slice(0, units)
  const rest = units - left.length
  const { gtin14, serial, saleKey, line, atMs } = sold
  const excuse = { gtin14, serial, saleKey, soldAtMs: atMs, left: rest }
  return [
    ...left.flatMap((exit) => paid(facts, exit, sold)),
    ...(rest > 0 ? [remember('excuse', `${gtin14}/${saleKey}/${line}`, excuse)] : []),
  ]
}

/** The exit of this very serial; where the till knows none, those of the GTIN close in time. */
function exitsOf(facts: Facts, { gtin14, serial, atMs }: SoldTags): Exit[] {
  const all = facts.recallAll('exit', `${gtin14}/`)
  if (serial !== '') return all.filter(([, exit]) => exit.serial === serial)
  return all
    .filter(([, exit]) => Math.abs(exit.atMs - atMs) <= facts.policy.saleExcusesExitMs)
    .sort(([, a], [, b]) => a.atMs - b.atMs)
}

function paid(facts: Facts, [key, exit]: Exit, sold: SoldTags): Conclusion[] {
  const { saleKey, atMs, gtin14 } = sold
  const { epc, serial, sku, reviewKey, isWrittenOff, evidence, alarmKey } = exit
  const name = facts.sku(sku)?.name ?? sku
  const text = `${name} (${serial}) was paid after all on ${inWords(saleKey)}`
  if (isWrittenOff)
    return [
      forget('exit', key),
      ask({
        key: `sold-after-write-off/${key}`,
        kind: 'sold-after-write-off',
        atMs,
        question: `${inWords(saleKey)} sold what was written off as unpaid before: ${evidence.summary}. The books now miss one: is it so?`,
        sku,
        epc,
        evidence: [evidence],
      }),
    ]
  return [
    attach(saleKey, evidence),
    forget('exit', key),
    placed({ epc, gtin14, serial }, { sku }, 'customer', exit.atMs),
    tally(evidence.from, 'exit', 'confirmed', exit.atMs),
    ...(alarmKey === undefined ? [] : [calledOff(alarmKey, text, facts.nowMs)]),
    ...(reviewKey === null ? [] : [settle(reviewKey, `paid on ${inWords(saleKey)}`, atMs)]),
  ]
}
