import type { Db } from '../../ledger-core/index.ts'
import { lessonPicture } from '../interpretation/teaching.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'

type Row = Answers['lessons']['rows'][number]

interface SqlRow {
  readonly id: bigint
  readonly key: string
  readonly sku: string
  readonly askedAtMs: bigint
  readonly decision: string | null
  readonly approvedBy: string | null
  readonly approvedAtMs: bigint | null
  readonly undoneBy: string | null
  readonly undoneAtMs: bigint | null
}

const LESSONS = `select r.id, r.key, r.sku, r.opened_at_ms as askedAtMs, d.decision,
    d.decided_by as approvedBy, d.decided_at_ms as approvedAtMs,
    undone.decided_by as undoneBy, undone.decided_at_ms as undoneAtMs
  from review r
  left join review_decision d on d.review = r.id
  left join review undo on undo.key = 'undo/' || r.key
  left join review_decision undone on undone.review = undo.id
  where r.kind = 'teach-picture' order by r.id desc`

/** What people's answers have proposed for the gallery, and what became of each, newest first. */
export function createLessonReports(db: Db, label: SkuLabel): Pick<ReportTable, 'lessons'> {
  const all = db.prepare<[], SqlRow>(LESSONS)
  return { lessons: () => ({ rows: all.all().map((row) => rowOf(row, label)) }) }
}

function rowOf({ key, sku, decision, ...row }: SqlRow, label: SkuLabel): Row {
  const isApproved = decision === 'accept'
  const numberOf = (atMs: bigint | null) => (atMs === null ? null : Number(atMs))
  return {
    lesson: Number(row.id),
    sku,
    name: label(sku).name,
    picture: lessonPicture(key),
    state: row.undoneBy !== null ? 'undone' : stateOf(decision),
    askedAtMs: Number(row.askedAtMs),
    approvedBy: isApproved ? row.approvedBy : null,
    approvedAtMs: isApproved ? numberOf(row.approvedAtMs) : null,
    undoneBy: row.undoneBy,
    undoneAtMs: numberOf(row.undoneAtMs),
  }
}

function stateOf(decision: string | null): Row['state'] {
  if (decision === null) return 'proposed'
  return decision === 'accept' ? 'approved' : 'rejected'
}
