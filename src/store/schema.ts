/*
 * The database, in the design's words.
 *
 * runs          one wrapped command each. `finished` is 0 until the run has been concluded; `owner_pid` and
 *               `owner_start` (field 22 of /proc/PID/stat, clock ticks since boot) tell a run that still goes on from
 *               one that was killed.
 * actors        one exec record each; `seq` is the actor's number within its run.
 * events        one DNS query, connection, datagram flow or denied attempt each. The columns are what queries look
 *               for; `body` is the whole event as JSON. An open flow is written at its begin and again at its end.
 * packages      name, version and location, once for all runs.
 * attributions  actor → package, with its evidence; `body` is the rest (script, why-chains, contradictions) as JSON.
 * destinations  what the events of a finished run were grouped into; `body` is the whole destination as JSON.
 * destination_attributions  which attributions a destination has, in order.
 * stack_attributions  who stands on the stacks inside node processes; `body` is the rest as JSON.
 * event_stacks  which of them an event has, in order; they take the place of its actor's attribution.
 *               (`destination_attributions.stack_seq` says the same of a destination.)
 * findings      what the rules said when the run was concluded, in order; `also` is a JSON list, null for none.
 *
 * Times are milliseconds since the run's start, `started_at` is ISO 8601 in UTC.
 */
export const SCHEMA_VERSION_1 = `
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  project TEXT NOT NULL,
  phase TEXT NOT NULL,
  mode TEXT NOT NULL,
  backend TEXT NOT NULL,
  command TEXT NOT NULL,
  started_at TEXT NOT NULL,
  duration_ms INTEGER,
  exit_code INTEGER,
  finished INTEGER NOT NULL DEFAULT 0,
  owner_pid INTEGER NOT NULL,
  owner_start TEXT NOT NULL,
  capture TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_project ON runs (project, phase, id);

CREATE TABLE actors (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  parent_seq INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor_seq INTEGER,
  host TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE packages (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  location TEXT NOT NULL,
  UNIQUE (name, version, location)
) STRICT;

CREATE TABLE attributions (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  actor_seq INTEGER NOT NULL,
  package_id INTEGER REFERENCES packages (id),
  evidence TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, actor_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX attributions_by_package ON attributions (package_id);

CREATE TABLE destinations (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  host TEXT NOT NULL,
  port INTEGER,
  transport TEXT NOT NULL,
  protocol TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX destinations_by_host ON destinations (host);

CREATE TABLE destination_attributions (
  run_id TEXT NOT NULL,
  destination_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  actor_seq INTEGER,
  PRIMARY KEY (run_id, destination_seq, seq),
  FOREIGN KEY (run_id, destination_seq) REFERENCES destinations (run_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  destination TEXT,
  package TEXT,
  message TEXT NOT NULL,
  help TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
`;

const SCHEMA_VERSION_2 = `
CREATE TABLE stack_attributions (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  actor_seq INTEGER NOT NULL,
  package_id INTEGER REFERENCES packages (id),
  evidence TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX stack_attributions_by_package ON stack_attributions (package_id);

CREATE TABLE event_stacks (
  run_id TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  stack_seq INTEGER NOT NULL,
  PRIMARY KEY (run_id, event_seq, seq),
  FOREIGN KEY (run_id, stack_seq) REFERENCES stack_attributions (run_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

ALTER TABLE destination_attributions ADD COLUMN stack_seq INTEGER;
`;

const SCHEMA_VERSION_3 = `
ALTER TABLE findings ADD COLUMN also TEXT;
`;

/** Steps from each version to the next, in order; never changed once released. */
export const MIGRATIONS: readonly string[] = [SCHEMA_VERSION_1, SCHEMA_VERSION_2, SCHEMA_VERSION_3];
