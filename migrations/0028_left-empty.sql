-- Rows of a template into which nothing was filled are no rows of the push; its receipt says how many there were.
ALTER TABLE "submissions" ADD COLUMN "left_empty" integer DEFAULT 0 NOT NULL;
