import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Command,
  type Db,
  fingerprintOf,
  inSavepoint,
  inTransaction,
  type Ledger,
  type MovementPart,
  type Outcome,
  openDatabase,
  openLedger,
  type PurchaseOrderLine,
  type SaleLine,
  type Sku,
} from '../../../ledger-core/index.ts'

/** Books on a real file in a temporary folder, and builders that speak the trade. */

export interface Books {
  readonly db: Db
  readonly ledger: Ledger
  readonly path: string
  readonly apply: (command: Command) => Outcome
  readonly close: () => void
}

export const EUR = { code: 'EUR', minorUnits: 2 }

/** Empty books of each currency are made once and copied: making their tables is what takes time. */
const templates = new Map<string, string>()

function templateOf(currency: typeof EUR): string {
  const key = `${currency.code} ${currency.minorUnits}`
  const known = templates.get(key)
  if (known !== undefined) return known
  const path = join(mkdtempSync(join(tmpdir(), 'tallygate-empty-')), 'books.db')
  const db = openDatabase(path, { create: true })
  openLedger(db, { site: 'store-1', currency })
  db.close()
  templates.set(key, path)
  process.once('exit', () => rmSync(dirname(path), { recursive: true, force: true }))
  return path
}

export function openBooks(currency = EUR): Books {
  const folder = mkdtempSync(join(tmpdir(), 'tallygate-books-'))
  const path = join(folder, 'books.db')
  copyFileSync(templateOf(currency), path)
  const db = openDatabase(path)
  const ledger = openLedger(db, { site: 'store-1', currency })
  return {
    db,
    ledger,
    path,
    apply: (command) => inTransaction(db, () => inSavepoint(db, () => ledger.apply(command))),
    close: () => {
      db.close()
      rmSync(folder, { recursive: true })
    },
  }
}

export type Body = Command extends infer C
  ? C extends Command
    ? Omit<C, HeaderField>
    : never
  : never
type HeaderField =
  | 'sourceKey'
  | 'fingerprint'
  | 'occurredAtMs'
  | 'occurredAtSource'
  | 'businessDate'
  | 'postedAtMs'
  | 'actor'
  | 'evidence'

const NOON_MS = Date.UTC(2026, 0, 2, 12)

export function command(sourceKey: string, body: Body, header: Partial<Command> = {}): Command {
  const facts = {
    sourceKey,
    occurredAtMs: NOON_MS,
    occurredAtSource: 'gateway' as const,
    businessDate: '2026-01-02',
    postedAtMs: NOON_MS,
    actor: 'test',
    evidence: [],
    ...body,
    ...header,
  }
  return { ...facts, fingerprint: fingerprintOf(facts) } as Command
}

export function sku(name: string, facts: Partial<Sku> = {}): Sku {
  return {
    sku: name,
    name: `The ${name}`,
    category: 'test',
    gtins: [],
    quantityScale: 0,
    method: 'fifo',
    tagged: false,
    priceMinor: 1000n,
    home: 'shelf',
    ...facts,
  }
}

export const PLACES = [
  { location: 'backroom', name: 'Backroom', kind: 'real' as const },
  { location: 'shelf', name: 'Shelf', kind: 'real' as const },
]

export function masters(skus: readonly Sku[], sourceKey = 'import-1'): Command {
  const body: Body = {
    kind: 'import-masters',
    skus,
    locations: PLACES,
    suppliers: [{ supplier: 'acme', name: 'Acme' }],
    opening: [],
  }
  return command(sourceKey, body)
}

export function order(name: string, ...lines: readonly PurchaseOrderLine[]): Command {
  return command(`order:${name}`, {
    kind: 'open-purchase-order',
    order: name,
    supplier: 'acme',
    lines,
  })
}

export function part(name: string, quantity: bigint, from: string, to: string): MovementPart {
  return { sku: name, quantity, from, to, epcs: [] }
}

export function received(
  sourceKey: string,
  name: string,
  line: number,
  sku: string,
  quantity: bigint,
  to = 'backroom',
): Command {
  return command(sourceKey, {
    kind: 'receive',
    order: name,
    line,
    delivery: sourceKey,
    part: part(sku, quantity, 'supplier', to),
  })
}

/** Order and receive in one go: `quantity` units for `valueMinor` in all. */
export function bought(
  key: string,
  sku: string,
  quantity: bigint,
  valueMinor: bigint,
): [Command, Command] {
  const line = { line: 1, sku, quantity, valueMinor }
  return [order(key, line), received(`receipt:${key}`, key, 1, sku, quantity)]
}

export function saleLine(line: number, sku: string, quantity: bigint, netMinor: bigint): SaleLine {
  const magnitude = quantity < 0n ? -quantity : quantity
  return {
    line,
    kind: 'stock',
    gtin: '00000000000000',
    description: sku,
    quantity,
    netMinor,
    taxMinor: 0n,
    taxCode: 'A',
    parts: [
      quantity < 0n
        ? part(sku, magnitude, 'customer', 'backroom')
        : part(sku, magnitude, 'backroom', 'customer'),
    ],
  }
}

/** A till receipt paid in cash to the cent. */
export function receipt(sourceKey: string, ...lines: readonly SaleLine[]): Command {
  const amountMinor = lines.reduce((sum, line) => sum + line.netMinor + line.taxMinor, 0n)
  return command(sourceKey, {
    kind: 'till-receipt',
    till: 'till-1',
    receipt: sourceKey,
    lines,
    tenders: amountMinor === 0n ? [] : [{ kind: 'cash', amountMinor }],
    roundingMinor: 0n,
  })
}

export function sold(key: string, sku: string, quantity: bigint, netMinor = 0n): Command {
  return receipt(key, saleLine(1, sku, quantity, netMinor))
}

/** Balances of the trial balance as debit minus credit, by account; zero ones left out. */
export function balances(ledger: Ledger): Record<string, bigint> {
  return Object.fromEntries(
    ledger
      .trialBalance()
      .map(({ account, debitMinor, creditMinor }) => [account, debitMinor - creditMinor] as const)
      .filter(([, net]) => net !== 0n),
  )
}

/** Raw SQL in one transaction that is rolled back when a statement is refused. */
export function attempt({ db }: Books, statements: readonly string[]): void {
  inTransaction(db, () => {
    for (const statement of statements) db.exec(statement)
  })
}

/** Applies commands that have to post; a refusal is told whole. */
export function mustPost(books: Pick<Books, 'apply'>, commands: readonly Command[]): void {
  for (const one of commands) {
    const outcome = books.apply(one)
    if (outcome.status === 'refused') throw new Error(JSON.stringify(outcome))
  }
}
