import type { Db } from './database.ts'

/** A goods receipt and what has come of it: returned, invoiced, charged. */
export interface GoodsReceipt {
  readonly sequence: number
  readonly sourceKey: string
  readonly supplier: string
  readonly sku: string
  readonly group: string
  readonly quantity: bigint
  /** Cost of the goods alone, owed to the supplier through GR/IR. */
  readonly goodsMinor: bigint
  /** Charges and differences that came later, whichever way they were split. */
  readonly landedMinor: bigint
  readonly returned: bigint
  readonly returnedMinor: bigint
  readonly invoiced: bigint
  /** Part of goodsMinor that invoices and returns have taken off GR/IR. */
  readonly clearedMinor: bigint
  /** Returned before they were invoiced: no invoice is expected for them. */
  readonly uninvoicedReturned: bigint
  readonly ordered: boolean
}

export interface InvoiceRecord {
  readonly supplier: string
  readonly invoice: string
  readonly sequence: number
  readonly currency: string
  /** As written, in minor units of its own currency. */
  readonly invoicedMinor: bigint
  readonly rate: string
  /** As posted, in minor units of the books. */
  readonly payableMinor: bigint
}

export interface ReceiptStore {
  readonly goodsReceipt: (sourceKey: string) => GoodsReceipt | null
  readonly addReceipt: (
    receipt: Pick<
      GoodsReceipt,
      | 'sequence'
      | 'sourceKey'
      | 'supplier'
      | 'sku'
      | 'group'
      | 'quantity'
      | 'goodsMinor'
      | 'ordered'
    >,
  ) => void
  readonly changeReceipt: (
    sequence: number,
    change: Partial<
      Pick<
        GoodsReceipt,
        | 'landedMinor'
        | 'returned'
        | 'returnedMinor'
        | 'invoiced'
        | 'clearedMinor'
        | 'uninvoicedReturned'
      >
    >,
  ) => void
  /** Received, not wholly invoiced: what GR/IR consists of. */
  readonly uninvoiced: () => GoodsReceipt[]
  /** Units that went to another store and are its own now, per site. */
  readonly sentOf: (sequence: number) => { readonly site: string; readonly quantity: bigint }[]
  readonly addSent: (sequence: number, site: string, quantity: bigint) => void
  readonly invoice: (supplier: string, invoice: string) => InvoiceRecord | null
  readonly addInvoice: (invoice: InvoiceRecord) => void
}

type ReceiptRow = Omit<GoodsReceipt, 'sequence' | 'ordered'> & {
  readonly sequence: bigint
  readonly ordered: bigint
}

const COLUMNS = `SELECT sequence, source_key AS sourceKey, supplier, sku, cost_group AS "group",
    quantity, goods_minor AS goodsMinor, landed_minor AS landedMinor,
    returned_quantity AS returned, returned_minor AS returnedMinor, invoiced_quantity AS invoiced,
    cleared_minor AS clearedMinor, uninvoiced_returned AS uninvoicedReturned, ordered
  FROM goods_receipt`

export function createReceiptStore(db: Db): ReceiptStore {
  const one = db.prepare<[string], ReceiptRow>(`${COLUMNS} WHERE source_key = ?`)
  const open = db.prepare<[], ReceiptRow>(
    `${COLUMNS} WHERE invoiced_quantity + uninvoiced_returned < quantity ORDER BY sequence`,
  )
  const add = db.prepare(
    `INSERT INTO goods_receipt (sequence, source_key, supplier, sku, cost_group, quantity,
       goods_minor, landed_minor, returned_quantity, returned_minor, invoiced_quantity,
       cleared_minor, uninvoiced_returned, ordered)
     VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, ?)`,
  )
  const change = db.prepare(
    `UPDATE goods_receipt SET landed_minor = landed_minor + ?,
       returned_quantity = returned_quantity + ?, returned_minor = returned_minor + ?,
       invoiced_quantity = invoiced_quantity + ?, cleared_minor = cleared_minor + ?,
       uninvoiced_returned = uninvoiced_returned + ? WHERE sequence = ?`,
  )
  const sent = db.prepare<[number], { site: string; quantity: bigint }>(
    'SELECT site, quantity FROM receipt_sent WHERE sequence = ? ORDER BY site',
  )
  const addSent = db.prepare(
    `INSERT INTO receipt_sent (sequence, site, quantity) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity`,
  )
  return {
    ...createInvoices(db),
    sentOf: (sequence) => sent.all(sequence),
    addSent: (sequence, site, quantity) => {
      addSent.run(sequence, site, quantity)
    },
    goodsReceipt: (sourceKey) => {
      const row = one.get(sourceKey)
      return row === undefined ? null : toReceipt(row)
    },
    uninvoiced: () => open.all().map(toReceipt),
    addReceipt: ({ sequence, sourceKey, supplier, sku, group, quantity, goodsMinor, ordered }) => {
      const isOrdered = ordered ? 1 : 0
      add.run(sequence, sourceKey, supplier, sku, group, quantity, goodsMinor, isOrdered)
    },
    changeReceipt: (sequence, by) => {
      change.run(
        by.landedMinor ?? 0n,
        by.returned ?? 0n,
        by.returnedMinor ?? 0n,
        by.invoiced ?? 0n,
        by.clearedMinor ?? 0n,
        by.uninvoicedReturned ?? 0n,
        sequence,
      )
    },
  }
}

function createInvoices(db: Db): Pick<ReceiptStore, 'invoice' | 'addInvoice'> {
  const one = db.prepare<[string, string], InvoiceRecord & { readonly sequence: bigint }>(
    `SELECT supplier, invoice, sequence, currency, invoiced_minor AS invoicedMinor, rate,
       payable_minor AS payableMinor FROM supplier_invoice WHERE supplier = ? AND invoice = ?`,
  )
  const add = db.prepare(
    `INSERT INTO supplier_invoice (supplier, invoice, sequence, currency, invoiced_minor, rate,
       payable_minor) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    invoice: (supplier, invoice) => {
      const row = one.get(supplier, invoice)
      return row === undefined ? null : { ...row, sequence: Number(row.sequence) }
    },
    addInvoice: (record) => {
      const { supplier, invoice, sequence, currency, invoicedMinor, rate, payableMinor } = record
      add.run(supplier, invoice, sequence, currency, invoicedMinor, rate, payableMinor)
    },
  }
}

function toReceipt(row: ReceiptRow): GoodsReceipt {
  return { ...row, sequence: Number(row.sequence), ordered: row.ordered === 1n }
}
