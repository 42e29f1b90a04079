import type { Books } from '../books.ts'
import type { Command, CommandOf } from '../command.ts'
import type { Posting } from '../posting.ts'
import type { Refusal } from '../refusal.ts'

/** The rules of one kind of command. Only what passed its check is posted. */
export interface Transaction<Kind extends Command['kind']> {
  readonly check: (command: CommandOf<Kind>, books: Books) => Refusal | null
  readonly post: (command: CommandOf<Kind>, posting: Posting, books: Books) => void
}
