import { type NamedReport, named } from './named-report.ts'
import { textTable, timeOf } from './report-text.ts'
import { money } from './table.ts'

/** Deliveries on their way in, and what was seen that nobody knows. */
export const sessionTables: Readonly<Record<string, NamedReport>> = {
  receiving: named<'receiving'>({
    about: 'deliveries on their way in: expected, seen, sealed in a container, unconfirmed',
    question: () => ({ report: 'receiving' }),
    text: ({ rows, doubtful }) =>
      [
        textTable(
          [
            'delivery',
            'order',
            '>line',
            'sku',
            '>expected',
            '>seen',
            '>sealed',
            '>unconfirmed',
            '>unexpected',
          ],
          rows.map((row) => [
            row.delivery,
            row.order,
            row.orderLine === null ? '' : String(row.orderLine),
            row.sku,
            ...[row.expected, row.seen, row.sealed, row.unconfirmed, row.unexpected].map((one) =>
              money(one, row.scale),
            ),
          ]),
        ),
        ...doubtful.map(
          ({ delivery, container }) =>
            `\n  ${container} of ${delivery} was seen with too few of its tags: look inside`,
        ),
      ].join('\n'),
  }),
  readers: named<'readers'>({
    about: 'readers: hardware, reads that were noise, and whether doors see the right way',
    question: () => ({ report: 'readers' }),
    text: ({ rows }) =>
      textTable(
        ['device', 'hardware', '>noise', 'since (UTC)', 'door', '>passes', '>as expected'],
        rows.flatMap(({ device, hardware, ghosts, ghostsSinceMs, doors }) =>
          (doors.length === 0 ? [null] : doors).map((door) => [
            device,
            hardware ?? '',
            String(ghosts),
            ghostsSinceMs === null ? '' : timeOf(ghostsSinceMs),
            door?.portal ?? '',
            door === null ? '' : String(door.passes),
            door === null ? '' : String(door.asExpected),
          ]),
        ),
      ),
  }),
  strangers: named<'strangers'>({
    about: 'tags and barcodes that no master knows, with how often and where',
    question: () => ({ report: 'strangers' }),
    text: ({ rows }) =>
      textTable(
        ['kind', 'what', 'gtin', 'place', 'device', '>times', 'first (UTC)', 'last (UTC)'],
        rows.map((row) => [
          row.kind,
          row.what.slice(0, 60),
          row.gtin14 ?? '',
          row.place,
          row.device,
          String(row.times),
          timeOf(row.firstAtMs),
          timeOf(row.lastAtMs),
        ]),
      ),
  }),
}
