import { type Budget, errorShare, type Purpose, type Row, tableOf } from './compare.ts'
import { type Curve, doorReport } from './door-report.ts'
import { shelfReport } from './shelf-report.ts'

const DOOR: Budget = { trials: 24, finalists: 3 }
const DOOR_SCENES = { training: 12, validation: 25, test: 120 }
const SHELF: Budget = { trials: 100, finalists: 5 }
const SHELF_SCENES = { training: 150, validation: 300, test: 1_000 }

export function doorRows(on: Purpose): Row[] {
  const { ours, oursWithBeams, theirs } = doorReport(DOOR_SCENES, DOOR, on)
  return [ours, oursWithBeams, ...theirs]
}

export function shelfRows(on: Purpose): Row[] {
  const { shipped, ours, theirs } = shelfReport(SHELF_SCENES, SHELF, on)
  return [ours, shipped, ...theirs]
}

export function doorText(on: Purpose): string {
  const { ours, oursWithBeams, theirs, curves } = doorReport(DOOR_SCENES, DOOR, on)
  return [
    rowsText(`Doors, ${on} scenes`, [ours, oursWithBeams, ...theirs]),
    curvesText(curves),
  ].join('\n')
}

export function shelfText(on: Purpose): string {
  return rowsText(`Shelves, ${on} scenes`, shelfRows(on))
}

function rowsText(title: string, rows: readonly Row[]): string {
  const settings = rows.map((row) => `  ${row.name}: ${JSON.stringify(row.settings)}`)
  return [tableOf(title, rows), ...settings].join('\n')
}

/** Lost passes against false movements, each point with other settings of the same rule. */
function curvesText(curves: readonly Curve[]): string {
  const lines = curves.map(({ name, points }) => {
    const each = points.map(
      (score) => `${(100 * errorShare(score)).toFixed(1)} %: ${score.falsely}`,
    )
    return `  ${name}: ${each.join('  ')}`
  })
  return ['Error: false movements, along the settings that training found best', ...lines].join(
    '\n',
  )
}
