-- Schema version 3: how long calls stay. Every column is explained in schema/README.md.

CREATE TABLE retention_rules (
  fn_id TEXT NOT NULL,
  status INTEGER NOT NULL,
  older_than_ms INTEGER,
  keep_last INTEGER,
  PRIMARY KEY (fn_id, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE retention_state (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  applied_ms INTEGER NOT NULL,
  max_bytes INTEGER
) STRICT;

INSERT INTO retention_state (only_row, applied_ms, max_bytes) VALUES (1, 0, NULL);
