import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Exit codes of every command: 0 done, 1 refused or wrong, 2 used wrongly. */
export const EXIT = { done: 0, refused: 1, usage: 2 } as const

export interface Command {
  /** One line for the list of commands. */
  readonly about: string
  run(args: string[]): Promise<number>
}

type Options = NonNullable<ParseArgsConfig['options']>
type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>

/** A command with checked arguments and a `--help` made from its usage text. */
export function defineCommand<O extends Options>(
  definition: { about: string; usage: string; options: O },
  run: (given: Values<O>) => Promise<number> | number,
): Command {
  return {
    about: definition.about,
    async run(args) {
      if (args.includes('--help')) {
        process.stdout.write(`${definition.usage.trim()}\n`)
        return EXIT.done
      }
      let given: Values<O>
      try {
        given = parseArgs({
          args: negativeNumbersJoined(args),
          options: definition.options,
          allowPositionals: true,
        })
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error)
        process.stderr.write(`${said}\n\n${definition.usage.trim()}\n`)
        return EXIT.usage
      }
      return run(given)
    },
  }
}

/** `--seed -40` means what `--seed=-40` does; parseArgs would take -40 for an option. */
function negativeNumbersJoined(args: readonly string[]): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const before = joined.at(-1)
    if (/^-\d/.test(arg) && before !== undefined && /^--[a-z-]+$/.test(before))
      joined[joined.length - 1] = `${before}=${arg}`
    else joined.push(arg)
  }
  return joined
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Null for a number that is none or out of bounds, undefined for none given. */
export function numberBetween(
  text: string | undefined,
  min: number,
  max: number,
): number | null | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (text.trim() !== '' && value >= min && value <= max) return value
  complain(`expected a number of ${min} to ${max}, got "${text}"`)
  return null
}
