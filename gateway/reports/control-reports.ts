import type { Ledger } from '../../ledger-core/index.ts'
import type { ReportTable, SkuLabel } from './answer.ts'

type ControlReport = 'parked' | 'refusals' | 'people' | 'periods' | 'policy' | 'open-counts'

const MINUTE_MS = 60_000

/** Who may what, which days are open, what is being counted and what was refused. */
export function createControlReports(
  ledger: Ledger,
  label: SkuLabel,
): Pick<ReportTable, ControlReport> {
  return {
    refusals: ({ limit }) => ({
      rows: ledger.refusals(limit).map(({ minute, ...row }) => ({
        minuteMs: minute * MINUTE_MS,
        ...row,
      })),
    }),
    people: () => ({
      rows: ledger.people().map(({ person, roles }) => ({ person, roles: [...roles] })),
    }),
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
        quantity: amounts.quantity.toString(),
        netMinor: amounts.netMinor.toString(),
      })),
    }),
    // Blind: what the books hold is not told to who counts.
    'open-counts': () => ({
      rows: ledger.openCounts().flatMap((count) =>
        ledger.countLines(count).map(({ sku, location, counted, counter }) => ({
          count,
          sku,
          ...label(sku),
          location,
          counted: counted?.toString() ?? null,
          counter,
        })),
      ),
    }),
  }
}
