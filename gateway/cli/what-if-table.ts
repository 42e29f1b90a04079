import { formatMoney, formatQuantity } from '../../ledger-core/index.ts'
import type { Answers } from '../reports/answers.ts'
import { more } from './named-report.ts'
import { textTable } from './report-text.ts'
import { money } from './table.ts'

export function whatIfText(answer: Answers['what-if']): string {
  const { currency, minorUnits, framework, rows, total, nextAfter } = answer
  const amount = (minor: string) => money(minor, minorUnits)
  const both = ({ valueMinor, cogsMinor }: { valueMinor: string; cogsMinor: string }) => [
    amount(valueMinor),
    amount(cogsMinor),
  ]
  const { fifo, lifo, average } = total.methods
  const table = textTable(
    [
      'sku',
      'method',
      '>quantity',
      `>books ${currency}`,
      '>FIFO value',
      '>COGS',
      '>LIFO value',
      '>COGS',
      '>average value',
      '>COGS',
      'as books',
    ],
    rows.map(({ methods, ...row }) => [
      row.sku,
      row.method,
      money(row.quantity, row.scale),
      amount(row.valueMinor),
      ...both(methods.fifo),
      ...both(methods.lifo),
      ...both(methods.average),
      row.asBooks === null ? 'no column' : row.asBooks ? 'equal' : 'method changed',
    ]),
    ['total', '', '', amount(total.valueMinor), ...both(fifo), ...both(lifo), ...both(average), ''],
  )
  return [table + more(nextAfter), ...whatIfNotes(answer, framework)].join('\n')
}

function whatIfNotes(
  { minorUnits, total, cogsAccountMinor, otherCogsMinor }: Answers['what-if'],
  framework: Answers['what-if']['framework'],
): string[] {
  const information =
    framework === 'IFRS'
      ? ['\n  LIFO is shown as information: these books follow IFRS, which excludes it (IAS 2.25)']
      : []
  if (cogsAccountMinor === null || otherCogsMinor === null) return information
  const amount = (minor: bigint | string) => money(minor, minorUnits)
  const used = BigInt(total.usedCogsMinor)
  const difference = BigInt(cogsAccountMinor) - BigInt(otherCogsMinor) - used
  const says =
    difference === 0n
      ? 'equal'
      : total.allAsBooks
        ? `differs by ${amount(difference)}`
        : `${amount(difference)} from SKUs without a column of their own`
  const account = `\n  COGS account ${amount(cogsAccountMinor)}`
  return [
    ...information,
    `${account} = methods in use ${amount(used)} + not of goods ${amount(otherCogsMinor)}: ${says}`,
  ]
}

export function whatIfCsv({ minorUnits, rows }: Answers['what-if']) {
  const names = ['fifo', 'lifo', 'average'] as const
  const columns = names.flatMap((name) => [`${name}Value`, `${name}Cogs`])
  return [
    ['sku', 'name', 'method', 'quantity', 'value', ...columns],
    ...rows.map((row) => [
      row.sku,
      row.name,
      row.method,
      formatQuantity(BigInt(row.quantity), row.scale),
      formatMoney(BigInt(row.valueMinor), minorUnits),
      ...names.flatMap((name) =>
        [row.methods[name].valueMinor, row.methods[name].cogsMinor].map((minor) =>
          formatMoney(BigInt(minor), minorUnits),
        ),
      ),
    ]),
  ]
}
