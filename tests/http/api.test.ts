import { request } from 'node:http'
import { expect, test, vi } from 'vitest'
import { problemSchema } from '../../gateway/http/problem.ts'
import { openDatabase } from '../../ledger-core/index.ts'
import { get, MASTERS, NOW, openStore, post, report, type Store, sku } from './store.ts'

// Two threads load their program for each store; on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const RECEIPT = {
  till: 'till-1',
  fiscalDay: '2026-03-02',
  receipt: '17',
  at: '2026-03-02T09:30:00Z',
  lines: [
    {
      line: 1,
      gtin: '4006381333931',
      quantity: '2',
      net: '2.52',
      taxCode: 'standard',
      tax: '0.48',
    },
  ],
  tenders: [{ kind: 'cash', amount: '3.00' }],
  total: '3.00',
}

async function openedStore(more: Record<string, unknown> = {}): Promise<Store> {
  const store = await openStore(more)
  const imported = await post(store, '/api/v1/masters', MASTERS)
  expect(imported.body).toMatchObject({ status: 'committed' })
  return store
}

test('masters come in once: what they open is in stock when the answer arrives', async () => {
  const store = await openStore()
  const first = await post(store, '/api/v1/masters', MASTERS)
  expect(first.status).toBe(201)
  expect(first.body).toEqual({ status: 'committed', sequence: 1 })
  expect(first.headers.get('location')).toBe('/api/v1/entries/1')
  const stock = { sku: 'cola', name: 'Cola 330 ml', location: 'shelf-a', quantity: '24', scale: 0 }
  expect((await get(store, '/api/v1/stock')).body).toEqual({ rows: [stock] })

  const again = await post(store, '/api/v1/masters', MASTERS)
  expect(again.body).toEqual({ status: 'committed', sequence: 1 })
  expect((await get(store, '/api/v1/stock?sku=cola')).body).toEqual({ rows: [stock] })
  expect((await get(store, '/api/v1/stock?location=backroom')).body).toEqual({ rows: [] })
})

test('a sale by HTTP is the sale the till would have sent: stock, books and evidence agree', async () => {
  const store = await openedStore()
  const sold = await post(store, '/api/v1/receipts', RECEIPT)
  expect(sold.body).toMatchObject({ status: 'committed' })
  const repeated = await post(store, '/api/v1/receipts', RECEIPT)
  expect(repeated.status).toBe(sold.status)

  const { rows } = await report(store, 'movements')
  const sale = rows[0]!
  expect(sale).toMatchObject({ kind: 'sale', sku: 'cola', quantity: '2', to: 'customer' })
  expect(rows.filter(({ kind }) => kind === 'sale')).toHaveLength(1)
  const entry = await report(store, 'entry', `entries/${sale.sequence}`)
  expect(entry.evidence.map(({ summary }) => summary).join('; ')).toBe(sale.because)
  expect(entry.lines.reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n)).toBe(0n)
  expect((await report(store, 'pools')).inventoryAccountMinor).toBe('1100')
  expect(await report(store, 'verify')).toMatchObject({ ok: true, entries: 2 })
})

test('the same receipt number with another content is a conflict, and a person is asked', async () => {
  const store = await openedStore()
  await post(store, '/api/v1/receipts', RECEIPT)
  const other = { ...RECEIPT, at: '2026-03-02T09:31:00Z' }
  const refused = await post(store, '/api/v1/receipts', other)
  expect(refused.status).toBe(409)
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  expect(refused.body).toMatchObject({ status: 409, title: 'Conflict', code: 'source-conflict' })

  const open = (await report(store, 'reviews', 'reviews?state=open')).rows
  expect(open).toMatchObject([{ kind: 'document-conflict', state: 'open', canAccept: false }])
  const path = `/api/v1/reviews/${open[0]?.id}/decisions`
  const decision = { decision: 'reject', user: 'manager', note: 'typed twice' }
  const decided = await post(store, path, decision)
  expect(decided.body).toEqual({ status: 'committed' })
  expect((await report(store, 'reviews')).rows).toEqual([])
  expect((await report(store, 'reviews', 'reviews?state=all')).rows).toMatchObject([
    { state: 'decided', decision: 'reject', decidedBy: 'manager', note: 'typed twice' },
  ])

  const lostAnswer = await post(store, path, decision)
  expect(lostAnswer.body).toEqual({ status: 'committed' })
  const late = await post(
    store,
    path,
    { decision: 'accept', user: 'deputy' },
    { 'idempotency-key': 'key-2' },
  )
  expect(late.body).toMatchObject({ status: 409, code: 'already-decided' })
})

test('a change without an Idempotency-Key is refused and changes nothing', async () => {
  const store = await openStore()
  const refused = await post(store, '/api/v1/masters', MASTERS, {})
  expect(refused.body).toMatchObject({ status: 400, code: 'idempotency-key-missing' })
  expect((await get(store, '/api/v1/skus')).body).toEqual({ rows: [] })
})

test('every refusal is a problem with a code, a sentence and the place of the fault', async () => {
  const store = await openedStore()
  const faulty = { ...MASTERS, key: 'second', skus: [{ ...MASTERS.skus[0], price: 1.5 }] }
  const asked = [
    [await post(store, '/api/v1/masters', faulty), 400, 'bad-request', 'body.skus.0.price'],
    [await post(store, '/api/v1/masters', '{"key":'), 400, 'bad-request', ''],
    [
      await post(store, '/api/v1/receipts', { ...RECEIPT, till: 'till-9' }),
      422,
      'unknown-till',
      'till-9',
    ],
    [
      await post(store, '/api/v1/reviews/99/decisions', { decision: 'accept', user: 'm' }),
      404,
      'no-such-review',
      '99',
    ],
    [await get(store, '/api/v1/movements?limit=5000'), 400, 'bad-request', 'query.limit'],
    [await get(store, '/api/v1/movements?befor=1'), 400, 'bad-request', 'befor'],
    [await get(store, '/api/v1/entries/12'), 404, 'no-such-entry', '12'],
    [await get(store, '/api/v1/cameras/cam-1/latest.jpg'), 404, 'no-picture', 'cam-1'],
    [await get(store, '/api/v1/nothing'), 404, 'not-found', '/api/v1/nothing'],
    [await get(store, '/../../../etc/passwd'), 404, 'not-found', ''],
  ] as const
  for (const [{ status, headers, body }, expected, code, told] of asked) {
    expect(headers.get('content-type')).toContain('application/problem+json')
    const problem = problemSchema.parse(body)
    expect(problem).toMatchObject({ type: 'about:blank', status: expected, code })
    expect(problem.title).not.toBe('')
    expect(problem.detail).toContain(told)
    expect(status).toBe(expected)
  }
})

test('a form on a foreign page cannot post: only JSON is read', async () => {
  const store = await openStore()
  const response = await fetch(`${store.url}/api/v1/masters`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', 'idempotency-key': 'k' },
    body: JSON.stringify(MASTERS),
  })
  expect(response.status).toBe(415)
  expect(await response.json()).toMatchObject({ code: 'not-json' })
})

test('it listens on this machine only, and answers only to its own name', async () => {
  const store = await openStore()
  expect(new URL(store.url).hostname).toBe('127.0.0.1')
  const ask = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; csp: unknown }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: store.port, path: '/healthz', headers })
      sent.on('response', (response) => {
        response.resume()
        const csp = response.headers['content-security-policy']
        resolve({ status: response.statusCode, csp })
      })
      sent.on('error', reject)
      sent.end()
    })
  const own = `localhost:${store.port}`
  expect(await ask({ host: own })).toMatchObject({
    status: 200,
    csp: expect.stringMatching(/^default-src 'self'/),
  })
  expect(await ask({ host: own, origin: `http://${own}` })).toMatchObject({ status: 200 })
  expect(await ask({ host: `rebound.example:${store.port}` })).toMatchObject({ status: 421 })
  expect(await ask({ host: '127.0.0.1:1' })).toMatchObject({ status: 421 })
  expect(await ask({ host: own, origin: 'https://elsewhere.example' })).toMatchObject({
    status: 403,
  })
  expect(await ask({ host: own, origin: 'null' })).toMatchObject({ status: 403 })
})

test('the answer to a change waits for its commit', async () => {
  const store = await openStore()
  const elsewhere = openDatabase(store.file)
  elsewhere.exec('begin immediate')
  let isAnswered = false
  const posted = post(store, '/api/v1/masters', MASTERS).finally(() => {
    isAnswered = true
  })
  expect((await get(store, '/api/v1/stock')).body).toEqual({ rows: [] })
  expect((await get(store, '/api/v1/status')).body).toMatchObject({ counts: { entries: 0 } })
  expect(isAnswered).toBe(false)
  elsewhere.exec('rollback')
  elsewhere.close()
  expect((await posted).status).toBe(201)
  expect((await report(store, 'stock')).rows).toHaveLength(1)
})

test('a store that refuses to write is told as 503 with a time to come back, and recovers', {
  timeout: 30_000,
}, async () => {
  const store = await openStore({ limits: { writeFailureHoldMs: 0 } })
  const recovered = new Promise<void>((resolve) => {
    store.events.subscribe((event) => {
      if (event.type === 'store' && event.state === 'writable') resolve()
    })
  })
  const elsewhere = openDatabase(store.file)
  elsewhere.exec('begin immediate')
  const refused = await post(store, '/api/v1/masters', MASTERS)
  expect(refused.body).toMatchObject({ status: 503, code: 'not-stored' })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await get(store, '/readyz')).body).toMatchObject({ code: 'not-ready' })
  expect((await get(store, '/healthz')).status).toBe(200)
  expect((await get(store, '/api/v1/stock')).body).toEqual({ rows: [] })

  elsewhere.exec('rollback')
  elsewhere.close()
  await recovered
  expect((await get(store, '/readyz')).status).toBe(200)
  expect((await post(store, '/api/v1/masters', MASTERS)).status).toBe(201)
})

test('movements are read page by page, also when one import is longer than a page', async () => {
  const store = await openStore()
  const names = Array.from({ length: 7 }, (_, index) => `sku-${index}`)
  await post(store, '/api/v1/masters', {
    ...MASTERS,
    skus: names.map((name, index) => sku(name, name, `0400638133${index}000`, '1.00')),
    planogram: [],
    opening: names.map((name) => ({
      sku: name,
      location: 'backroom',
      quantity: '1',
      value: '0.50',
    })),
  })
  const seen: string[] = []
  let before: string | null = ''
  for (let pages = 0; before !== null && pages < 9; pages++) {
    const from: string = before === '' ? '' : `&before=${before}`
    const { rows, nextBefore } = await report(store, 'movements', `movements?limit=3${from}`)
    expect(rows.length).toBeLessThanOrEqual(3)
    seen.push(...rows.map((row) => row.sku))
    before = nextBefore
  }
  expect(seen).toEqual([...names].reverse())
  expect((await report(store, 'movements', 'movements?sku=sku-3')).rows).toHaveLength(1)
})

test('reports keep their shapes, what nobody could read included', async () => {
  const store = await openedStore()
  await store.submit({
    kind: 'park',
    device: 'till-1',
    topic: 'tallygate/v1/till-1/receipt',
    code: 'not-json',
    message: 'expected JSON',
    payload: Uint8Array.from([0xff, 0x00]),
  })
  for (const name of ['skus', 'locations', 'alerts', 'trial-balance', 'books-digest'] as const)
    await report(store, name)
  const { rows } = await report(store, 'quarantine')
  expect(rows).toMatchObject([{ code: 'not-json', bytes: 2, preview: 'ff00', business: true }])
})

test('the status shows the parts and the books at a glance', async () => {
  const store = await openedStore()
  const { body } = await get(store, '/api/v1/status')
  expect(body).toMatchObject({
    site: { id: 'corner-shop', currency: 'EUR', minorUnits: 2 },
    version: '1.2.3',
    nowMs: NOW,
    counts: { entries: 1, openReviews: 0, quarantined: 0, defects: 0, skus: 2 },
    destinations: [{ destination: 'head-office', sealed: 0, acknowledged: 0, lastError: null }],
  })
  expect((await get(store, '/api/v1/batches')).body).toMatchObject({
    destinations: [{ destination: 'head-office', sealed: 0, acknowledged: 0, lastError: null }],
  })
})

test('a camera shows its places and its picture, a real one keeps its picture to itself', async () => {
  const store = await openedStore()
  const zone = {
    zone: 'a',
    sku: 'cola',
    name: 'Cola 330 ml',
    location: 'shelf-a',
    slots: [{ slot: '1', box: { x: 10, y: 20, width: 30, height: 40 } }],
  }
  expect((await get(store, '/api/v1/cameras')).body).toMatchObject({
    rows: [{ camera: 'cam-1', outcome: 'usable', zones: [zone] }],
  })
  const box = { x: 12, y: 22, width: 20, height: 30 }
  const seen = {
    atMs: NOW,
    width: 640,
    height: 480,
    detections: [{ label: 'product', role: 'product', score: 0.9, box }],
  } as const
  store.frames.set('cam-1', { ...seen, jpeg: Uint8Array.from([0xff, 0xd8, 0xff]) })
  expect((await get(store, '/api/v1/cameras/cam-1/latest')).body).toEqual(seen)
  const picture = await fetch(`${store.url}/api/v1/cameras/cam-1/latest.jpg`)
  expect(picture.headers.get('content-type')).toBe('image/jpeg')
  expect(picture.headers.get('cache-control')).toBe('no-store')
  expect([...new Uint8Array(await picture.arrayBuffer())]).toEqual([0xff, 0xd8, 0xff])

  store.frames.set('cam-1', { ...seen, jpeg: new Uint8Array(0) })
  expect((await get(store, '/api/v1/cameras/cam-1/latest.jpg')).body).toMatchObject({
    code: 'no-picture',
  })
})
