import { paintFor } from '../../cli/table.ts'
import type { Goal } from '../scoring/goals.ts'
import { pooledGoals, type SeedReport } from './judge.ts'
import {
  durationText,
  factLines,
  SUMMARY_TITLES,
  seedText,
  summaryCells,
  WAY_TITLES,
  wayCells,
  waysOf,
} from './report-text.ts'

/** All seeds on one page that needs nothing else: no script, no font, no address. */
export function reportHtml(reports: readonly SeedReport[]): string {
  const met = reports.filter(({ verdict }) => verdict === 'right').length
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated days: ${met} of ${reports.length} seeds meet every goal</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Simulated days</h1>
<p class="${met === reports.length ? 'good' : 'bad'}">${met} of ${reports.length} seeds meet every goal.</p>
${goalsHtml(pooledGoals(reports))}
${tableHtml(SUMMARY_TITLES, reports.map(summaryCells))}
${reports.map(seedHtml).join('\n')}
</body>
</html>
`
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #c62828 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
th, td { padding: .3rem .8rem; border-bottom: 1px solid var(--line); text-align: right }
th:first-child, td:first-child { text-align: left }
td { font-variant-numeric: tabular-nums }
.good { color: var(--good) } .bad { color: var(--bad) }
section { border-top: 2px solid var(--line); margin-top: 2.5rem }
pre { overflow-x: auto; font-size: .85rem }
`

function seedHtml(report: SeedReport): string {
  const { seed, goals, movements, command, verdict } = report
  const kindRows = movements.kinds.map(({ kind, happened, missed, invented, medianMs, p95Ms }) => [
    kind,
    ...[happened, missed, invented].map(String),
    durationText(medianMs),
    durationText(p95Ms),
  ])
  const kindTitles = ['kind', 'happened', 'missed', 'invented', 'to book: median', '95 %']
  return `<section id="seed-${seed}">
<h2>Seed ${seed} <span class="${verdict === 'right' ? 'good' : 'bad'}">${verdict}</span></h2>
<p><code>${escaped(command)}</code></p>
${goalsHtml(goals)}
${tableHtml(kindTitles, kindRows)}
${tableHtml(WAY_TITLES, waysOf(report).map(wayCells))}
<ul>${factLines(report)
    .map((line) => `<li>${escaped(line)}</li>`)
    .join('')}</ul>
<details><summary>everything</summary><pre>${escaped(seedText(report, paintFor(false)))}</pre></details>
</section>`
}

function goalsHtml(goals: readonly Goal[]): string {
  const rows = goals.map(({ goal, got, isMet }) => [goal, got, isMet ? 'met' : 'MISSED'])
  return tableHtml(['goal', 'got', ''], rows)
}

function tableHtml(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    texts.map((text) => `<${tag}${markOf(text)}>${escaped(text)}</${tag}>`).join('')
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')
  return `<table><thead><tr>${cells('th', titles)}</tr></thead><tbody>${body}</tbody></table>`
}

const markOf = (text: string) =>
  text === 'MISSED' || text === 'NO' ? ' class="bad"' : text === 'met' ? ' class="good"' : ''

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
