import type { Command } from '../../ledger-core/index.ts'

/** A proposed command as JSON text: bigints travel as `{"$bigint":"12"}`. */
export function encodeProposal(command: Command): string {
  return JSON.stringify(command, (_key, value: unknown) =>
    typeof value === 'bigint' ? { $bigint: value.toString() } : value,
  )
}

/** Back from text that `encodeProposal` wrote into our own table. */
export function decodeProposal(text: string): Command {
  return JSON.parse(text, (_key, value: unknown) => {
    if (value === null || typeof value !== 'object' || !('$bigint' in value)) return value
    return BigInt(String(value.$bigint))
  }) as Command
}
