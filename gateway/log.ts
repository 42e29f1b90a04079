import { pino } from 'pino'

/** The one logger. Synchronous, so that the last line before a death is not lost. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export function createLog(level: string, name: string): Log {
  return pino({ level, base: { name } }, pino.destination({ dest: 2, sync: true }))
}
