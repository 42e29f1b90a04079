import { type Db, type Evidence, type Ledger, migrate } from '../../ledger-core/index.ts'
import { memoryKind } from '../bookkeeper/facts.ts'
import { decodeProposal } from '../bookkeeper/proposal.ts'
import type { ReviewOutcome } from '../bookkeeper/review-row.ts'
import { GATEWAY_MIGRATIONS } from '../bookkeeper/store.ts'
import type { Config } from '../config/schema.ts'
import { movementsOf } from '../interpretation/authority.ts'
import type { Memory, ReviewKind } from '../interpretation/conclusion.ts'
import { REVIEW_AGES } from '../interpretation/review-ages.ts'
import type { ReportTable, SkuLabel } from './answer.ts'
import type { Answers } from './answers.ts'

interface ReviewRow {
  readonly id: bigint
  readonly key: string
  readonly kind: ReviewKind
  readonly question: string
  readonly sku: string | null
  readonly location: string | null
  readonly epc: string | null
  readonly openedAtMs: bigint
  readonly evidence: string
  readonly proposal: string | null
  readonly said: string | null
  readonly decision: ReviewOutcome | null
  readonly decidedBy: string | null
  readonly decidedAtMs: bigint | null
  readonly note: string | null
}

interface QuarantineRow {
  readonly id: bigint
  readonly atMs: bigint
  readonly device: string
  readonly topic: string
  readonly code: string
  readonly message: string
  readonly business: bigint
  readonly bytes: bigint
  readonly beginning: Uint8Array
}

/** Enough to see what kind of message it was. */
const PREVIEW_BYTES = 240

type NoteReport = 'reviews' | 'quarantine' | 'alerts' | 'planogram' | 'packs' | 'counts'

/** Reports from the gateway's own tables. */
export function createNoteReports(
  db: Db,
  config: Config,
  ledger: Ledger,
  label: SkuLabel,
): Pick<ReportTable, NoteReport> {
  // A read-only handle migrates nothing: it checks that these are the tables we know.
  migrate(db, 'gateway', GATEWAY_MIGRATIONS)
  const sql = prepare(db)
  const told = new Map(config.devices.map((one) => [one.id, movementsOf(one, config.portals)]))
  const isSensor = (device: string) => (told.get(device)?.length ?? 0) > 0
  return {
    reviews: ({ state, limit }) => {
      const select = state === 'open' ? sql.openReviews : sql.reviews
      return { rows: select.all(limit).map((row) => reviewOf(row, isSensor, label)) }
    },
    quarantine: ({ limit }) => ({ rows: sql.quarantine.all(PREVIEW_BYTES, limit).map(keptOf) }),
    alerts: ({ limit }) => ({
      rows: sql.alerts.all(limit).map((row) => ({ ...row, atMs: Number(row.atMs) })),
    }),
    planogram: () => ({
      rows: sql.planogram.all().map((row) => ({ ...row, name: label(row.sku).name })),
    }),
    packs: () => ({
      rows: sql.packs.all(memoryKind('pack')).map(({ key, body }) => {
        const { sku, units }: Memory['pack'] = JSON.parse(body)
        return { gtin: key, sku, ...label(sku), quantity: units }
      }),
    }),
    counts: () => ({
      entries: ledger.head().sequence,
      openReviews: Number(sql.openReviewCount.get() ?? 0n),
      quarantined: Number(sql.quarantineCount.get() ?? 0n),
      defects: Number(sql.defectCount.get() ?? 0n),
      skus: Number(sql.skuCount.get() ?? 0n),
      unsound: unsoundOf(sql.unsound.get()),
    }),
  }
}

/** Only the bookkeeper writes this: the words of the last verification that failed. */
function unsoundOf(body: string | undefined): string | null {
  return body === undefined ? null : String(JSON.parse(body))
}

function prepare(db: Db) {
  const review = `select r.id, r.key, r.kind, r.question, r.sku, r.location, r.epc,
      r.opened_at_ms as openedAtMs, r.evidence, r.proposal, d.said, d.decision,
      d.decided_by as decidedBy, d.decided_at_ms as decidedAtMs, d.note
    from review r left join review_decision d on d.review = r.id`
  return {
    reviews: db.prepare<[number], ReviewRow>(`${review} order by r.id desc limit ?`),
    unsound: db
      .prepare<[], string>("select body from state where kind = 'standing' and key = 'unsound'")
      .pluck(),
    openReviews: db.prepare<[number], ReviewRow>(
      `${review} where d.review is null order by r.id desc limit ?`,
    ),
    quarantine: db.prepare<[number, number], QuarantineRow>(
      `select id, at_ms as atMs, device, topic, code, message, business, bytes,
         substr(payload, 1, ?) as beginning from quarantine order by id desc limit ?`,
    ),
    alerts: db.prepare<[number], { key: string; atMs: bigint; text: string }>(
      'select key, at_ms as atMs, text from alert order by at_ms desc, key limit ?',
    ),
    planogram: db.prepare<[], { camera: string; zone: string; sku: string; location: string }>(
      'select camera, zone, sku, location from planogram order by camera, zone',
    ),
    packs: db.prepare<[string], { key: string; body: string }>(
      'select key, body from state where kind = ? order by key',
    ),
    openReviewCount: db
      .prepare<[], bigint>(
        'select (select count(*) from review) - (select count(*) from review_decision)',
      )
      .pluck(),
    quarantineCount: db.prepare<[], bigint>('select count(*) from quarantine').pluck(),
    defectCount: db
      .prepare<[], bigint>("select count(*) from quarantine where code in ('defect', 'bad-record')")
      .pluck(),
    skuCount: db.prepare<[], bigint>('select count(*) from sku').pluck(),
  }
}

function reviewOf(
  { proposal, said, ...row }: ReviewRow,
  isSensor: (device: string) => boolean,
  label: SkuLabel,
): Answers['reviews']['rows'][number] {
  const evidence: Evidence[] = JSON.parse(row.evidence)
  const { days, outcome, why } = REVIEW_AGES[row.kind]
  return {
    ...row,
    proposed: proposal === null ? null : proposedOf(proposal, label),
    sensor: evidence.find(({ from }) => isSensor(from))?.from ?? null,
    said: said === null ? [] : JSON.parse(said),
    dueAtMs: Number(row.openedAtMs) + days * 86_400_000,
    whenDue: outcome === 'close' ? `closed, nothing booked: ${why}` : `an alarm: ${why}`,
    id: Number(row.id),
    openedAtMs: Number(row.openedAtMs),
    state: row.decision === null ? 'open' : 'decided',
    decidedAtMs: row.decidedAtMs === null ? null : Number(row.decidedAtMs),
    evidence: evidence.map((ground) => ({ ...ground, body: { ...ground.body } })),
    canAccept: proposal !== null || ACCEPTED_AS_SUCH.has(row.kind),
  }
}

/** Accepting these does something, though no movement was written out beforehand. */
const ACCEPTED_AS_SUCH: ReadonlySet<ReviewKind> = new Set(['delivery-complete', 'teach-picture'])

function proposedOf(proposal: string, label: SkuLabel) {
  const command = decodeProposal(proposal)
  if (!('part' in command)) return null
  const { sku, quantity, from, to } = command.part
  return { sku, quantity: quantity.toString(), scale: label(sku).scale, from, to }
}

function keptOf({ beginning, ...row }: QuarantineRow): Answers['quarantine']['rows'][number] {
  return {
    ...row,
    id: Number(row.id),
    atMs: Number(row.atMs),
    business: row.business === 1n,
    bytes: Number(row.bytes),
    preview: previewOf(beginning),
  }
}

function previewOf(bytes: Uint8Array): string {
  // A cut inside a character is not a fault of the message.
  const text = new TextDecoder('utf-8').decode(bytes, { stream: true })
  const isText = [...text].every((character) => character >= ' ' || '\n\r\t'.includes(character))
  return isText && !text.includes('\u{fffd}') ? text : Buffer.from(bytes).toString('hex')
}
