import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createItemCheck } from '../../gateway/bookkeeper/item-check.ts'
import { createSchedule } from '../../gateway/bookkeeper/schedule.ts'
import { StateCache, type StateRows } from '../../gateway/bookkeeper/state-cache.ts'

/** The table behind the cache, as SQLite would hold it. */
function rows(): StateRows & { disk: Map<string, string> } {
  const disk = new Map<string, string>()
  return {
    disk,
    get: (kind, key) => disk.get(`${kind}|${key}`),
    put: (kind, key, body) => void disk.set(`${kind}|${key}`, body),
    remove: (kind, key) => void disk.delete(`${kind}|${key}`),
    *range(kind, prefix) {
      const wanted = `${kind}|${prefix}`
      for (const name of [...disk.keys()].sort())
        if (name.startsWith(wanted))
          yield { key: name.slice(kind.length + 1), body: disk.get(name) ?? '' }
    },
  }
}

test('what a refused step concluded leaves no trace; the rest of the turn stays', () => {
  const table = rows()
  const cache = new StateCache(table)
  cache.put('pass', 'a', 1)
  cache.beginStep()
  cache.put('pass', 'a', 2)
  cache.put('pass', 'b', 3)
  expect(cache.list('pass', '')).toEqual([
    ['a', 2],
    ['b', 3],
  ])
  cache.dropStep()
  expect(cache.list('pass', '')).toEqual([['a', 1]])
  cache.flush()
  cache.committed()
  expect([...table.disk]).toEqual([['pass|a', '1']])
})

test('what a failed commit concluded is forgotten, and the disk is asked again', () => {
  const table = rows()
  const cache = new StateCache(table)
  cache.put('pass', 'a', 1)
  cache.flush()
  cache.committed()
  cache.put('pass', 'a', 2)
  cache.rolledBack()
  expect(cache.get('pass', 'a')).toBe(1)
})

test('a refreshed tag costs no write until the checkpoint', () => {
  const table = rows()
  const cache = new StateCache(table)
  cache.put('tag', 'a', { lastSeenMs: 1 })
  cache.flush()
  cache.committed()
  cache.refresh('tag', 'a', { lastSeenMs: 2 })
  cache.flush()
  cache.committed()
  expect(table.disk.get('tag|a')).toBe('{"lastSeenMs":1}')
  expect(cache.get('tag', 'a')).toEqual({ lastSeenMs: 2 })
  cache.checkpoint()
  cache.flush()
  cache.committed()
  expect(table.disk.get('tag|a')).toBe('{"lastSeenMs":2}')
})

test('a step inside a dropped step is dropped with it, and so is what was only refreshed', () => {
  const cache = new StateCache(rows())
  cache.put('tag', 'a', 1)
  cache.flush()
  cache.committed()
  const undone: string[] = []
  cache.beginStep()
  cache.refresh('tag', 'a', 2)
  cache.beginStep()
  cache.put('tag', 'b', 3)
  cache.onDrop(() => void undone.push('inner'))
  cache.keepStep()
  cache.onDrop(() => void undone.push('outer'))
  expect([cache.get('tag', 'a'), cache.get('tag', 'b')]).toEqual([2, 3])
  cache.dropStep()
  expect([cache.get('tag', 'a'), cache.get('tag', 'b')]).toEqual([1, undefined])
  expect(undone).toEqual(['outer', 'inner'])
  cache.checkpoint()
  cache.flush()
  expect(cache.list('tag', '')).toEqual([['a', 1]])
})

test('the cache answers as a plain table would, whatever is asked and however little it keeps', () => {
  const action = fc.record({
    verb: fc.constantFrom(
      ...['put', 'remove', 'get', 'list', 'commit', 'rollback', 'drop', 'keep'],
      ...['refresh', 'checkpoint'],
    ),
    key: fc.constantFrom('a', 'ab', 'b', 'c'),
    value: fc.nat(9),
  })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const cache = new StateCache(rows(), 2)
      let disk = new Map<string, number>()
      let turn = new Map(disk)
      let step: Map<string, number> | null = null
      let isClean = true
      for (const { verb, key, value } of actions) {
        const now = step ?? turn
        if (verb === 'put') {
          cache.put('k', key, value)
          now.set(key, value)
          isClean = false
        } else if (verb === 'remove') {
          cache.remove('k', key)
          now.delete(key)
          isClean = false
        } else if (verb === 'refresh' && isClean && disk.has(key)) {
          // What is only refreshed outlives a failed commit: nothing is lost that was concluded.
          cache.refresh('k', key, value)
          for (const known of [disk, turn, step]) known?.set(key, value)
        } else if (verb === 'checkpoint' && step === null) {
          cache.checkpoint()
          isClean = false
        } else if (verb === 'drop' || verb === 'keep') {
          if (step === null) {
            cache.beginStep()
            step = new Map(turn)
          } else {
            if (verb === 'drop') cache.dropStep()
            else {
              cache.keepStep()
              turn = step
            }
            step = null
          }
        } else if (verb === 'commit' && step === null) {
          cache.flush()
          cache.committed()
          disk = new Map(turn)
          isClean = true
        } else if (verb === 'rollback') {
          cache.rolledBack()
          step = null
          turn = new Map(disk)
          isClean = true
        }
        const expected = step ?? turn
        expect(cache.get('k', key)).toBe(expected.get(key))
        const listed = [...expected].filter(([name]) => name.startsWith('a')).sort()
        expect(cache.list('k', 'a')).toEqual(listed)
      }
    }),
  )
})

test('what is due comes in order of time, and nothing before its time', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), fc.nat(100), (times, nowMs) => {
      const schedule = createSchedule()
      times.forEach((dueMs, index) => {
        schedule.add({ dueMs, kind: 'pass', key: String(index) })
      })
      const taken: number[] = []
      for (let due = schedule.take(nowMs); due; due = schedule.take(nowMs)) taken.push(due.dueMs)
      expect(taken).toEqual(times.filter((time) => time <= nowMs).sort((a, b) => a - b))
      expect(schedule.size()).toBe(times.filter((time) => time > nowMs).length)
    }),
  )
})

test('whether an EPC names an item is the same however often it is asked and however little is kept', () => {
  // SGTIN-96 and SSCC-96 of the EPC Tag Data Standard's own examples; the rest names nothing.
  const known = {
    '3034257BF7194E4000001A85': true,
    '3174257BF4499602D2000000': false,
    E28011912000123456789012: false,
    '00': false,
  }
  const isItem = createItemCheck(2)
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...Object.keys(known))), (epcs) => {
      for (const epc of epcs) expect(isItem(epc)).toBe(known[epc as keyof typeof known])
    }),
  )
})
