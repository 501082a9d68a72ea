-- What a reorganisation was, and who took over from whom, never changes: what it moved is corrected by facts of a later instant.
CREATE TRIGGER reorganisations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reorganisations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER reorganisation_successions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reorganisation_successions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
