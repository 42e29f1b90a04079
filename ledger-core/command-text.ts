import { canonicalJson } from './canonical.ts'
import type { Command } from './command.ts'

/** A command as recorded: canonical JSON, so that re-applying it gives the same bytes again. */
export function commandText(command: Command): string {
  return canonicalJson(command)
}

/** Back from our own recorded text; only `commandText` writes what this reads. */
export function commandFromText(text: string): Command {
  const { evidence, ...facts } = JSON.parse(text)
  return { ...reviveIntegers(facts), evidence } as Command
}

/** Quantities and amounts are bigint in every command; evidence is plain data and stays as it is. */
function reviveIntegers(value: object): object {
  return JSON.parse(JSON.stringify(value), (key, field: unknown) =>
    typeof field === 'string' && (key === 'quantity' || key.endsWith('Minor'))
      ? BigInt(field)
      : field,
  )
}
