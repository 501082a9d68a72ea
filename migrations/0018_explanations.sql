-- Why a figure is missing or late, and why a target is missed, as says the agency that owes the figure or leads the
-- target.
CREATE TABLE explanations (
  id uuid PRIMARY KEY,
  indicator_code text NOT NULL,
  period text,
  subject_agency text,
  target_id text,
  agency_code text NOT NULL,
  series integer NOT NULL,
  recorded_at timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
  CONSTRAINT explanations_figure_key UNIQUE (indicator_code, period, subject_agency, agency_code, series),
  CONSTRAINT explanations_target_key UNIQUE (target_id, agency_code, series),
  CONSTRAINT explanations_object_check
    CHECK ((target_id IS NULL) = (period IS NOT NULL) AND (period IS NULL) = (subject_agency IS NULL)),
  CONSTRAINT explanations_period_check CHECK (period ~ '^(19|2[01])[0-9]{2}(-(H[12]|9M|Q[1-4]|0[1-9]|1[0-2]))?$'),
  CONSTRAINT explanations_series_check CHECK (series >= 1),
  CONSTRAINT explanations_indicator_code_indicators_code_fk FOREIGN KEY (indicator_code) REFERENCES indicators (code),
  CONSTRAINT explanations_subject_agency_agencies_code_fk FOREIGN KEY (subject_agency) REFERENCES agencies (code),
  CONSTRAINT explanations_target_id_targets_id_fk FOREIGN KEY (target_id) REFERENCES targets (id),
  CONSTRAINT explanations_agency_code_agencies_code_fk FOREIGN KEY (agency_code) REFERENCES agencies (code)
);--> statement-breakpoint
CREATE INDEX explanations_agency_index ON explanations (agency_code, id);--> statement-breakpoint
CREATE TABLE explanation_versions (
  explanation_id uuid NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  cause text NOT NULL,
  remedy text NOT NULL,
  due_date date,
  provenance text DEFAULT 'operational' NOT NULL,
  withdrawal_reason text,
  client_id text NOT NULL,
  recorded_at timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
  CONSTRAINT explanation_versions_pkey PRIMARY KEY (explanation_id, version),
  CONSTRAINT explanation_versions_kind_check
    CHECK (kind IN ('not_collected', 'not_available', 'late', 'off_target', 'other')),
  CONSTRAINT explanation_versions_provenance_check
    CHECK (provenance IN ('quoted', 'researched', 'illustrative', 'operational')),
  CONSTRAINT explanation_versions_explanation_id_explanations_id_fk
    FOREIGN KEY (explanation_id) REFERENCES explanations (id),
  CONSTRAINT explanation_versions_client_id_clients_id_fk FOREIGN KEY (client_id) REFERENCES clients (id)
);--> statement-breakpoint

-- What was said is never edited: a change is the next version.
CREATE TRIGGER explanations_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON explanations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER explanation_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON explanation_versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
