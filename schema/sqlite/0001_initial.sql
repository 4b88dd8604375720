-- Schema version 1. Released files are never edited: a change is a new numbered file.
-- Every column is explained in schema/README.md.

CREATE TABLE store_state (
  only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
  commit_seq INTEGER NOT NULL,
  blocks_seq INTEGER NOT NULL,
  trimmed_to INTEGER NOT NULL,
  next_row_no INTEGER NOT NULL,
  next_body_no INTEGER NOT NULL,
  next_detail_no INTEGER NOT NULL,
  next_log_no INTEGER NOT NULL
) STRICT;

INSERT INTO store_state (only_row, commit_seq, blocks_seq, trimmed_to,
                         next_row_no, next_body_no, next_detail_no, next_log_no)
VALUES (1, 1, 0, 0, 1, 1, 1, 2);

CREATE TABLE fns (
  fn_no INTEGER NOT NULL PRIMARY KEY,
  fn_id TEXT NOT NULL UNIQUE,
  packed_to INTEGER NOT NULL,
  blocks_seq INTEGER NOT NULL,
  max_block_id TEXT
) STRICT;

CREATE TABLE apps (
  app_no INTEGER NOT NULL PRIMARY KEY,
  app_id TEXT NOT NULL,
  app_name TEXT NOT NULL,
  UNIQUE (app_id, app_name)
) STRICT;

CREATE TABLE call_rows (
  row_no INTEGER NOT NULL PRIMARY KEY,
  fn_no INTEGER NOT NULL,
  id TEXT NOT NULL,
  status INTEGER NOT NULL,
  type INTEGER NOT NULL,
  app_no INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  started_ms INTEGER,
  completed_ms INTEGER,
  trigger_id TEXT,
  error TEXT,
  stats BLOB,
  detail_no INTEGER NOT NULL,
  log_no INTEGER NOT NULL
) STRICT;

CREATE TABLE call_blocks (
  fn_no INTEGER NOT NULL,
  min_id TEXT NOT NULL,
  max_id TEXT NOT NULL,
  calls INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  type_mask INTEGER NOT NULL,
  min_app INTEGER NOT NULL,
  max_app INTEGER NOT NULL,
  min_created_ms INTEGER NOT NULL,
  max_created_ms INTEGER NOT NULL,
  body_no INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  PRIMARY KEY (fn_no, min_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE block_groups (
  fn_no INTEGER NOT NULL,
  fence_id TEXT NOT NULL,
  blocks INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  type_mask INTEGER NOT NULL,
  min_app INTEGER NOT NULL,
  max_app INTEGER NOT NULL,
  min_created_ms INTEGER NOT NULL,
  max_created_ms INTEGER NOT NULL,
  PRIMARY KEY (fn_no, fence_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE block_bodies (
  body_no INTEGER NOT NULL PRIMARY KEY,
  columns BLOB NOT NULL,
  texts BLOB,
  stats BLOB
) STRICT;

CREATE TABLE call_details (
  detail_no INTEGER NOT NULL PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

CREATE TABLE call_logs (
  log_no INTEGER NOT NULL PRIMARY KEY,
  body BLOB NOT NULL
) STRICT;

-- The calls that are not packed yet, readable with any SQLite tool. Times are UTC.
CREATE VIEW recent_calls AS
SELECT call_rows.id AS id,
       fns.fn_id AS fn_id,
       coalesce(apps.app_id, '') AS app_id,
       coalesce(apps.app_name, '') AS app_name,
       coalesce(call_rows.trigger_id, '') AS trigger_id,
       CASE call_rows.type WHEN 1 THEN 'sync' WHEN 2 THEN 'async' WHEN 3 THEN 'detached' ELSE ''
       END AS type,
       CASE call_rows.status WHEN 0 THEN 'delayed' WHEN 1 THEN 'queued' WHEN 2 THEN 'running'
            WHEN 3 THEN 'success' WHEN 4 THEN 'error' WHEN 5 THEN 'cancelled' END AS status,
       coalesce(call_rows.error, '') AS error,
       strftime('%Y-%m-%dT%H:%M:%S', floor_s.created_s, 'unixepoch')
         || printf('.%03dZ', call_rows.created_ms - floor_s.created_s * 1000) AS created_at,
       strftime('%Y-%m-%dT%H:%M:%S', floor_s.started_s, 'unixepoch')
         || printf('.%03dZ', call_rows.started_ms - floor_s.started_s * 1000) AS started_at,
       strftime('%Y-%m-%dT%H:%M:%S', floor_s.completed_s, 'unixepoch')
         || printf('.%03dZ', call_rows.completed_ms - floor_s.completed_s * 1000) AS completed_at
FROM call_rows
JOIN (SELECT r.row_no AS row_no,
             (r.created_ms - ((r.created_ms % 1000) + 1000) % 1000) / 1000 AS created_s,
             (r.started_ms - ((r.started_ms % 1000) + 1000) % 1000) / 1000 AS started_s,
             (r.completed_ms - ((r.completed_ms % 1000) + 1000) % 1000) / 1000 AS completed_s
      FROM call_rows AS r) AS floor_s ON floor_s.row_no = call_rows.row_no
JOIN fns ON fns.fn_no = call_rows.fn_no
LEFT JOIN apps ON apps.app_no = call_rows.app_no
WHERE call_rows.status <= 5
  AND NOT (call_rows.status >= 3 AND call_rows.row_no <= fns.packed_to);
