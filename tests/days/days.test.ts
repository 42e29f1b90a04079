import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { SeedReport } from '../../gateway/simulator/simulate/judge.ts'
import { onBooks, simulated } from './simulated.ts'

/** A dozen days on a machine that does other things, too. */
const LONG_MS = 2_700_000

/** Whoever reads a failed test wants to know what was missed, and how to see it again. */
function missed({ seed, command, goals, unsound, score }: SeedReport) {
  const differing = score.rows.filter(({ differs }) => differs === 'wrong')
  const failed = goals.filter(({ isMet }) => !isMet).map(({ goal, got }) => `${goal}: ${got}`)
  const faults = [...failed, ...(unsound === null ? [] : [unsound])]
  return faults.length === 0 ? [] : [{ seed, command, faults, differing }]
}

test('a faulty day (seed 7): books and truth agree, the books are the same without crashes, duplicates and reordering, and their commands give the same chain again', {
  timeout: LONG_MS,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-day-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [report] = await simulated('--seed=7', '--twin', `--folder=${folder}`)
  expect(report?.measured.kills).toBeGreaterThan(2)
  expect(report && missed(report)).toEqual([])
  expect(report?.digestWithoutFaults).toBe(report?.digest)
  expect(report?.movements.happened).toBeGreaterThan(200)
  const verified = await onBooks(folder, 'ledger', 'verify')
  const replayed = await onBooks(folder, 'ledger', 'replay')
  expect(verified).toMatchObject({ ok: true })
  expect(replayed).toMatchObject({ ok: true, lastHash: hashOf(verified) })
})

test('a dozen other faulty days, every fourth with cameras: books and truth agree', {
  timeout: LONG_MS,
}, async () => {
  const seeds = await simulated('--seeds=101..112', '--cameras=some', '--jobs=2')
  expect(seeds).toHaveLength(12)
  expect(seeds.flatMap(missed)).toEqual([])
})

function hashOf(report: unknown): string {
  return (report as { lastHash: string }).lastHash
}
