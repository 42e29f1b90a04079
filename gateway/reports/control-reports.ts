import type { Db, Ledger } from '../../ledger-core/index.ts'
import { createBusinessDate } from '../bookkeeper/business-date.ts'
import { closingItems } from '../bookkeeper/facts.ts'
import { openGatewayStore } from '../bookkeeper/store.ts'
import type { Config } from '../config/schema.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { AskedFor } from './questions.ts'

type ControlReport =
  | 'parked'
  | 'refusals'
  | 'periods'
  | 'closing'
  | 'policy'
  | 'open-counts'
  | 'count-differences'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Which days are open, what is being counted and what was refused. */
export function createControlReports(
  db: Db,
  ledger: Ledger,
  config: Config,
  label: SkuLabel,
): Pick<ReportTable, ControlReport> {
  const store = openGatewayStore(db)
  const businessDateOf = createBusinessDate(config.site.timeZone, config.site.dayEndsAt)
  return {
    refusals: (question) => ({ rows: refusalRows(ledger, businessDateOf, question) }),
    closing: ({ period, nowMs }) => {
      const next = ledger.nextToClose()
      const asked = period ?? next ?? businessDateOf(nowMs).slice(0, 7)
      const checked = closingItems(asked, { config, ledger, store, businessDateOf })
      const items = ledger.closeChecklist(nowMs, checked).map((item) => ({ ...item }))
      return { period: asked, next, isOver: businessDateOf(nowMs).slice(0, 7) > asked, items }
    },
    periods: () => {
      const { closedThrough, softClosedThrough } = ledger.calendar()
      return {
        closedThrough: closedThrough || null,
        softClosedThrough: softClosedThrough || null,
        rows: ledger.periodEvents().map(({ checklist, ...event }) => ({
          ...event,
          checklist: checklist.map((item) => ({ ...item })),
        })),
      }
    },
    policy: () => {
      const { selfApproveMinor, secondApproverMinor, methods, ...policy } = ledger.policy()
      return {
        ...policy,
        methods: { ...methods },
        selfApproveMinor: selfApproveMinor.toString(),
        secondApproverMinor: secondApproverMinor.toString(),
      }
    },
    parked: () => ({
      rows: ledger.parkedLines().map(({ sourceKey, line, gtin, description, ...amounts }) => ({
        sale: sourceKey,
        line,
        gtin,
        description,
        ...soldOn(ledger, amounts.sequence),
        quantity: amounts.quantity.toString(),
        netMinor: amounts.netMinor.toString(),
      })),
    }),
    // Blind: what the books hold is not told to who counts.
    'open-counts': () => ({
      rows: ledger.openCounts().flatMap((count) =>
        ledger.countLines(count).map(({ sku, location, counted, counter, recounts }) => ({
          count,
          sku,
          ...label(sku),
          location,
          counted: counted?.toString() ?? null,
          counter,
          recounts,
          startedBy: ledger.stockCount(count)?.actor ?? '',
        })),
      ),
    }),
    'count-differences': ({ count }) => differences(ledger, label, count),
  }
}

/** A range of UTC days holds the business date, wherever the site is; its own clock does the rest. */
function refusalRows(
  ledger: Ledger,
  businessDateOf: (atMs: number) => string,
  { limit, actor, day }: AskedFor<'refusals'>,
) {
  const rowOf = ({ minute, ...row }: ReturnType<Ledger['refusals']>[number]) => ({
    minuteMs: minute * MINUTE_MS,
    ...row,
  })
  if (day === undefined) return ledger.refusals(limit, { actor }).map(rowOf)
  const startMs = Date.parse(`${day}T00:00:00Z`)
  const from = (startMs - DAY_MS) / MINUTE_MS
  const to = (startMs + 3 * DAY_MS) / MINUTE_MS
  return ledger
    .refusals(Number.MAX_SAFE_INTEGER, { actor, from, to })
    .map(rowOf)
    .filter(({ minuteMs }) => businessDateOf(minuteMs) === day)
    .slice(0, limit)
}

function soldOn(ledger: Ledger, sequence: number) {
  const { occurredAtMs = 0, businessDate = '' } = ledger.entry(sequence) ?? {}
  return { soldAtMs: occurredAtMs, businessDate }
}

/** Told only once every line is counted: until then a sheet stays blind. */
function differences(ledger: Ledger, label: SkuLabel, count: string) {
  const sheet = ledger.stockCount(count)
  if (sheet === null) return null
  const lines = ledger.countLines(count)
  const isComplete = lines.every(({ counted }) => counted !== null)
  const rows = lines.map(({ sku, location, counted, book, counter, recounts }) => ({
    sku,
    ...label(sku),
    location,
    counted: String(counted),
    book: String(book),
    counter: counter ?? '',
    recounts,
  }))
  return { count, state: sheet.state, isComplete, rows: isComplete ? rows : [] }
}
