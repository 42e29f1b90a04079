import { inventoryAccount, isInventoryAccount } from '../account.ts'
import type { CostMethod } from '../costing.ts'
import { formatMoney, formatQuantity } from '../decimal.ts'
import type { CostEffect, JournalEntry, Line } from '../journal.ts'
import {
  type Booking,
  createLotAccount,
  type LotAccount,
  type LotPosting,
} from './beancount-lots.ts'
import { beancountAccounts, commodities } from './export-names.ts'
import type { ExportFacts, JournalFormat } from './journal-format.ts'
import { movementTexts } from './movement-text.ts'

/** Before any entry: Beancount wants an account opened before it is used, and we stream. */
const OPENED = '1970-01-01'
const DAY_MS = 86_400_000

/**
 * A journal for `bean-check`. Layers are lots at cost, so Beancount books every issue itself and
 * finds units that were not there or cost something else; what has no layer (average pools,
 * deficits) stands as plain value. Ends with what the books hold, as balance directives.
 */
export function beancountFormat(facts: ExportFacts): JournalFormat {
  const { skus, accounts, currency } = facts
  const texts = createTexts(facts)
  const lots = createLotAccounts(facts, texts)
  const textOf = movementTexts(skus)
  let lastDate = OPENED
  return {
    head: () =>
      texts.title() +
      accounts.map(({ account, name }) => texts.open(account, name)).join('') +
      skus.map(({ sku, name }) => texts.commodity(sku, name)).join(''),
    entry: (entry) => {
      const stacked = entry.effects.filter(({ source }) => source === 'layer')
      const isLate = stacked.length > 0 && entry.accountingDate < lastDate
      if (entry.accountingDate > lastDate) lastDate = entry.accountingDate
      const { opened, postings, valueMinor } = lots.follow(stacked)
      const head = texts.header(entry, entry.movements.map(textOf))
      const lines = isLate
        ? entry.lines.map(texts.line).join('')
        : restInValue(entry.lines, valueMinor, facts).map(texts.line).join('') + postings
      if (!isLate) return `${opened}\n${head}${lines}`
      const back = restInValue([], valueMinor, facts).map(texts.line).join('')
      const about = texts.transaction(lastDate, `lots of entry ${entry.sequence}`)
      return `${opened}\n${head}${lines}\n${about}${back}${postings}`
    },
    foot: () => {
      const date = dayAfter(lastDate)
      const stackedMinor = sumByAccount(facts.layered, facts)
      const balances = accounts.map(({ account, debitMinor, creditMinor }) => {
        const netMinor = debitMinor - creditMinor - (stackedMinor.get(account) ?? 0n)
        const amount = `${formatMoney(netMinor, currency.minorUnits)} ~ 0 ${currency.code}`
        return `${date} balance ${texts.plain(account)}  ${amount}\n`
      })
      return `\n${balances.join('')}${lots.balances(date)}`
    },
  }
}

type Texts = ReturnType<typeof createTexts>

/** Beancount's spelling of single things. */
function createTexts({ site, chart, currency: { code, minorUnits } }: ExportFacts) {
  const accountOf = beancountAccounts(chart)
  const commodityOf = commodities()
  const money = (amountMinor: bigint) => `${formatMoney(amountMinor, minorUnits)} ${code}`
  /** An inventory account has what is plain value and, beside it, one account of lots per SKU. */
  const plain = (account: string) =>
    isInventoryAccount(chart, account) ? `${accountOf(account)}:Value` : accountOf(account)
  return {
    plain,
    money,
    commodityOf,
    lots: (account: string, sku: string) => `${accountOf(account)}:Lots:${commodityOf(sku)}`,
    title: () =>
      `; Journal of ${quoted(site)}. FIFO, LIFO and identified goods are lots under ...:Lots:SKU, labelled by layer;\n` +
      `; average pools and deficits have no lots and stand in ...:Value. An entry that counts for a day before\n` +
      `; another's has its lots in a transaction of their own, since Beancount reads by day.\n` +
      `option "title" ${quoted(site)}\noption "operating_currency" "${code}"\n` +
      `option "inferred_tolerance_default" "*:0"\n\n`,
    open: (account: string, name: string) =>
      `${OPENED} open ${plain(account)}  ${code}\n  id: ${quoted(account)}\n  name: ${quoted(name)}\n`,
    commodity: (sku: string, name: string) =>
      `${OPENED} commodity ${commodityOf(sku)}\n  id: ${quoted(sku)}\n  name: ${quoted(name)}\n`,
    transaction: (date: string, narration: string) => `${date} * ${quoted(narration)}\n`,
    header: (entry: JournalEntry, movements: readonly string[]) =>
      `${entry.accountingDate} * ${quoted(entry.kind)}\n  sequence: ${entry.sequence}\n` +
      `  source: ${quoted(entry.sourceKey)}\n  actor: ${quoted(entry.actor)}\n` +
      `  business-date: ${entry.businessDate}\n  hash: "${entry.hash}"\n` +
      movements.map((text, index) => `  movement-${index + 1}: ${quoted(text)}\n`).join(''),
    line: ({ account, amountMinor, memo }: Draft) =>
      `  ${plain(account)}  ${money(amountMinor)}\n${memo === '' ? '' : `    memo: ${quoted(memo)}\n`}`,
  }
}

type Draft = Omit<Line, 'number'>

function createLotAccounts(facts: ExportFacts, texts: Texts) {
  const { chart, layered } = facts
  const skus = new Map(facts.skus.map((sku) => [sku.sku, sku]))
  const accounts = new Map<string, LotAccount>()
  /** One short text per layer is all that is kept of layers that are used up: returns reopen them. */
  const dates = new Map<number, string>()
  const dateOf = (layer: number) => dates.get(layer) ?? OPENED
  const scaleOf = (sku: string) => skus.get(sku)?.quantityScale ?? 0
  const postingText = (name: string, sku: string) => (posting: LotPosting) => {
    const { units, lot } = posting
    const cost =
      lot === null ? '{}' : `{${texts.money(lot.priceMinor)}, ${lot.date}, "${lot.label}"}`
    return `  ${name}  ${formatQuantity(units, scaleOf(sku))} ${texts.commodityOf(sku)} ${cost}\n`
  }
  return {
    follow: (effects: readonly CostEffect[]) => {
      let opened = ''
      let postings = ''
      for (const { layer, facts: made } of effects)
        if (layer !== null && made !== undefined) dates.set(layer, made.date)
      for (const [name, own] of byLotAccount(effects, facts, texts)) {
        const sku = own[0]?.sku ?? ''
        const booking = BOOKINGS[skus.get(sku)?.method ?? 'average']
        const account = accounts.get(name) ?? createLotAccount(booking, scaleOf(sku), dateOf)
        if (!accounts.has(name))
          opened += `\n${OPENED} open ${name}  ${texts.commodityOf(sku)} "${booking}"\n`
        accounts.set(name, account)
        postings += account.follow(own).map(postingText(name, sku)).join('')
      }
      return { opened, postings, valueMinor: sumByAccount(effects, facts) }
    },
    balances: (date: string) => {
      const held = new Map<string, { sku: string; quantity: bigint }>()
      for (const { sku, group, quantity } of layered) {
        const name = texts.lots(inventoryAccount(chart, group), sku)
        if (quantity === 0n && !accounts.has(name)) continue
        held.set(name, { sku, quantity: quantity + (held.get(name)?.quantity ?? 0n) })
      }
      const balanceOf = (name: string, sku: string, quantity: bigint) =>
        `${date} balance ${name}  ${formatQuantity(quantity, scaleOf(sku))} ~ 0 ${texts.commodityOf(sku)}\n`
      return [...held].map(([name, { sku, quantity }]) => balanceOf(name, sku, quantity)).join('')
    },
  }
}

/** Identified goods leave by name; what is averaged now may still hand back older layers. */
const BOOKINGS: Readonly<Record<CostMethod, Booking>> = {
  fifo: 'FIFO',
  lifo: 'LIFO',
  specific: 'STRICT',
  average: 'STRICT',
}

function byLotAccount(effects: readonly CostEffect[], { chart }: ExportFacts, texts: Texts) {
  const groups = new Map<string, CostEffect[]>()
  for (const effect of effects) {
    const name = texts.lots(inventoryAccount(chart, effect.group), effect.sku)
    groups.set(name, [...(groups.get(name) ?? []), effect])
  }
  return groups
}

/** What changes of layers come to per inventory account. */
function sumByAccount(
  parts: readonly { readonly group: string; readonly valueMinor: bigint }[],
  { chart }: ExportFacts,
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { group, valueMinor } of parts) {
    const account = inventoryAccount(chart, group)
    sums.set(account, (sums.get(account) ?? 0n) + valueMinor)
  }
  return sums
}

/** Lines as they are, but of the inventory accounts only what their lots do not say already. */
function restInValue(
  lines: readonly Draft[],
  lotsMinor: ReadonlyMap<string, bigint>,
  { chart }: ExportFacts,
): Draft[] {
  const rests = new Map([...lotsMinor].map(([account, minor]) => [account, -minor]))
  const others = lines.filter(({ account, amountMinor }) => {
    if (!isInventoryAccount(chart, account)) return true
    rests.set(account, (rests.get(account) ?? 0n) + amountMinor)
    return false
  })
  const inventory = [...rests].map(([account, amountMinor]) => ({ account, amountMinor, memo: '' }))
  return [...others, ...inventory.filter(({ amountMinor }) => amountMinor !== 0n)]
}

function quoted(text: string): string {
  const plain = text.replace(/[\p{C}\u2028\u2029]+/gu, ' ')
  return `"${plain.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function dayAfter(date: string): string {
  return new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10)
}
