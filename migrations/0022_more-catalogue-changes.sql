-- Whether a figure will count is asked when it is pushed: of the targets in force, and of who goes on with an ended body's figures
-- (src/features/measurements/facts.ts keeps both between pushes, as all of 0014).
CREATE TRIGGER target_versions_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON target_versions FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER reorganisations_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON reorganisations FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER reorganisation_successions_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON reorganisation_successions FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();
