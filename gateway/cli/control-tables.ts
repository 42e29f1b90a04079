import { type NamedReport, named } from './named-report.ts'
import { textTable, timeOf } from './report-text.ts'
import { money } from './table.ts'

/** Who may what, which days are open, what is being counted and what was refused. */
export const controlTables: Readonly<Record<string, NamedReport>> = {
  refusals: named<'refusals'>({
    about: 'commands that the books refused, newest first',
    question: ({ limit }) => ({ report: 'refusals', limit }),
    text: ({ rows }) =>
      textTable(
        ['minute (UTC)', 'actor', 'command', 'code', '>times', 'because'],
        rows.map((row) => [
          timeOf(row.minuteMs),
          row.actor,
          row.kind,
          row.code,
          String(row.times),
          row.message,
        ]),
      ),
  }),
  people: named<'people'>({
    about: 'who has which roles in the books, and who can sign in at the page',
    question: () => ({ report: 'people' }),
    text: ({ rows }) =>
      textTable(
        ['person', 'roles', 'page'],
        rows.map(({ person, roles, canSignIn }) => [
          person,
          roles.join(', '),
          canSignIn ? 'can sign in' : 'no login',
        ]),
      ),
  }),
  periods: named<'periods'>({
    about: 'months closed and reopened, with the head of the chain then',
    question: () => ({ report: 'periods' }),
    text: ({ closedThrough, softClosedThrough, rows }) =>
      [
        textTable(
          ['at (UTC)', 'month', 'what', 'by', '>entry', 'hash', 'reason'],
          rows.map((row) => [
            timeOf(row.atMs),
            row.period,
            row.event,
            row.actor,
            String(row.headSequence),
            row.headHash.slice(0, 16),
            row.reason,
          ]),
        ),
        `\n  closed through ${closedThrough ?? 'nothing'}, softly through ${softClosedThrough ?? 'nothing'}`,
      ].join('\n'),
  }),
  policy: named<'policy'>({
    about: 'the accounting choices that hold',
    question: () => ({ report: 'policy' }),
    text: (policy) =>
      textTable(
        ['choice', 'holds'],
        Object.entries(policy).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      ),
  }),
  parked: named<'parked'>({
    about: 'till lines whose goods no master knows yet: sold, and without a cost',
    question: () => ({ report: 'parked' }),
    text: ({ rows }) =>
      textTable(
        ['sold on', 'receipt', '>line', 'gtin', '>pieces', 'description'],
        rows.map((row) => [
          row.businessDate,
          row.sale,
          String(row.line),
          row.gtin,
          row.quantity,
          row.description,
        ]),
      ),
  }),
  'open-counts': named<'open-counts'>({
    about: 'count sheets that nobody has approved: what to count, and what was counted',
    question: () => ({ report: 'open-counts' }),
    text: ({ rows }) =>
      textTable(
        ['count', 'location', 'sku', 'name', '>counted', 'by', '>scanned'],
        rows.map((row) => [
          row.count,
          row.location,
          row.sku,
          row.name,
          row.counted === null ? '' : money(row.counted, row.scale),
          row.counter ?? '',
          row.scanned === undefined ? '' : money(row.scanned, row.scale),
        ]),
      ),
  }),
}
