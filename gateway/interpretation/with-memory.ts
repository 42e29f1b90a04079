import type { Conclusion, Facts } from './conclusion.ts'

/** Facts as they are once these conclusions are carried out, for what follows in the same step. */
export function withMemory(facts: Facts, conclusions: readonly Conclusion[]): Facts {
  const told = new Map<string, unknown>()
  const nameOf = (kind: string, key: string) => `${kind}\n${key}`
  for (const conclusion of conclusions)
    if (conclusion.kind === 'remember')
      told.set(nameOf(conclusion.memory, conclusion.key), conclusion.value)
    else if (conclusion.kind === 'forget')
      told.set(nameOf(conclusion.memory, conclusion.key), undefined)
  if (told.size === 0) return facts
  return {
    ...facts,
    recall: (kind, key) =>
      told.has(nameOf(kind, key))
        ? (told.get(nameOf(kind, key)) as never)
        : facts.recall(kind, key),
    recallAll: (kind, prefix) => {
      const all = new Map(facts.recallAll(kind, prefix))
      for (const [name, value] of told) {
        const [of = '', key = ''] = name.split('\n')
        if (of !== kind || !key.startsWith(prefix)) continue
        if (value === undefined) all.delete(key)
        else all.set(key, value as never)
      }
      return [...all].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    },
  }
}
