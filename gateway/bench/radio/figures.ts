import type { Figure, Progress } from '../ratio.ts'
import { errorShare, falsePerThousandTagHours, latencyAt, type Row } from './compare.ts'
import { doorRows, shelfRows } from './report.ts'

/** The radio comparison as figures of the bench: three a rule. */
export async function benchRadio(progress: Progress): Promise<Figure[]> {
  progress('doors')
  const doors = doorRows('test').flatMap((row) => figuresOf('doors', row))
  progress('shelves')
  return [...doors, ...shelfRows('test').flatMap((row) => figuresOf('shelves', row))]
}

function figuresOf(where: string, { name, score, settings }: Row): Figure[] {
  const about = `${score.movements} movements, ${score.tagHours.toFixed(0)} tag-hours`
  const method = [about, JSON.stringify(settings)]
  const figure = (what: string, value: number, unit: string): Figure => ({
    name: `${where}: ${name}: ${what}`,
    method,
    value,
    unit,
    spread: null,
    hold: null,
  })
  return [
    figure('wrong or missed', 100 * errorShare(score), '%'),
    figure('false movements', falsePerThousandTagHours(score), 'per 1000 tag-hours'),
    figure('decided after, 95 of 100', latencyAt(score, 0.95) / 1_000, 's'),
  ]
}
