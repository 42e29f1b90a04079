import { formatMoney } from '../decimal.ts'
import type { JournalEntry } from '../journal.ts'
import { hledgerAccounts } from './export-names.ts'
import type { ExportFacts, JournalFormat } from './journal-format.ts'
import { movementTexts } from './movement-text.ts'

/**
 * A journal for `hledger check --strict`: accounts and currency declared, one transaction per entry,
 * goods and hashes as tags, and at the end every balance of the trial balance as an assertion.
 */
export function hledgerFormat(facts: ExportFacts): JournalFormat {
  const { site, currency, accounts, skus } = facts
  const nameOf = hledgerAccounts()
  const textOf = movementTexts(skus)
  const money = (amountMinor: bigint) =>
    `${formatMoney(amountMinor, currency.minorUnits)} ${currency.code}`
  let lastDate = ''
  return {
    head: () => {
      const declared = accounts.map(
        ({ account, name }) => `account ${nameOf(account)}  ; name: ${tagValue(name)}\n`,
      )
      return (
        `; Journal of ${tagValue(site)}: money by account, one transaction per entry; goods as tags.\n` +
        `; In tags a comma is %2C, a bracket %5B, a percent sign %25.\n` +
        `commodity ${`1000.${'0'.repeat(currency.minorUnits)}`} ${currency.code}\n${declared.join('')}`
      )
    },
    entry: (entry) => {
      if (entry.accountingDate > lastDate) lastDate = entry.accountingDate
      const lines = entry.lines.map(
        ({ account, amountMinor, memo }) =>
          `    ${nameOf(account)}  ${money(amountMinor)}${memo === '' ? '' : `  ; memo: ${tagValue(memo)}`}\n`,
      )
      const goods = entry.movements.map(
        (movement) => `    ; movement: ${tagValue(textOf(movement))}\n`,
      )
      return `\n${header(entry)}${goods.join('')}${lines.join('')}`
    },
    foot: () => {
      if (accounts.length === 0) return ''
      const asserted = accounts.map(
        ({ account, debitMinor, creditMinor }) =>
          `    ${nameOf(account)}  ${money(0n)} = ${money(debitMinor - creditMinor)}\n`,
      )
      return `\n${lastDate} * trial balance of the books\n${asserted.join('')}`
    },
  }
}

function header(entry: JournalEntry): string {
  const { accountingDate, businessDate, sequence, kind, sourceKey, actor, hash } = entry
  const business = businessDate === accountingDate ? '' : `    ; business-date: ${businessDate}\n`
  return (
    `${accountingDate} * (${sequence}) ${kind}\n` +
    `    ; source: ${tagValue(sourceKey)}\n    ; actor: ${tagValue(actor)}\n${business}` +
    `    ; hash: ${hash}\n`
  )
}

/** hledger ends a tag at a comma, takes [..] for a date, and a line ends a comment. */
function tagValue(text: string): string {
  return text.replace(/[%,[\p{C}\u2028\u2029]/gu, (sign) => encodeSign(sign))
}

function encodeSign(sign: string): string {
  const bytes = new TextEncoder().encode(sign)
  return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}
