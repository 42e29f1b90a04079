/** The door of vision. */
export type * from './shelf-sample.ts'
