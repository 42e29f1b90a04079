import assert from 'node:assert'
import { accountNames, type Chart, chartOf, inventoryMinor } from './account.ts'
import { type Batching, createBatching } from './batching.ts'
import type { Books } from './books.ts'
import { type BooksDigest, booksDigest } from './books-digest.ts'
import type { Command, Outcome } from './command.ts'
import { commandHash, commandText } from './command-text.ts'
import { createFigures, type Figures } from './figures/figures.ts'
import type { VerifyReport } from './journal.ts'
import { createReads, type LedgerReads } from './ledger-reads.ts'
import { accountingDateOf } from './period.ts'
import { methodAllowed } from './policy.ts'
import { createPoster } from './poster.ts'
import type { Posting } from './posting.ts'
import { type Refusal, refuse } from './refusal.ts'
import { isPermitted, mayPostLate } from './role.ts'
import { stateDigest } from './state-digest.ts'
import { createBatchStore } from './store/batch-store.ts'
import type { Db } from './store/database.ts'
import { migrate } from './store/migrate.ts'
import { LEDGER_MIGRATIONS, LEDGER_TABLES } from './store/schema.ts'
import { claimSite, type LedgerSite } from './store/site-store.ts'
import { createStores } from './store/stores.ts'
import { writeKept } from './store/transaction.ts'
import { checkCommand, postCommand } from './transactions/registry.ts'
import { type VerifyOptions, verifyBooks } from './verify.ts'

const MINUTE_MS = 60_000

type NotedRefusal = Parameters<Books['refusals']['note']>[0]

export interface LedgerOptions extends LedgerSite {
  /** The site's own account numbers and names, by role; the rest keep ours. */
  readonly chart?: Partial<Chart>
}

/** The door of the books. Reads are plain look-ups by key; nothing here scans but `verify`. */
export interface Ledger extends LedgerReads, Batching {
  readonly db: Db
  readonly site: LedgerSite
  readonly chart: Chart
  /** Check, cost, post and record one command. The caller holds the transaction. */
  readonly apply: (command: Command) => Outcome
  /** Records a refusal of what is no command of the books but is held to their roles. */
  readonly noteRefusal: (refused: Omit<NotedRefusal, 'minute'>, atMs: number) => void
  /** Derive every balance, layer, quantity and hash again from the journal and compare. */
  readonly verify: (options?: VerifyOptions) => VerifyReport
  /** One hash over every table of the books: equal after a replay of the same commands. */
  readonly stateDigest: () => string
  /** The books without order and values of time: equal between runs with the same business. */
  readonly booksDigest: () => BooksDigest
  /** What the books tell over time. */
  readonly figures: () => Figures
}

/**
 * Open the books in `db`, bringing their tables up to date. Throws when the file belongs to another
 * site or currency, or when the inventory account and the cost pools do not agree.
 */
export function openLedger(db: Db, { chart: own, ...site }: LedgerOptions): Ledger {
  migrate(db, 'ledger', LEDGER_MIGRATIONS)
  claimSite(db, site)
  const chart = chartOf(own)
  const stores = createStores(db)
  const batches = createBatchStore(db, site.site)
  const books: Books = { ...stores, site, chart }
  assertAgreement(books)
  assertPolicy(books)
  return {
    db,
    site,
    chart,
    apply: createApply(db, books),
    noteRefusal: (refused, atMs) =>
      stores.refusals.note({ ...refused, minute: Math.floor(atMs / MINUTE_MS) }),
    ...createReads(books),
    ...createBatching(stores, batches, site, accountNames(chart)),
    verify: (options) => verifyBooks(books, batches, options),
    stateDigest: () => {
      writeKept(db)
      return stateDigest(db, LEDGER_TABLES)
    },
    booksDigest: () => booksDigest(stores, accountNames(chart)),
    figures: () => createFigures(db, books),
  }
}

function assertAgreement({ balances, costs, chart }: Books): void {
  const accountsMinor = inventoryMinor(balances.totals(), chart)
  if (accountsMinor === costs.netMinor()) return
  throw new Error(
    `the inventory accounts hold ${accountsMinor}, the cost pools ${costs.netMinor()}: run ledger verify`,
  )
}

/** Also books restored from a backup are held to the framework they say they follow. */
function assertPolicy({ masters, control }: Books): void {
  const sku = masters.anyOfMethod('lifo')
  if (sku === null) return
  const refusal = methodAllowed({ ...control.policy(), methods: {} }, { sku, category: '' }, 'lifo')
  if (refusal !== null) throw new Error(`the books break their own policy: ${refusal.message}`)
}

function createApply(db: Db, books: Books): Ledger['apply'] {
  const { commands, control, refusals, masters } = books
  const post = createPoster({
    ...books,
    locationKind: masters.locationKind,
    locationGroup: masters.locationGroup,
  })
  const refuseCommand = (command: Command, refusal: Refusal): Outcome => {
    const { actor, kind, sourceKey, postedAtMs } = command
    const minute = Math.floor(postedAtMs / MINUTE_MS)
    const { code, message } = refusal
    refusals.note({ actor, minute, kind, code, sourceKey, message })
    return refusal
  }
  const dateOf = ({ businessDate, actor }: Command) =>
    accountingDateOf(businessDate, control.calendar(), () => mayPostLate(control.rolesOf(actor)))
  return (command) => {
    assert(db.inTransaction, 'apply needs the transaction of its caller')
    const { sourceKey, fingerprint } = command
    const known = commands.find(sourceKey)
    if (known?.fingerprint === fingerprint) return { status: 'already', sequence: known.sequence }
    const refusal =
      known === null
        ? (permit(command, control) ?? checkCommand(command, books))
        : conflict(sourceKey, known.fingerprint, fingerprint)
    if (refusal !== null) return refuseCommand(command, refusal)
    const text = commandText(command)
    const last = commands.last()
    const hash = commandHash(last.hash, text)
    const rule = (posting: Posting) => postCommand(command, posting, books)
    const entry = post(command, dateOf(command), rule, hash)
    const sequence = entry?.sequence ?? null
    commands.insert({ number: last.number + 1, sourceKey, fingerprint, sequence, body: text, hash })
    return sequence === null ? { status: 'recorded' } : { status: 'posted', sequence }
  }
}

function conflict(sourceKey: string, known: string, fingerprint: string): Refusal {
  const message = `expected ${sourceKey} with the facts of ${known}, got ${fingerprint}`
  return refuse('source-conflict', message)
}

function permit({ kind, actor }: Command, control: Books['control']): Refusal | null {
  if (isPermitted(kind, control.rolesOf(actor), control.anyAssigned())) return null
  const roles = control.rolesOf(actor)?.join(', ') ?? 'no role'
  return refuse('not-permitted', `expected a role that may ${kind}, got ${actor} with ${roles}`)
}
