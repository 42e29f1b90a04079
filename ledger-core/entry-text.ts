import { canonicalJson, canonicalText } from './canonical.ts'
import type { CostEffect, JournalEntry, Line, Movement } from './journal.ts'

/** Version of the canonical form of an entry; part of the bytes that are hashed. */
const ENTRY_VERSION = 1

export type UnhashedEntry = Omit<JournalEntry, 'hash'>

/**
 * The bytes of an entry that its hash covers, the hash of the entry before included: canonical
 * JSON, amounts and quantities as decimal text. Written out field by field because every posting
 * passes here; a test holds it equal to `canonicalJson` of the same fields.
 */
export function entryText(entry: UnhashedEntry): string {
  return (
    `{"accountingDate":${canonicalText(entry.accountingDate)},"actor":${canonicalText(entry.actor)}` +
    `,"businessDate":${canonicalText(entry.businessDate)},"commandHash":"${entry.commandHash}"` +
    `,"effects":[${listText(entry.effects, effectText)}]` +
    `,"kind":"${entry.kind}","lines":[${listText(entry.lines, lineText)}]` +
    `,"movements":[${listText(entry.movements, movementText)}]` +
    `,"occurredAtMs":${entry.occurredAtMs},"postedAtMs":${entry.postedAtMs}` +
    `,"previousHash":"${entry.previousHash}","sequence":${entry.sequence}` +
    `,"sourceKey":${canonicalText(entry.sourceKey)},"version":${ENTRY_VERSION}}`
  )
}

/** An entry as it travels: the fields its hash covers. */
export function entryWire(entry: UnhashedEntry): Record<string, unknown> {
  return JSON.parse(entryText(entry))
}

function listText<T>(items: readonly T[], textOf: (item: T) => string): string {
  let text = ''
  for (const item of items) text += text === '' ? textOf(item) : `,${textOf(item)}`
  return text
}

function lineText({ account, amountMinor, memo, number }: Line): string {
  return `{"account":${canonicalText(account)},"amountMinor":"${amountMinor}","memo":${canonicalText(memo)},"number":${number}}`
}

function effectText(effect: CostEffect): string {
  const { facts, of } = effect
  const factsField = facts === undefined ? '' : `"facts":${canonicalJson(facts)},`
  const ofField = of === undefined ? '' : `,"of":${canonicalJson(of)}`
  return (
    `{${factsField}"group":${canonicalText(effect.group)},"layer":${effect.layer}` +
    `,"movement":${effect.movement},"number":${effect.number}${ofField}` +
    `,"quantity":"${effect.quantity}","sku":${canonicalText(effect.sku)}` +
    `,"source":"${effect.source}","valueMinor":"${effect.valueMinor}"}`
  )
}

function movementText(movement: Movement): string {
  const { line, original } = movement
  const lineField = line === undefined ? '' : `,"line":${line}`
  const originalField =
    original === undefined
      ? ''
      : `,"original":{"line":${original.line},"sourceKey":${canonicalText(original.sourceKey)}}`
  return (
    `{"costMinor":"${movement.costMinor}","epcs":[${listText(movement.epcs, canonicalText)}]` +
    `,"from":${canonicalText(movement.from)},"kind":"${movement.kind}"${lineField}` +
    `,"memo":${canonicalText(movement.memo)},"number":${movement.number}${originalField}` +
    `,"quantity":"${movement.quantity}","sku":${canonicalText(movement.sku)},"to":${canonicalText(movement.to)}}`
  )
}
