import type { JournalEntry, Line, Movement } from './journal.ts'

/** Version of the canonical form of an entry; part of the bytes that are hashed. */
const ENTRY_VERSION = 1

export type UnhashedEntry = Omit<JournalEntry, 'hash'>

/**
 * The bytes of an entry that its hash covers, the hash of the entry before included. Equal to
 * `canonicalJson(entryWire(entry))`; the fields are written in key order, so JSON.stringify gives
 * the same text several times faster. A test holds the two together.
 */
export function entryText(entry: UnhashedEntry): string {
  return JSON.stringify(entryWire(entry))
}

/** An entry as it travels: amounts and quantities as decimal text, fields in key order. */
export function entryWire(entry: UnhashedEntry): Record<string, unknown> {
  return {
    accountingDate: entry.accountingDate,
    actor: entry.actor,
    businessDate: entry.businessDate,
    commandHash: entry.commandHash,
    kind: entry.kind,
    lines: entry.lines.map(lineWire),
    movements: entry.movements.map(movementWire),
    occurredAtMs: entry.occurredAtMs,
    postedAtMs: entry.postedAtMs,
    previousHash: entry.previousHash,
    sequence: entry.sequence,
    sourceKey: entry.sourceKey,
    version: ENTRY_VERSION,
  }
}

function lineWire(line: Line): Record<string, unknown> {
  return {
    account: line.account,
    amountMinor: line.amountMinor.toString(),
    memo: line.memo,
    number: line.number,
  }
}

function movementWire(movement: Movement): Record<string, unknown> {
  const { line, original } = movement
  return {
    costMinor: movement.costMinor.toString(),
    epcs: movement.epcs,
    from: movement.from,
    kind: movement.kind,
    ...(line === undefined ? {} : { line }),
    memo: movement.memo,
    number: movement.number,
    ...(original === undefined
      ? {}
      : { original: { line: original.line, sourceKey: original.sourceKey } }),
    quantity: movement.quantity.toString(),
    sku: movement.sku,
    to: movement.to,
  }
}
