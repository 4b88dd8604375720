-- Schema version 5: created_at far from that of most calls beside it. Every column is explained in
-- schema/README.md.

ALTER TABLE call_blocks ADD COLUMN far_created BLOB;

ALTER TABLE block_groups ADD COLUMN far_created BLOB;
