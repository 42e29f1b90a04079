import type { IdentityNote } from '../../sensors/index.ts'
import { ask } from './commands.ts'
import type { Conclusion, Facts } from './conclusion.ts'
import { tagKey, tagOf } from './tags.ts'

/** Two chips say they are one item, or one that was killed speaks: a person has to look. */
export function interpretIdentity(facts: Facts, note: IdentityNote): Conclusion[] {
  const { epc, atMs } = note
  const tag = tagOf(epc)
  const sku = tag && facts.skuByGtin(tag.gtin14)
  if (!tag || !sku) return []
  const name = `${sku.name} (${tag.serial})`
  const location = facts.recall('tag', tagKey(tag))?.location ?? null
  return [
    ask({
      key: `tag-conflict/${note.kind}/${epc}`,
      kind: 'tag-conflict',
      atMs,
      question: `${saidOf(note, name)} Its tag moves nothing until somebody has looked. Which one is ours?`,
      sku: sku.sku,
      location,
      epc,
    }),
  ]
}

function saidOf(note: IdentityNote, name: string): string {
  switch (note.kind) {
    case 'two-chips':
      return `${note.tids.length} chips answer as ${name}: ${note.tids.join(', ')}.`
    case 'two-places':
      return `${name} was read in ${note.areas.join(' and ')} within the same second.`
    case 'killed-tag-read':
      return `${name} was killed, and a tag with its number answers.`
  }
}
