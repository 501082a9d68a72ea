-- Both are trusted extensions since PostgreSQL 13: the database's owner may create them.
-- btree_gist: text columns in exclusion constraints ("at most one lead on any day").
CREATE EXTENSION IF NOT EXISTS btree_gist;--> statement-breakpoint
-- pg_trgm: `?q=` matches anywhere in a folded name, by index.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
