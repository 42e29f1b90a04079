/** The door of the sensors. */
export type * from './observation.ts'
export type * from './tag-read.ts'
