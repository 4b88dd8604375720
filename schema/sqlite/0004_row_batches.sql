-- Schema version 4: rows that were recorded together. Every column is explained in
-- schema/README.md.

CREATE TABLE row_batches (
  last_row_no INTEGER NOT NULL PRIMARY KEY,
  first_row_no INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
