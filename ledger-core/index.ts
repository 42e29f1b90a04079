/** The door of the books. Everything outside imports from here and only from here. */
export type * from './command.ts'
export type * from './journal.ts'
