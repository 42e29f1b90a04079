import { canonicalJson } from './canonical.ts'
import type { Command } from './command.ts'
import { sha256Hex } from './hash.ts'

/** A command as recorded: canonical JSON, so that re-applying it gives the same bytes again. */
export function commandText(command: Command): string {
  return canonicalJson(command)
}

/** Hash of a recorded command over the one before it: one chain of everything ever accepted. */
export function commandHash(previousHash: string, text: string): string {
  return sha256Hex(`${previousHash}${text}`)
}

/** Back from our own recorded text; only `commandText` writes what this reads. */
export function commandFromText(text: string): Command {
  const { evidence, ...facts } = JSON.parse(text)
  return { ...reviveIntegers(facts), evidence } as Command
}

/** Quantities and amounts are bigint in every command; evidence is plain data and stays as it is. */
export function reviveIntegers(value: object): object {
  if (Array.isArray(value)) return value.map(revived)
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => {
      const isInteger = typeof field === 'string' && (key === 'quantity' || key.endsWith('Minor'))
      return [key, isInteger ? BigInt(field) : revived(field)]
    }),
  )
}

function revived(field: unknown): unknown {
  return typeof field === 'object' && field !== null ? reviveIntegers(field) : field
}

/** What a recorded command is filed under, by its own text. */
export function filedUnder(text: string): Pick<Command, 'sourceKey' | 'fingerprint'> {
  return JSON.parse(text)
}
