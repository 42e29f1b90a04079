/** What the store knows before anything moves. */
export const MASTERS = `
CREATE TABLE site (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  site TEXT NOT NULL CHECK (site <> ''),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  minor_units INTEGER NOT NULL CHECK (minor_units BETWEEN 0 AND 4)
) STRICT;

CREATE TABLE location (
  location TEXT PRIMARY KEY CHECK (location <> ''),
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('real', 'basket', 'in-transit', 'virtual')),
  cost_group TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO location (location, name, kind, cost_group) VALUES
  ('supplier', 'Supplier', 'virtual', ''),
  ('customer', 'Customer', 'virtual', ''),
  ('shrinkage', 'Shrinkage', 'virtual', ''),
  ('found', 'Found', 'virtual', ''),
  ('scrap', 'Scrap', 'virtual', ''),
  ('assembly', 'Assembly', 'virtual', ''),
  ('other-site', 'Another store', 'virtual', ''),
  ('basket', 'Basket', 'basket', ''),
  ('in-transit', 'In transit within the store', 'in-transit', '');

CREATE TABLE sku (
  sku TEXT PRIMARY KEY CHECK (sku <> ''),
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  quantity_scale INTEGER NOT NULL CHECK (quantity_scale BETWEEN 0 AND 6),
  method TEXT NOT NULL CHECK (method IN ('fifo', 'lifo', 'average', 'specific')),
  tagged INTEGER NOT NULL CHECK (tagged IN (0, 1)),
  price_minor INTEGER NOT NULL,
  standard_cost_minor INTEGER CHECK (standard_cost_minor >= 0),
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
  received_quantity INTEGER NOT NULL CHECK (received_quantity >= 0),
  received_value_minor INTEGER NOT NULL CHECK (received_value_minor >= 0),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  PRIMARY KEY (purchase_order, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_line_open ON order_line (purchase_order, line) WHERE received_quantity < quantity AND closed = 0;
`
