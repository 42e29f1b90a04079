import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decodeReads } from '../../sensors/index.ts'
import { nativeSchema } from '../../sensors/readers/native.ts'

test('the published schema is the one that the decoder reads by', () => {
  const file = join(import.meta.dirname, '../../sensors/native.schema.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(nativeSchema())))
})

test('one read, a list and lines are all native', () => {
  const read = '{"epc":"3036451FD40C0E4000000065","rssiDbm":-50.5}'
  for (const text of [read, `[${read}]`, `{"reads":[${read}]}`, `${read}\n`])
    expect(decodeReads('native', 'own', new TextEncoder().encode(text)).reads).toMatchObject([
      { epc: '3036451FD40C0E4000000065', rssiCdbm: -5_050, antenna: 0, count: 1 },
    ])
})
