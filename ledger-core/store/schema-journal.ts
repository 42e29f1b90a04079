/** Posted rows: only ever inserted. */
export const JOURNAL = `
CREATE TABLE command (
  number INTEGER PRIMARY KEY,
  source_key TEXT NOT NULL UNIQUE CHECK (source_key <> ''),
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
  sequence INTEGER,
  body TEXT NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;

CREATE TABLE entry (
  sequence INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  source_key TEXT NOT NULL,
  occurred_at_ms INTEGER NOT NULL,
  business_date TEXT NOT NULL CHECK (business_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  accounting_date TEXT NOT NULL CHECK (accounting_date GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  posted_at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  movement_count INTEGER NOT NULL CHECK (movement_count >= 0),
  line_count INTEGER NOT NULL CHECK (line_count <> 1),
  effect_count INTEGER NOT NULL CHECK (effect_count >= 0 AND movement_count + line_count + effect_count > 0),
  command_hash TEXT NOT NULL CHECK (length(command_hash) = 64),
  previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64),
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;

CREATE TABLE movement (
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('opening', 'receipt', 'purchase-return', 'move', 'sale',
    'return', 'shrinkage', 'gain', 'write-off', 'dispatch', 'arrival', 'confirmed-arrival', 'assembly', 'reversal')),
  sku TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  from_location TEXT NOT NULL,
  to_location TEXT NOT NULL CHECK (to_location <> from_location),
  epcs TEXT NOT NULL,
  cost_minor INTEGER NOT NULL,
  line INTEGER,
  original_source_key TEXT,
  original_line INTEGER,
  memo TEXT NOT NULL,
  PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX movement_original ON movement (original_source_key, original_line)
  WHERE original_source_key IS NOT NULL;

CREATE TABLE line (
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  account TEXT NOT NULL CHECK (account <> ''),
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  memo TEXT NOT NULL,
  PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE cost_effect (
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  movement INTEGER NOT NULL CHECK (movement >= 0),
  sku TEXT NOT NULL,
  cost_group TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('layer', 'pool', 'deficit')),
  layer INTEGER REFERENCES layer (id),
  quantity INTEGER NOT NULL,
  value_minor INTEGER NOT NULL,
  facts TEXT,
  of_sequence INTEGER,
  of_number INTEGER,
  of_quantity INTEGER,
  of_value_minor INTEGER,
  open_quantity INTEGER NOT NULL CHECK (open_quantity >= 0),
  open_value_minor INTEGER NOT NULL CHECK (open_value_minor >= 0 AND (open_quantity > 0 OR open_value_minor = 0)),
  PRIMARY KEY (sequence, number),
  CHECK ((source = 'layer') = (layer IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
  number INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL REFERENCES entry (sequence),
  hash TEXT NOT NULL CHECK (length(hash) = 64),
  body TEXT NOT NULL,
  UNIQUE (sequence, hash)
) STRICT;

CREATE TABLE parked_line (
  sequence INTEGER NOT NULL,
  line INTEGER NOT NULL,
  gtin TEXT NOT NULL,
  description TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity <> 0),
  net_minor INTEGER NOT NULL,
  PRIMARY KEY (sequence, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked_mapping (
  sequence INTEGER NOT NULL,
  line INTEGER NOT NULL,
  mapped_by INTEGER NOT NULL UNIQUE,
  PRIMARY KEY (sequence, line, mapped_by),
  FOREIGN KEY (sequence, line) REFERENCES parked_line (sequence, line)
) STRICT, WITHOUT ROWID;
`

/** Running results: derived again from the posted rows by `verify`. */
export const STATE = `
CREATE TABLE stock (
  sku TEXT NOT NULL,
  location TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (sku, location)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_total (
  account TEXT PRIMARY KEY,
  debit_minor INTEGER NOT NULL CHECK (debit_minor >= 0),
  credit_minor INTEGER NOT NULL CHECK (credit_minor >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE pool (
  sku TEXT NOT NULL REFERENCES sku (sku),
  cost_group TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('fifo', 'lifo', 'average', 'specific')),
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  value_minor INTEGER NOT NULL CHECK (value_minor >= 0 AND (quantity > 0 OR value_minor = 0)),
  deficit_quantity INTEGER NOT NULL CHECK (deficit_quantity >= 0 AND (quantity = 0 OR deficit_quantity = 0)),
  deficit_value_minor INTEGER NOT NULL CHECK (deficit_value_minor >= 0 AND (deficit_quantity > 0 OR deficit_value_minor = 0)),
  last_quantity INTEGER NOT NULL CHECK (last_quantity >= 0),
  last_value_minor INTEGER NOT NULL CHECK (last_value_minor >= 0),
  PRIMARY KEY (sku, cost_group)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL,
  cost_group TEXT NOT NULL,
  effective_date TEXT NOT NULL,
  receipt INTEGER NOT NULL,
  lot TEXT,
  expires TEXT,
  serial TEXT,
  origin TEXT,
  received_quantity INTEGER NOT NULL CHECK (received_quantity > 0),
  received_value_minor INTEGER NOT NULL CHECK (received_value_minor >= 0),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND received_quantity),
  value_minor INTEGER NOT NULL CHECK (value_minor >= 0 AND (quantity > 0 OR value_minor = 0))
) STRICT;
CREATE INDEX layer_open ON layer (sku, cost_group, effective_date, receipt, id) WHERE quantity > 0;
CREATE INDEX layer_expiry ON layer (expires) WHERE quantity > 0 AND expires IS NOT NULL;
CREATE UNIQUE INDEX layer_serial ON layer (sku, serial) WHERE quantity > 0 AND serial IS NOT NULL;
`

export const BATCHES = `
CREATE TABLE batch (
  number INTEGER PRIMARY KEY,
  first_sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL REFERENCES entry (sequence) CHECK (last_sequence >= first_sequence),
  sealed_at_ms INTEGER NOT NULL,
  last_hash TEXT NOT NULL CHECK (length(last_hash) = 64),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE destination (
  destination TEXT PRIMARY KEY CHECK (destination <> '')
) STRICT, WITHOUT ROWID;

CREATE TABLE acknowledgement (
  destination TEXT NOT NULL REFERENCES destination (destination),
  number INTEGER NOT NULL REFERENCES batch (number),
  last_hash TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (destination, number)
) STRICT, WITHOUT ROWID;
`
