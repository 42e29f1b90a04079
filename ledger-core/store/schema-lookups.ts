/**
 * Indexes for what is looked up by another key than the order of posting. The first two cost every
 * posting a row each; the others hold only what is rare.
 */
export const LOOKUPS = `
CREATE INDEX movement_of_sku ON movement (sku, sequence, number);
CREATE INDEX entry_of_day ON entry (accounting_date, sequence);

CREATE INDEX effect_alone ON cost_effect (sku, sequence) WHERE movement = 0;
CREATE INDEX effect_given_back ON cost_effect (of_sequence) WHERE of_sequence IS NOT NULL;
CREATE INDEX entry_late ON entry (sequence) WHERE accounting_date <> business_date;
CREATE INDEX entry_of_rare_kind ON entry (kind, sequence)
  WHERE kind IN ('import-masters', 'receive', 'landed-cost', 'supplier-invoice');
CREATE INDEX command_unposted ON command (number) WHERE sequence IS NULL;
CREATE INDEX refusal_newest ON refusal (minute DESC, actor, kind, code, source_key);
`

/** Names the index of rare kinds in a query, as its own condition does. */
export const RARE_KINDS = "kind IN ('import-masters', 'receive', 'landed-cost', 'supplier-invoice')"
