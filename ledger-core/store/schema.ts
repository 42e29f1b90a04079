import { GENESIS_HASH } from '../hash.ts'
import type { Migration } from './migrate.ts'

/**
 * Tables of the books. Posted rows (command, entry, movement, line, evidence, batch,
 * acknowledgement) are only ever inserted; state rows (stock, pool, layer, account_total) are the
 * running result and can be derived again from the posted ones, which `verify` does.
 */
const MASTERS = `
CREATE TABLE site (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  site TEXT NOT NULL CHECK (site <> ''),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  minor_units INTEGER NOT NULL CHECK (minor_units BETWEEN 0 AND 4)
) STRICT;

CREATE TABLE location (
  location TEXT PRIMARY KEY CHECK (location <> ''),
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('real', 'basket', 'in-transit', 'virtual'))
) STRICT, WITHOUT ROWID;

INSERT INTO location (location, name, kind) VALUES
  ('supplier', 'Supplier', 'virtual'),
  ('customer', 'Customer', 'virtual'),
  ('shrinkage', 'Shrinkage', 'virtual'),
  ('found', 'Found', 'virtual'),
  ('basket', 'Basket', 'basket');

CREATE TABLE sku (
  sku TEXT PRIMARY KEY CHECK (sku <> ''),
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  quantity_scale INTEGER NOT NULL CHECK (quantity_scale BETWEEN 0 AND 6),
  method TEXT NOT NULL CHECK (method IN ('fifo', 'average')),
  tagged INTEGER NOT NULL CHECK (tagged IN (0, 1)),
  price_minor INTEGER NOT NULL,
  home TEXT NOT NULL REFERENCES location (location)
) STRICT, WITHOUT ROWID;

CREATE TABLE gtin (
  gtin TEXT PRIMARY KEY CHECK (length(gtin) = 14),
  sku TEXT NOT NULL REFERENCES sku (sku)
) STRICT, WITHOUT ROWID;
CREATE INDEX gtin_of_sku ON gtin (sku);

CREATE TABLE supplier (
  supplier TEXT PRIMARY KEY CHECK (supplier <> ''),
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purchase_order (
  purchase_order TEXT PRIMARY KEY CHECK (purchase_order <> ''),
  supplier TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE order_line (
  purchase_order TEXT NOT NULL REFERENCES purchase_order (purchase_order),
  line INTEGER NOT NULL,
  sku TEXT NOT NULL REFERENCES sku (sku),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  value_minor INTEGER NOT NULL CHECK (value_minor >= 0),
  received_quantity INTEGER NOT NULL CHECK (received_quantity BETWEEN 0 AND quantity),
  received_value_minor INTEGER NOT NULL CHECK (received_value_minor BETWEEN 0 AND value_minor),
  PRIMARY KEY (purchase_order, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_line_open ON order_line (purchase_order, line) WHERE received_quantity < quantity;
`

const JOURNAL = `
CREATE TABLE command (
  number INTEGER PRIMARY KEY,
  source_key TEXT NOT NULL UNIQUE CHECK (source_key <> ''),
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
  sequence INTEGER,
  body TEXT NOT NULL
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
  line_count INTEGER NOT NULL CHECK (line_count <> 1 AND movement_count + line_count > 0),
  command_hash TEXT NOT NULL CHECK (length(command_hash) = 64),
  previous_hash TEXT NOT NULL CHECK (length(previous_hash) = 64),
  hash TEXT NOT NULL CHECK (length(hash) = 64)
) STRICT;

CREATE TABLE movement (
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('opening', 'receipt', 'move', 'sale', 'return', 'shrinkage')),
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

CREATE TABLE line (
  sequence INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  account TEXT NOT NULL CHECK (account <> ''),
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  memo TEXT NOT NULL,
  PRIMARY KEY (sequence, number)
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
`

const STATE = `
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
  sku TEXT PRIMARY KEY REFERENCES sku (sku),
  method TEXT NOT NULL CHECK (method IN ('fifo', 'average')),
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  value_minor INTEGER NOT NULL CHECK (value_minor >= 0 AND (quantity > 0 OR value_minor = 0)),
  deficit_quantity INTEGER NOT NULL CHECK (deficit_quantity >= 0 AND (quantity = 0 OR deficit_quantity = 0)),
  deficit_value_minor INTEGER NOT NULL CHECK (deficit_value_minor >= 0 AND (deficit_quantity > 0 OR deficit_value_minor = 0)),
  last_quantity INTEGER NOT NULL CHECK (last_quantity >= 0),
  last_value_minor INTEGER NOT NULL CHECK (last_value_minor >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE layer (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL,
  effective_date TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  received_quantity INTEGER NOT NULL CHECK (received_quantity > 0),
  received_value_minor INTEGER NOT NULL CHECK (received_value_minor >= 0),
  quantity INTEGER NOT NULL CHECK (quantity BETWEEN 0 AND received_quantity),
  value_minor INTEGER NOT NULL CHECK (value_minor BETWEEN 0 AND received_value_minor AND (quantity > 0 OR value_minor = 0))
) STRICT;
CREATE INDEX layer_open ON layer (sku, effective_date, id) WHERE quantity > 0;

CREATE TABLE layer_use (
  id INTEGER PRIMARY KEY,
  sequence INTEGER NOT NULL,
  line INTEGER NOT NULL,
  sku TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('layer', 'pool', 'deficit')),
  layer INTEGER REFERENCES layer (id),
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  value_minor INTEGER NOT NULL CHECK (value_minor >= 0 AND (quantity > 0 OR value_minor = 0)),
  CHECK ((source = 'layer') = (layer IS NOT NULL))
) STRICT;
CREATE INDEX layer_use_of_line ON layer_use (sequence, line);
`

const BATCHES = `
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

/** Posted rows refuse change; new rows refuse to stand out of order. */
const GUARDS = `
CREATE TRIGGER entry_stands_in_order BEFORE INSERT ON entry BEGIN
  SELECT CASE
    WHEN NEW.sequence <> COALESCE((SELECT max(sequence) FROM entry), 0) + 1
      THEN RAISE(FAIL, 'sequence-gap: an entry takes the next number')
    WHEN NEW.previous_hash <> COALESCE((SELECT hash FROM entry WHERE sequence = NEW.sequence - 1), '${GENESIS_HASH}')
      THEN RAISE(FAIL, 'chain-broken: an entry names the hash of the one before')
    WHEN NEW.posted_at_ms < (SELECT posted_at_ms FROM entry WHERE sequence = NEW.sequence - 1)
      THEN RAISE(FAIL, 'clock-backwards: posted-at is never below the last')
    WHEN NEW.movement_count <> (SELECT count(*) FROM movement WHERE sequence = NEW.sequence)
      THEN RAISE(FAIL, 'movements-differ: an entry closes over the movements it counts')
    END;
  SELECT CASE
    WHEN count(*) <> NEW.line_count
      THEN RAISE(FAIL, 'lines-differ: an entry closes over the lines it counts')
    WHEN COALESCE(sum(amount_minor), 0) <> 0
      THEN RAISE(FAIL, 'unbalanced: the lines of an entry sum to zero')
    END FROM line WHERE sequence = NEW.sequence;
END;

CREATE TRIGGER line_joins_before_header BEFORE INSERT ON line
WHEN NEW.sequence <> COALESCE((SELECT max(sequence) FROM entry), 0) + 1
BEGIN SELECT RAISE(FAIL, 'entry-closed: lines come before their header'); END;

CREATE TRIGGER movement_joins_before_header BEFORE INSERT ON movement
WHEN NEW.sequence <> COALESCE((SELECT max(sequence) FROM entry), 0) + 1
BEGIN SELECT RAISE(FAIL, 'entry-closed: movements come before their header'); END;

CREATE TRIGGER command_is_new BEFORE INSERT ON command
WHEN EXISTS (SELECT 1 FROM command WHERE source_key = NEW.source_key)
  OR EXISTS (SELECT 1 FROM command WHERE number = NEW.number)
BEGIN SELECT RAISE(FAIL, 'command-known: a source key is taken once'); END;

CREATE TRIGGER evidence_is_new BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE number = NEW.number
  OR (sequence = NEW.sequence AND hash = NEW.hash))
BEGIN SELECT RAISE(ABORT, 'evidence-known: evidence is attached once'); END;

CREATE TRIGGER batch_stands_in_order BEFORE INSERT ON batch
WHEN NEW.number <> COALESCE((SELECT max(number) FROM batch), 0) + 1
  OR NEW.first_sequence <> COALESCE((SELECT last_sequence FROM batch WHERE number = NEW.number - 1), 0) + 1
BEGIN SELECT RAISE(ABORT, 'batch-gap: a batch takes the next number and the next range'); END;

CREATE TRIGGER acknowledgement_stands_in_order BEFORE INSERT ON acknowledgement
WHEN NEW.number <> COALESCE((SELECT max(number) FROM acknowledgement WHERE destination = NEW.destination), 0) + 1
BEGIN SELECT RAISE(ABORT, 'cursor-jump: a cursor moves forward by one'); END;

CREATE TRIGGER layer_facts_stay BEFORE UPDATE OF id, sku, effective_date, sequence, received_quantity, received_value_minor ON layer
BEGIN SELECT RAISE(ABORT, 'immutable: what a layer received never changes'); END;
${['command', 'entry', 'movement', 'line', 'evidence', 'parked_line', 'batch', 'acknowledgement']
  .map(
    (table) => `
CREATE TRIGGER ${table}_never_updated BEFORE UPDATE ON ${table}
BEGIN SELECT RAISE(ABORT, 'immutable: posted rows of ${table} are never updated'); END;
CREATE TRIGGER ${table}_never_deleted BEFORE DELETE ON ${table}
BEGIN SELECT RAISE(ABORT, 'immutable: posted rows of ${table} are never deleted'); END;`,
  )
  .join('\n')}
CREATE TRIGGER layer_never_deleted BEFORE DELETE ON layer
BEGIN SELECT RAISE(ABORT, 'immutable: layers are never deleted'); END;
CREATE TRIGGER layer_use_never_deleted BEFORE DELETE ON layer_use
BEGIN SELECT RAISE(ABORT, 'immutable: uses are never deleted'); END;
`

export const LEDGER_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'the books',
    sql: [MASTERS, JOURNAL, STATE, BATCHES, GUARDS].join('\n'),
  },
]
