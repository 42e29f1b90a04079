import {
  type Command,
  type CommandHeader,
  type Evidence,
  type MovementPart,
  minorUnitsOf,
} from '../../ledger-core/index.ts'
import type { BusinessCommand, Told } from '../documents/business-command.ts'
import { judgeByCount } from './claims.ts'
import { headerOf, post, refuse } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { Exact, tooFine } from './exact.ts'
import { mappedLine, parkedUnits } from './parked-rules.ts'
import { onlyGiven } from './quantities.ts'
import { withScannedLines } from './scan-counts.ts'

type Body<K extends Command['kind'] = Command['kind']> = K extends Command['kind']
  ? Omit<Extract<Command, { readonly kind: K }>, keyof CommandHeader>
  : never
type ToldOf<K extends Told['kind']> = Extract<Told, { kind: K }>

/**
 * A person or an ERP tells the books something itself: said exactly, checked by the ledger, booked
 * under the id that was given, and never twice.
 */
export function interpretCommand(facts: Facts, told: BusinessCommand): Conclusion[] {
  const { id, actor, at, businessDate, note, command } = told
  const exact = new Exact(facts)
  const atMs = Date.parse(at)
  if (command.kind === 'map-line') return mapLine(facts, command, actor, id)
  const body = bodyOf(command, atMs, exact, facts)
  if (exact.faults.length > 0) return [tooFine(id, exact)]
  const evidence: Evidence = {
    kind: 'document',
    from: actor,
    atMs,
    summary: `${actor} says ${command.kind.replaceAll('-', ' ')} (${id})${note === '' ? '' : `: ${note}`}`,
    body: { id },
  }
  const header = headerOf(facts, {
    sourceKey: `command:${id}`,
    input: told,
    atMs,
    atSource: 'document',
    actor,
    evidence: [evidence],
    ...(businessDate === undefined ? {} : { businessDate }),
  })
  // Each body is one of the ledger's own; the header completes it.
  const posted = post({ ...header, ...body } as Command)
  return [...withScannedLines(facts, command, [posted]), ...judged(facts, header.sourceKey, body)]
}

/** Whoever counts also answers what sensors have claimed there; once. */
function judged(facts: Facts, sourceKey: string, body: Body): Conclusion[] {
  if (body.kind !== 'record-count' || facts.sequenceOf(sourceKey) !== null) return []
  const { sku, location, countedAtMs: atMs, quantity } = body
  const booked = facts.quantityAtSequence(sku, location, facts.sequenceAt(atMs))
  return judgeByCount(facts, { sku, location, atMs, booked }, quantity)
}

/** The line keeps its own name and day, whoever maps it and whenever. */
function mapLine(
  facts: Facts,
  { sale, line, sku, quantity }: ToldOf<'map-line'>,
  actor: string,
  id: string,
): Conclusion[] {
  const parked = facts.parkedLines().find((one) => one.saleKey === sale && one.line === line)
  if (!parked) {
    const message = `expected a line that waits for its SKU in ${id}, got ${sale} line ${line}`
    return [refuse('not-parked', message)]
  }
  const exact = new Exact(facts)
  const units =
    quantity === undefined ? parkedUnits(facts, parked, sku) : exact.units(sku, quantity)
  if (exact.faults.length > 0) return [tooFine(id, exact)]
  return mappedLine(facts, parked, { sku, actor, atMs: parked.occurredAtMs }, units)
}

interface Units {
  readonly sku: string
  readonly quantity: string
  readonly epcs?: readonly string[]
  readonly serials?: readonly string[] | undefined
}

function part(exact: Exact, { sku, quantity, epcs, serials }: Units, from: string, to: string) {
  const units = { sku, quantity: exact.units(sku, quantity), from, to, epcs: epcs ?? [] }
  return onlyGiven({ ...units, serials }) as MovementPart
}

/** All but what becomes another command of ours. */
type Direct = Exclude<Told, { kind: 'map-line' }>

function bodyOf(told: Direct, atMs: number, exact: Exact, facts: Facts): Body {
  switch (told.kind) {
    case 'receive':
    case 'receive-unordered':
    case 'supplier-invoice':
    case 'landed-cost':
    case 'return-to-supplier':
      return purchaseBody(told, exact, facts)
    case 'dispatch':
    case 'arrive':
    case 'confirm-arrival':
      return transferBody(told, exact)
    case 'set-policy':
    case 'manual-journal':
    case 'close-till':
    case 'close-period':
      return controlBody(told, exact, facts)
    case 'reserve':
    case 'record-count':
    case 'write-off':
    case 'shrink':
    case 'gain':
    case 'move':
    case 'write-down':
    case 'assemble-kit':
    case 'break-kit':
    case 'revalue':
      return stockBody(told, exact, atMs)
    default:
      return onlyGiven(told)
  }
}

type PurchaseKind =
  | 'receive'
  | 'receive-unordered'
  | 'supplier-invoice'
  | 'landed-cost'
  | 'return-to-supplier'

function purchaseBody(told: ToldOf<PurchaseKind>, exact: Exact, facts: Facts): Body {
  switch (told.kind) {
    case 'receive':
    case 'receive-unordered': {
      const { sku, quantity, to, value, charges, ...rest } = told
      return onlyGiven({
        ...rest,
        part: part(exact, told, 'supplier', to),
        valueMinor: value === undefined ? undefined : exact.money(value),
        charges: charges?.map(charged(exact)),
      }) as Body
    }
    case 'supplier-invoice': {
      const { lines, tax, claim, foreign, ...rest } = told
      const decimals =
        foreign === undefined ? facts.minorUnits : (minorUnitsOf(foreign.currency) ?? 2)
      return onlyGiven({
        ...rest,
        foreign,
        lines: lines.map(({ receipt, sku, quantity, net }) => ({
          receipt,
          quantity: exact.units(sku, quantity),
          netMinor: exact.money(net, decimals),
        })),
        taxMinor: exact.money(tax, decimals),
        claimMinor: exact.money(claim, decimals),
      })
    }
    case 'landed-cost': {
      const { amount, receipts, ...rest } = told
      return { ...rest, amountMinor: exact.money(amount), receipts: receipts.map(onlyGiven) }
    }
    case 'return-to-supplier': {
      const { sku, quantity, from, serials, ...rest } = told
      return onlyGiven({ ...rest, part: part(exact, told, from, 'supplier') })
    }
  }
}

const charged =
  (exact: Exact) =>
  ({ description, amount }: { readonly description: string; readonly amount: string }) => ({
    description,
    amountMinor: exact.money(amount),
  })

function transferBody(told: ToldOf<'dispatch' | 'arrive' | 'confirm-arrival'>, exact: Exact): Body {
  switch (told.kind) {
    case 'dispatch': {
      const parts = told.parts.map((one) => ({
        ...one,
        quantity: exact.units(one.sku, one.quantity),
      }))
      return { ...told, parts }
    }
    case 'arrive': {
      const lines = told.lines.map((line) => ({
        part: part(exact, line, 'other-site', line.to),
        layers: line.layers.map(({ value, quantity, ...layer }) => ({
          ...onlyGiven(layer),
          quantity: exact.units(line.sku, quantity),
          valueMinor: exact.money(value),
        })),
      }))
      return { ...told, lines }
    }
    case 'confirm-arrival': {
      const lines = told.lines.map(({ sku, quantity }) => ({
        sku,
        quantity: exact.units(sku, quantity),
      }))
      return { ...told, lines }
    }
  }
}

type ControlKind = 'set-policy' | 'manual-journal' | 'close-till' | 'close-period'

function controlBody(told: ToldOf<ControlKind>, exact: Exact, facts: Facts): Body {
  switch (told.kind) {
    case 'set-policy': {
      const { selfApprove, secondApprover, ...policy } = told.policy
      return {
        ...told,
        policy: onlyGiven({
          ...policy,
          selfApproveMinor: selfApprove === undefined ? undefined : exact.money(selfApprove),
          secondApproverMinor:
            secondApprover === undefined ? undefined : exact.money(secondApprover),
        }),
      }
    }
    case 'manual-journal': {
      const lines = told.lines.map(({ account, amount, memo }) => ({
        account,
        memo,
        amountMinor: exact.money(amount),
      }))
      return onlyGiven({ ...told, lines })
    }
    case 'close-till': {
      const counted = told.counted.map(({ kind, amount }) => ({
        kind,
        amountMinor: exact.money(amount),
      }))
      return { ...told, counted }
    }
    case 'close-period':
      return { ...told, checked: facts.closingItems(told.period) }
  }
}

type StockKind =
  | 'reserve'
  | 'record-count'
  | 'write-off'
  | 'shrink'
  | 'gain'
  | 'move'
  | 'write-down'
  | 'assemble-kit'
  | 'break-kit'
  | 'revalue'

function stockBody(told: ToldOf<StockKind>, exact: Exact, atMs: number): Body {
  switch (told.kind) {
    case 'reserve': {
      const { quantity, expiresAt, ...rest } = told
      const expiresAtMs = Date.parse(expiresAt)
      return { ...rest, expiresAtMs, quantity: exact.units(told.sku, quantity) }
    }
    case 'record-count': {
      const quantity = exact.units(told.sku, told.quantity)
      return onlyGiven({ ...told, quantity, countedAtMs: atMs })
    }
    case 'write-off':
    case 'shrink':
    case 'gain': {
      const { sku, quantity, location, serials, ...rest } = told
      const [from, to] =
        told.kind === 'gain'
          ? ['found', location]
          : [location, told.kind === 'shrink' ? 'shrinkage' : 'scrap']
      return onlyGiven({ ...rest, part: part(exact, told, from, to) })
    }
    case 'move':
      return { ...told, part: part(exact, told.part, told.part.from, told.part.to) }
    case 'write-down': {
      const { realisable, ...rest } = told
      return { ...rest, realisableMinor: exact.money(realisable) }
    }
    case 'assemble-kit':
    case 'break-kit': {
      const components = told.components.map(({ sku, quantity, weight }) =>
        onlyGiven({ sku, weight, quantity: exact.units(sku, quantity) }),
      )
      return { ...told, components, quantity: exact.units(told.sku, told.quantity) }
    }
    case 'revalue': {
      const { amount, ...rest } = told
      return onlyGiven({ ...rest, amountMinor: exact.money(amount) })
    }
  }
}
