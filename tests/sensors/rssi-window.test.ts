import fc from 'fast-check'
import { expect, test } from 'vitest'
import { levelOf, type RssiWindow, windowOf, windowWith } from '../../sensors/rssi-window.ts'

/** The rule itself, as slow as it reads: all levels kept, the newest twenty's mean power. */
function slowLevel(levels: readonly number[], most: number): number | null {
  const newest = levels.slice(-Math.min(20, most))
  if (newest.length === 0) return null
  const power = newest.reduce((sum, cdbm) => sum + 10 ** (cdbm / 1_000), 0)
  return Math.round(1_000 * Math.log10(power / newest.length))
}

const level = fc.option(fc.integer({ min: -13_000, max: 500 }))
const read = fc.record({ stepMs: fc.integer({ min: -50, max: 900 }), rssiCdbm: level })

test('the ring of twenty reads says what a list of all of them says', () => {
  fc.assert(
    fc.property(
      fc.array(read, { maxLength: 90 }),
      fc.integer({ min: 1, max: 25 }),
      (reads, most) => {
        let window: RssiWindow | undefined
        let newestMs = 0
        const kept: number[] = []
        for (const { stepMs, rssiCdbm } of reads) {
          const seen = { atMs: newestMs + stepMs, rssiCdbm, count: 2 }
          const isNewer = window === undefined || stepMs > 0
          const before = window && { ...window, levels: [...window.levels] }
          const next = window === undefined ? windowOf(seen) : windowWith(window, seen)
          // What was held before is as it was: states are values.
          expect(window).toEqual(before)
          window = next
          if (!isNewer) continue
          newestMs = seen.atMs
          if (rssiCdbm !== null) kept.push(rssiCdbm)
          expect(levelOf(window, most)).toBe(slowLevel(kept, most))
          expect([...window.levels].sort()).toEqual(kept.slice(-20).sort())
        }
      },
    ),
  )
})
