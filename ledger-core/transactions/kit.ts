import type { Books } from '../books.ts'
import { asPart, atPlace, enoughStock, knownSku, positive } from '../checks.ts'
import type { CommandOf } from '../command.ts'
import { splitByWeight } from '../costing.ts'
import type { Posting } from '../posting.ts'
import { firstRefusal, type Refusal, refuse, refuseAny } from '../refusal.ts'
import type { Transaction } from './transaction.ts'

const WORKBENCH = 'assembly'
const NO_CONTRA = () => []

/** Components become a kit at what they cost together. */
export const assembleKit: Transaction<'assemble-kit'> = {
  check: (command, books) =>
    firstRefusal([
      () => checkKit(command, books),
      () => enoughStock(componentsOf(command, command.location, WORKBENCH), books),
    ]),
  post: (command, posting) => {
    const { sku, quantity, location } = command
    const memo = `into ${sku}`
    const costsMinor = componentsOf(command, location, WORKBENCH).map((part) =>
      posting.takeOut(part, { kind: 'assembly', memo }, NO_CONTRA),
    )
    const valueMinor = costsMinor.reduce((sum, costMinor) => sum + costMinor, 0n)
    const kit = asPart(sku, quantity, WORKBENCH, location)
    posting.bringIn(kit, { kind: 'assembly', memo: 'assembled' }, valueMinor, NO_CONTRA)
  },
}

/** A kit becomes its components, which share its cost by weight. */
export const breakKit: Transaction<'break-kit'> = {
  check: (command, books) => {
    const { sku, quantity, location } = command
    return firstRefusal([
      () => checkKit(command, books),
      () => enoughStock([asPart(sku, quantity, location, WORKBENCH)], books),
      () => {
        const weights = command.components.map(({ weight }) => weight ?? 1)
        if (weights.every((weight) => Number.isSafeInteger(weight) && weight > 0)) return null
        return refuse('parts-do-not-add-up', 'expected whole weights above 0 of the components')
      },
    ])
  },
  post: (command, posting) => breakUp(command, posting),
}

type Kit = CommandOf<'assemble-kit'>
type Breaking = CommandOf<'break-kit'>

function checkKit({ sku, quantity, location, components }: Kit | Breaking, books: Books) {
  const skus = [sku, ...components.map((component) => component.sku)]
  return firstRefusal([
    () => refuseAny(skus, (one) => knownSku(one, books)),
    () => atPlace(location, 'own', books),
    () => positive(quantity, sku),
    () => refuseAny(components, (component) => positive(component.quantity, component.sku)),
    (): Refusal | null => {
      if (components.length > 0 && new Set(skus).size === skus.length) return null
      return refuse('parts-do-not-add-up', `expected other SKUs than ${sku}, each once`)
    },
  ])
}

function componentsOf({ components }: Kit | Breaking, from: string, to: string) {
  return components.map(({ sku, quantity }) => asPart(sku, quantity, from, to))
}

function breakUp(command: Breaking, posting: Posting): void {
  const { sku, quantity, location, components } = command
  const kit = asPart(sku, quantity, location, WORKBENCH)
  const costMinor = posting.takeOut(kit, { kind: 'assembly', memo: 'broken up' }, NO_CONTRA)
  const weights = components.map((one) =>
    one.weight === undefined ? one.quantity : BigInt(one.weight),
  )
  const shares = splitByWeight(costMinor, weights)
  componentsOf(command, WORKBENCH, location).forEach((part, index) => {
    const about = { kind: 'assembly' as const, memo: `from ${sku}` }
    posting.bringIn(part, about, shares[index] ?? 0n, NO_CONTRA)
  })
}
