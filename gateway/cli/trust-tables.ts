import { type NamedReport, named } from './named-report.ts'
import { textTable, timeOf } from './report-text.ts'

/** What left unpaid, and how far sensors are trusted. */
export const trustTables: Readonly<Record<string, NamedReport>> = {
  exits: named<'exits'>({
    about: 'what left without a sale and is not settled: waiting for a till, alarmed, asked',
    question: () => ({ report: 'exits' }),
    text: ({ rows }) =>
      textTable(
        ['left (UTC)', 'sku', 'serial', 'through', 'state', 'waits for'],
        rows.map((row) => [
          timeOf(row.atMs),
          row.sku,
          row.serial,
          row.portal,
          row.state,
          row.waitsFor.join(', '),
        ]),
      ),
  }),
  lessons: named<'lessons'>({
    about: 'pictures that answers propose for the gallery, and who approved or undid each',
    question: () => ({ report: 'lessons' }),
    text: ({ rows }) =>
      textTable(
        ['>review', 'asked (UTC)', 'sku', 'state', 'approved by', 'undone by'],
        rows.map((row) => [
          String(row.lesson),
          timeOf(row.askedAtMs),
          row.sku,
          row.state,
          row.approvedBy ?? '',
          row.undoneBy ?? '',
        ]),
      ),
  }),
  authority: named<'authority'>({
    about: 'what each sensor may do, how its claims fared, and what that advises',
    question: () => ({ report: 'authority' }),
    text: ({ rule, rows }) =>
      [
        textTable(
          ['sensor', 'tells of', 'may', '>right', '>wrong', '>undecided', 'advice'],
          rows.map((row) => [
            row.device,
            row.movement,
            row.level,
            String(row.confirmed),
            String(row.contradicted),
            String(row.undecided),
            row.advice === null ? '' : `${row.advice.level}: ${row.advice.why}`,
          ]),
        ),
        `\n  ${rule}`,
      ].join('\n'),
  }),
}
