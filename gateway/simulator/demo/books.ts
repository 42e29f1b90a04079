import { z } from 'zod'

/** What the demo reads from the gateway when the day is over; the shapes of its HTTP API. */

const integer = z.string().regex(/^-?\d+$/)
const stock = z.object({
  rows: z.array(
    z.object({ sku: z.string(), location: z.string(), quantity: integer, scale: z.number() }),
  ),
})
const trialBalance = z.object({
  currency: z.string(),
  minorUnits: z.number(),
  rows: z.array(
    z.object({ account: z.string(), name: z.string(), debitMinor: integer, creditMinor: integer }),
  ),
})
const pools = z.object({
  rows: z.array(
    z.object({ sku: z.string(), method: z.string(), quantity: integer, valueMinor: integer }),
  ),
  inventoryAccountMinor: integer,
})
const reviews = z.object({
  rows: z.array(
    z.object({
      id: z.number(),
      kind: z.string(),
      question: z.string(),
      sku: z.string().nullable(),
      location: z.string().nullable(),
      epc: z.string().nullable(),
      state: z.string(),
    }),
  ),
})
const batches = z.object({
  destinations: z.array(
    z.object({
      destination: z.string(),
      sealed: z.number(),
      acknowledged: z.number(),
      lastError: z.string().nullable(),
    }),
  ),
})
const movements = z.object({
  rows: z.array(
    z.object({
      sequence: z.number(),
      kind: z.string(),
      sku: z.string(),
      quantity: integer,
      from: z.string(),
      to: z.string(),
      occurredAtMs: z.number(),
      postedAtMs: z.number(),
      because: z.string(),
    }),
  ),
  nextBefore: z.string().nullable(),
})
const alerts = z.object({
  rows: z.array(z.object({ key: z.string(), atMs: z.number(), text: z.string() })),
})

export type TrialBalance = z.infer<typeof trialBalance>
export type Review = z.infer<typeof reviews>['rows'][number]
export type Pools = z.infer<typeof pools>
export type Stock = z.infer<typeof stock>
export type BookedMovement = z.infer<typeof movements>['rows'][number]
export type Destination = z.infer<typeof batches>['destinations'][number]

export interface GatewayApi {
  stock(): Promise<Stock>
  trialBalance(): Promise<TrialBalance>
  pools(): Promise<Pools>
  reviews(state: 'open' | 'all'): Promise<Review[]>
  batches(): Promise<Destination[]>
  /** Every one of them, newest first. */
  movements(): Promise<BookedMovement[]>
  alerts(): Promise<z.infer<typeof alerts>['rows']>
  /** Answers whose shape only the reader of the summary cares about. */
  plain(path: 'status' | 'books-digest' | 'verify'): Promise<unknown>
  importMasters(masters: unknown): Promise<void>
  accept(review: number, note: string): Promise<void>
}

export function createGatewayApi(baseUrl: () => Promise<string>): GatewayApi {
  const get = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const response = await fetch(`${await baseUrl()}/api/v1/${path}`)
    const text = await response.text()
    if (!response.ok) throw new Error(`GET ${path}: HTTP ${response.status} ${text.slice(0, 300)}`)
    const read = shape.safeParse(JSON.parse(text))
    if (!read.success) throw new Error(`GET ${path}: ${z.prettifyError(read.error)}`)
    return read.data
  }
  const post = async (path: string, key: string, body: unknown): Promise<void> => {
    const response = await fetch(`${await baseUrl()}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
    if (response.ok) return
    const said = (await response.text()).slice(0, 500)
    throw new Error(`POST ${path}: HTTP ${response.status} ${said}`)
  }
  return {
    stock: () => get('stock', stock),
    trialBalance: () => get('trial-balance', trialBalance),
    pools: () => get('pools', pools),
    reviews: async (state) => (await get(`reviews?state=${state}`, reviews)).rows,
    batches: async () => (await get('batches', batches)).destinations,
    async movements() {
      const rows: BookedMovement[] = []
      for (let before: string | null = ''; before !== null; ) {
        const cursor = before === '' ? '' : `&before=${before}`
        const page: z.infer<typeof movements> = await get(
          `movements?limit=1000${cursor}`,
          movements,
        )
        rows.push(...page.rows)
        before = page.nextBefore
      }
      return rows
    },
    alerts: async () => (await get('alerts?limit=1000', alerts)).rows,
    plain: (path) => get(path, z.unknown()),
    importMasters: (masters) => post('masters', 'demo-masters', masters),
    accept: (review, note) =>
      post(`reviews/${review}/decisions`, `manager-review-${review}`, {
        decision: 'accept',
        user: 'manager',
        note,
      }),
  }
}
