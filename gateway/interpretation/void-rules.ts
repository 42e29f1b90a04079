import type { Void } from '../documents/business-event.ts'
import { forget, headerOf, inWords, post, settle } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { expectOnly } from './expectations.ts'
import { receiptKey } from './receipt-lines.ts'
import type { Sender } from './till-rules.ts'

/**
 * The till takes a whole receipt back: the books post its opposite, and what waited for the sale
 * waits no more: its exits, its pictures, the questions about its lines.
 */
export function interpretVoid(facts: Facts, document: Void, { device }: Sender): Conclusion[] {
  const saleKey = receiptKey(document)
  const { till, fiscalDay, reason, at } = document
  const atMs = Date.parse(at)
  const summary = `${inWords(saleKey)} was taken back: ${reason}`
  const sourceKey = `void:${saleKey}`
  const header = headerOf(facts, {
    sourceKey,
    input: document,
    atMs,
    atSource: 'document',
    actor: device,
    businessDate: fiscalDay,
    evidence: [{ kind: 'till-line', from: till, atMs, summary, body: { receipt: saleKey } }],
  })
  const command = post({ ...header, kind: 'void-receipt', of: saleKey, reason })
  if (facts.sequenceOf(sourceKey) !== null) return [command]
  const excuses = facts.recallAll('excuse', '').filter(([, excuse]) => excuse.saleKey === saleKey)
  const questions = facts
    .reviewsOpenedBefore(Number.MAX_SAFE_INTEGER)
    .filter(({ key }) => key.includes(`/${saleKey}/`))
  return [
    command,
    ...excuses.map(([key]) => forget('excuse', key)),
    ...facts.recallAll('expect', '').flatMap(([place, { entries }]) => {
      const left = entries.filter((entry) => entry.sourceKey !== saleKey)
      if (left.length === entries.length) return []
      const slash = place.lastIndexOf('/')
      return [expectOnly(place.slice(0, slash), place.slice(slash + 1), left)]
    }),
    ...questions.map(({ key }) => settle(key, summary, atMs)),
  ]
}
