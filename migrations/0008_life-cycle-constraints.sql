-- What was decided of a period never changes; it is followed by another decision.
CREATE TRIGGER period_transitions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON period_transitions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER extensions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON extensions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER extension_revocations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON extension_revocations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint

-- calendars.locks and public_holidays.row_version are new
SELECT keep_history(name) FROM unnest(array['calendars', 'public_holidays']) name;
--> statement-breakpoint

-- Quality rules as they were known, and what they said of pushed figures, which never changes.
SELECT keep_history('quality_rules');--> statement-breakpoint
CREATE TRIGGER quality_outcomes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quality_outcomes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint

-- What a reorganisation was, and who took over from whom, never changes: what it moved is corrected by facts of a later instant.
CREATE TRIGGER reorganisations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reorganisations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER reorganisation_successions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reorganisation_successions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
