import { wallClock } from '../calendar.ts'

/** Where a demo speaks. */
export interface Screen {
  write(text: string): void
  readonly isTerminal: boolean
  readonly columns: number
}

export interface Progress {
  /** The story has come to this moment. */
  at(atMs: number): void
  event(event: Readonly<Record<string, unknown>>): void
  movements(): number
  clear(): void
}

const LINE_MS = 3_600_000

/** One line that changes on a terminal; a line an hour of store time elsewhere. */
export function createProgress(screen: Screen | null): Progress {
  let movements = 0
  let last = 'the doors are still closed'
  let toldMs = Number.NEGATIVE_INFINITY
  const line = (atMs: number) => `  ${wallClock(atMs)}  ${movements} movements   ${last}`
  return {
    at(atMs) {
      if (!screen) return
      if (screen.isTerminal) {
        screen.write(`\r\u001b[2K${line(atMs).slice(0, screen.columns - 1)}`)
      } else if (atMs - toldMs >= LINE_MS) {
        toldMs = atMs
        screen.write(`${line(atMs)}\n`)
      }
    },
    event(event) {
      if (event['type'] !== 'movement') return
      const { sku, quantity, from, to } = event
      movements += 1
      last = `${quantity} × ${sku}   ${from} → ${to}`
    },
    movements: () => movements,
    clear: () => {
      if (screen?.isTerminal) screen.write('\r\u001b[2K')
    },
  }
}
