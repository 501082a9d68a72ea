-- Quality rules as they were known, and what they said of pushed figures, which never changes.
SELECT keep_history('quality_rules');--> statement-breakpoint
CREATE TRIGGER quality_outcomes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quality_outcomes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
