-- Schema version 2: the durable queue. Every column is explained in schema/README.md.

CREATE TABLE queue (
  queue_no INTEGER NOT NULL PRIMARY KEY,
  fn_no INTEGER NOT NULL,
  id TEXT NOT NULL,
  priority INTEGER NOT NULL,
  runner INTEGER NOT NULL,
  state INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  worker_no INTEGER,
  UNIQUE (fn_no, id)
) STRICT;

CREATE INDEX queue_delayed ON queue (due_ms, queue_no) WHERE state = 0;
CREATE INDEX queue_functions ON queue (fn_no, priority DESC, queue_no)
  WHERE state = 1 AND runner = 0;
CREATE INDEX queue_commands ON queue (priority DESC, queue_no) WHERE state = 1 AND runner = 1;
CREATE INDEX queue_claims ON queue (worker_no, queue_no) WHERE state = 2;

CREATE TABLE queue_workers (
  worker_no INTEGER NOT NULL PRIMARY KEY,
  lease_until_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
  fn_no INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  id TEXT NOT NULL,
  PRIMARY KEY (fn_no, idempotency_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_call ON idempotency_keys (fn_no, id);

CREATE TABLE call_results (
  result_no INTEGER NOT NULL PRIMARY KEY,
  fn_no INTEGER NOT NULL,
  id TEXT NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (fn_no, id)
) STRICT;
