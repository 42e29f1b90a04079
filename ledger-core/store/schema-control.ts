/** What commands beyond the daily trade keep: policy, people, periods, counts, transfers. */
export const CONTROL = `
CREATE TABLE policy (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
) STRICT;

CREATE TABLE person (
  person TEXT PRIMARY KEY CHECK (person <> ''),
  roles TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  closed_through TEXT NOT NULL,
  soft_closed_through TEXT NOT NULL
) STRICT;

CREATE TABLE period_event (
  number INTEGER PRIMARY KEY,
  period TEXT NOT NULL,
  event TEXT NOT NULL CHECK (event IN ('soft-closed', 'closed', 'reopened')),
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  head_sequence INTEGER NOT NULL,
  head_hash TEXT NOT NULL,
  checklist TEXT NOT NULL
) STRICT;

CREATE TABLE refusal (
  actor TEXT NOT NULL,
  minute INTEGER NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  source_key TEXT NOT NULL,
  message TEXT NOT NULL,
  times INTEGER NOT NULL CHECK (times > 0),
  PRIMARY KEY (actor, minute, kind, code, source_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE reversal (
  sequence INTEGER PRIMARY KEY,
  by_sequence INTEGER NOT NULL UNIQUE
) STRICT;

CREATE TABLE goods_receipt (
  sequence INTEGER PRIMARY KEY,
  source_key TEXT NOT NULL UNIQUE,
  supplier TEXT NOT NULL,
  sku TEXT NOT NULL,
  cost_group TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  goods_minor INTEGER NOT NULL CHECK (goods_minor >= 0),
  landed_minor INTEGER NOT NULL,
  returned_quantity INTEGER NOT NULL CHECK (returned_quantity BETWEEN 0 AND quantity),
  returned_minor INTEGER NOT NULL CHECK (returned_minor >= 0),
  invoiced_quantity INTEGER NOT NULL CHECK (invoiced_quantity BETWEEN 0 AND quantity),
  cleared_minor INTEGER NOT NULL CHECK (cleared_minor >= 0),
  uninvoiced_returned INTEGER NOT NULL CHECK (uninvoiced_returned >= 0),
  ordered INTEGER NOT NULL CHECK (ordered IN (0, 1))
) STRICT;

CREATE TABLE receipt_sent (
  sequence INTEGER NOT NULL,
  site TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  PRIMARY KEY (sequence, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE supplier_invoice (
  supplier TEXT NOT NULL,
  invoice TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  currency TEXT NOT NULL,
  invoiced_minor INTEGER NOT NULL,
  rate TEXT NOT NULL,
  payable_minor INTEGER NOT NULL,
  PRIMARY KEY (supplier, invoice)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservation (
  reservation TEXT PRIMARY KEY CHECK (reservation <> ''),
  sku TEXT NOT NULL REFERENCES sku (sku),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  expires_at_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'released', 'expired'))
) STRICT, WITHOUT ROWID;
CREATE INDEX reservation_held ON reservation (sku) WHERE state = 'held';

CREATE TABLE transfer (
  transfer TEXT PRIMARY KEY CHECK (transfer <> ''),
  direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
  site TEXT NOT NULL,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_count (
  stock_count TEXT PRIMARY KEY CHECK (stock_count <> ''),
  state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'cancelled')),
  actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE count_line (
  stock_count TEXT NOT NULL REFERENCES stock_count (stock_count),
  sku TEXT NOT NULL,
  location TEXT NOT NULL,
  counted INTEGER,
  book INTEGER,
  counter TEXT,
  counted_at_ms INTEGER,
  at_sequence INTEGER,
  recounts INTEGER NOT NULL,
  adjusted INTEGER,
  adjusted_sequence INTEGER,
  adjusted_line INTEGER,
  PRIMARY KEY (stock_count, sku, location)
) STRICT, WITHOUT ROWID;

CREATE INDEX count_line_adjusted ON count_line (sku, location, counted_at_ms)
  WHERE adjusted IS NOT NULL AND adjusted <> 0;

CREATE TABLE allowance (
  sku TEXT PRIMARY KEY REFERENCES sku (sku),
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE till_close (
  till TEXT NOT NULL,
  z_number INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (till, z_number)
) STRICT, WITHOUT ROWID;
`
