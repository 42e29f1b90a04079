import { expect, test } from 'vitest'
import { parseConfig } from '../../gateway/config/load.ts'
import { PRESETS, STORES } from '../../gateway/config/policy-presets.ts'

const SITE = 'site: { id: store-1, name: Store 1 }\n'

function policyOf(text: string) {
  const loaded = parseConfig(SITE + text, 'store.yaml')
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join('; '))
  return loaded.config.policy
}

test.each(STORES)('one key makes it a store of kind %s', (store) => {
  expect(policyOf(`policy: { store: ${store} }`)).toEqual({ store, ...PRESETS[store] })
})

test('a value written beside the kind of store wins, and the others stay', () => {
  const policy = policyOf('policy: { store: grocery, exitPendingMs: 90000 }')
  expect(policy).toEqual({ store: 'grocery', ...PRESETS.grocery, exitPendingMs: 90_000 })
})

test('without a kind of store the general values hold', () => {
  expect(policyOf('')).toEqual({ store: 'general', ...PRESETS.general })
})

test('every kind of store differs from the general one, or it would be no kind', () => {
  for (const store of STORES.filter((kind) => kind !== 'general'))
    expect(PRESETS[store]).not.toEqual(PRESETS.general)
})

test('an unknown kind of store and a misspelt value are told with what exists', () => {
  const faults = (text: string) => {
    const loaded = parseConfig(SITE + text, 'store.yaml')
    return loaded.ok ? [] : loaded.faults.map(({ message }) => message)
  }
  expect(faults('policy: { store: bakery }')[0]).toContain('grocery')
  expect(faults('policy: { exitPendngMs: 5 }')).toEqual([
    'unknown key "exitPendngMs"; did you mean "exitPendingMs"?',
  ])
})
