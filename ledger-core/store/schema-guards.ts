import { GENESIS_HASH } from '../hash.ts'

/** Posted rows refuse change; new rows refuse to stand out of order. */
export const GUARDS = `
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
    WHEN NEW.effect_count <> (SELECT count(*) FROM cost_effect WHERE sequence = NEW.sequence)
      THEN RAISE(FAIL, 'effects-differ: an entry closes over the effects it counts')
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

CREATE TRIGGER effect_joins_before_header BEFORE INSERT ON cost_effect
WHEN NEW.sequence <> COALESCE((SELECT max(sequence) FROM entry), 0) + 1
BEGIN SELECT RAISE(FAIL, 'entry-closed: effects come before their header'); END;

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

CREATE TRIGGER layer_facts_stay BEFORE UPDATE OF id, sku, cost_group, effective_date, receipt, lot, expires, serial, origin, received_quantity, received_value_minor ON layer
BEGIN SELECT RAISE(ABORT, 'immutable: what a layer received never changes'); END;

CREATE TRIGGER layer_is_new BEFORE INSERT ON layer
WHEN EXISTS (SELECT 1 FROM layer WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'layer-known: a layer is received once'); END;

CREATE TRIGGER effect_facts_stay BEFORE UPDATE OF sequence, number, movement, sku, cost_group, source, layer, quantity, value_minor, facts, of_sequence, of_number, of_quantity, of_value_minor ON cost_effect
BEGIN SELECT RAISE(ABORT, 'immutable: posted rows of cost_effect are never updated'); END;

CREATE TRIGGER parked_line_is_new BEFORE INSERT ON parked_line
WHEN EXISTS (SELECT 1 FROM parked_line WHERE sequence = NEW.sequence AND line = NEW.line)
BEGIN SELECT RAISE(ABORT, 'line-parked: a line is parked once'); END;

CREATE TRIGGER line_mapped_once BEFORE INSERT ON parked_mapping
WHEN EXISTS (SELECT 1 FROM parked_mapping WHERE mapped_by = NEW.mapped_by)
BEGIN SELECT RAISE(ABORT, 'line-mapped: an entry maps one line once'); END;

CREATE TRIGGER period_event_stands_in_order BEFORE INSERT ON period_event
WHEN NEW.number <> COALESCE((SELECT max(number) FROM period_event), 0) + 1
BEGIN SELECT RAISE(ABORT, 'event-gap: a period event takes the next number'); END;

CREATE TRIGGER entry_reversed_once BEFORE INSERT ON reversal
WHEN EXISTS (SELECT 1 FROM reversal WHERE sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'already-reversed: an entry is reversed once'); END;
${[
  'command',
  'entry',
  'movement',
  'line',
  'evidence',
  'parked_line',
  'parked_mapping',
  'batch',
  'acknowledgement',
  'period_event',
  'reversal',
  'till_close',
  'supplier_invoice',
]
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
CREATE TRIGGER cost_effect_never_deleted BEFORE DELETE ON cost_effect
BEGIN SELECT RAISE(ABORT, 'immutable: posted rows of cost_effect are never deleted'); END;
`
