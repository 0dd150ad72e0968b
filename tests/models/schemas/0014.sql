BEGIN;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version (version_num) VALUES ('0014');
CREATE TABLE events (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	task_id TEXT, 
	attempt INTEGER NOT NULL, 
	type TEXT NOT NULL, 
	status TEXT, 
	stage TEXT, 
	stage_progress REAL, 
	progress REAL, 
	message TEXT, 
	data TEXT NOT NULL, 
	at TEXT NOT NULL, 
	CONSTRAINT data_json CHECK (json_valid(data) AND json_type(data) = 'object'), 
	CONSTRAINT seq_positive CHECK (seq > 0)
)
 STRICT

;
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (1, '8680b3df1af6bd27', 0, 'task.submitted', 'queued', NULL, NULL, 0.0, 'Waiting for a worker', '{"title": "Finished", "format": "markdown", "priority": 0}', '2026-11-29T22:07:43.493Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (2, '8680b3df1af6bd27', 1, 'task.started', 'running', NULL, NULL, 0.0, 'Starting', '{"worker": "host-28487-a27492"}', '2026-11-29T22:07:43.511Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (3, '8680b3df1af6bd27', 1, 'stage.started', 'running', 'video', 0.0, 0.0, 'Drawing', '{}', '2026-11-29T22:07:43.533Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (4, '8680b3df1af6bd27', 1, 'stage.progress', 'running', 'video', 0.5, 0.5, 'Drawing 1 of 2', '{}', '2026-11-29T22:07:43.544Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (5, '8680b3df1af6bd27', 1, 'stage.completed', 'running', 'video', 1.0, 0.5, 'Drawing 1 of 2', '{"made": 1, "reused": 1}', '2026-11-29T22:07:43.546Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (6, '8680b3df1af6bd27', 1, 'artifact.created', 'running', 'output', NULL, 0.5, 'Drawing 1 of 2', '{"kind": "video", "files": [{"kind": "video", "position": 0, "key": "tasks/8680b3df1af6bd27/1/film.mp4", "media_type": "video/mp4", "bytes": 6, "sha256": "eb4d67fa94a1035e41117b2890d6281a1ad461ac0c9cfa6d3c0e94256a08532f"}]}', '2026-11-29T22:07:43.568Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (7, '8680b3df1af6bd27', 1, 'task.completed', 'completed', 'output', NULL, 1.0, 'Completed', '{}', '2026-11-29T22:07:43.613Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (8, '7ab8730eac245da2', 0, 'task.submitted', 'queued', NULL, NULL, 0.0, 'Waiting for a worker', '{"title": "Failed", "format": "markdown", "priority": 0}', '2026-11-29T22:07:43.657Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (9, '7ab8730eac245da2', 1, 'task.started', 'running', NULL, NULL, 0.0, 'Starting', '{"worker": "host-28487-a27492"}', '2026-11-29T22:07:43.664Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (10, '7ab8730eac245da2', 1, 'task.failed', 'failed', 'video', NULL, 0.0, 'It broke.', '{"code": "stage_failed", "message": "It broke.", "hint": "Try again; what was finished is kept. If it fails again, look at the server''s log.", "retryable": true, "faults": [], "stage": "video"}', '2026-11-29T22:07:43.668Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (11, '3d1c9691e9ddf543', 0, 'task.submitted', 'queued', NULL, NULL, 0.0, 'Waiting for a worker', '{"title": "Deleted", "format": "markdown", "priority": 0}', '2026-11-29T22:07:43.679Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (12, '3d1c9691e9ddf543', 0, 'task.cancelled', 'cancelled', NULL, NULL, 0.0, 'Cancelled', '{}', '2026-11-29T22:07:43.685Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (13, '3d1c9691e9ddf543', 0, 'task.deleted', 'cancelled', NULL, NULL, 0.0, 'Cancelled', '{}', '2026-11-29T22:07:43.686Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (14, 'e55e2815fe306cc6', 0, 'task.submitted', 'queued', NULL, NULL, 0.0, 'Waiting for a worker', '{"title": "Running", "format": "markdown", "priority": 0, "assets": {"picture.png": "92b2fa58028958317e408bd84ecfa70f5ee35b121991dbc232c49d166353708b"}}', '2026-11-29T22:07:43.704Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (15, 'e55e2815fe306cc6', 1, 'task.started', 'running', NULL, NULL, 0.0, 'Starting', '{"worker": "host-28487-a27492"}', '2026-11-29T22:07:43.711Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (16, 'e55e2815fe306cc6', 1, 'stage.started', 'running', 'parsing', 0.0, 0.0, 'Reading', '{}', '2026-11-29T22:07:43.717Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (17, '7fe16bf27502b30d', 0, 'task.submitted', 'queued', NULL, NULL, 0.0, 'Waiting for a worker', '{"title": "Waiting for the disk", "format": "markdown", "priority": 1}', '2026-11-29T22:07:43.718Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (18, '9d7ec3399fc8a88d', 0, 'task.submitted', 'queued', NULL, NULL, 0.0, 'Waiting for a worker', '{"title": "Waiting", "format": "markdown", "priority": 0}', '2026-11-29T22:07:43.727Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (19, '7fe16bf27502b30d', 0, 'task.held', 'queued', NULL, NULL, 0.0, 'Waiting for room on the disk', '{"code": "disk_low", "message": "Only 3 MB are free.", "hint": "Free some space or delete old tasks: what waits is started by itself as soon as there is room. Or lower VIDEOGEN_DISK_FREE_MIN_BYTES.", "retryable": true, "faults": []}', '2026-11-29T22:07:43.738Z');
INSERT INTO events (seq, task_id, attempt, type, status, stage, stage_progress, progress, message, data, at) VALUES (20, '9d7ec3399fc8a88d', 0, 'task.tagged', 'queued', NULL, NULL, 0.0, 'Waiting for a worker', '{"tags": ["lesson"], "before": []}', '2026-11-30T11:00:28.870Z');
CREATE TABLE log (
	id INTEGER NOT NULL, 
	epoch TEXT NOT NULL, 
	floor INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT one_row CHECK (id = 1)
)
 STRICT

;
INSERT INTO log (id, epoch, floor) VALUES (1, 'f9da54e3', 0);
CREATE TABLE tasks (
	id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	status TEXT NOT NULL, 
	format TEXT NOT NULL, 
	options TEXT DEFAULT '{}' NOT NULL, 
	stage TEXT, 
	stages TEXT DEFAULT '{}' NOT NULL, 
	progress REAL DEFAULT 0 NOT NULL, 
	message TEXT, 
	attempt INTEGER DEFAULT 0 NOT NULL, 
	attempts_left INTEGER DEFAULT 3 NOT NULL, 
	attempts INTEGER DEFAULT 3 NOT NULL, 
	priority INTEGER DEFAULT 0 NOT NULL, 
	not_before TEXT, 
	worker_id TEXT, 
	lease_expires_at TEXT, 
	lease_boot TEXT, 
	lease_until_s REAL, 
	cancel_requested_at TEXT, 
	error_code TEXT, 
	error_message TEXT, 
	error_hint TEXT, 
	error_stage TEXT, 
	idempotency_key TEXT, 
	made_from_task_id TEXT, 
	created_at TEXT NOT NULL, 
	started_at TEXT, 
	finished_at TEXT, 
	deleted_at TEXT, 
	source TEXT NOT NULL, hold_reason TEXT, kind TEXT DEFAULT 'video' NOT NULL, payload TEXT DEFAULT '{}' NOT NULL CONSTRAINT payload_json CHECK (json_valid(payload) AND json_type(payload) = 'object'), run_at TEXT, queue_rank INTEGER DEFAULT 0 NOT NULL, lock TEXT, unique_key TEXT, schedule_id TEXT, 
	PRIMARY KEY (id), 
	CONSTRAINT status_known CHECK (status IN ('queued', 'running', 'completed', 'failed', 'cancelled')), 
	CONSTRAINT attempts_left_positive CHECK (attempts_left >= 0), 
	CONSTRAINT options_json CHECK (json_valid(options) AND json_type(options) = 'object'), 
	CONSTRAINT stages_json CHECK (json_valid(stages) AND json_type(stages) = 'object'), 
	CONSTRAINT progress_fraction CHECK (progress BETWEEN 0 AND 1), 
	UNIQUE (idempotency_key)
)
 STRICT

;
INSERT INTO tasks (id, title, status, format, options, stage, stages, progress, message, attempt, attempts_left, attempts, priority, not_before, worker_id, lease_expires_at, lease_boot, lease_until_s, cancel_requested_at, error_code, error_message, error_hint, error_stage, idempotency_key, made_from_task_id, created_at, started_at, finished_at, deleted_at, source, hold_reason, kind, payload, run_at, queue_rank, lock, unique_key, schedule_id) VALUES ('8680b3df1af6bd27', 'Finished', 'completed', 'markdown', '{}', 'output', '{"video":{"progress":1.0,"status":"completed","started_at":"2026-11-29T22:07:43.533Z","finished_at":"2026-11-29T22:07:43.546Z","made":1,"reused":1}}', 1.0, 'Completed', 1, 3, 3, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'one', NULL, '2026-11-29T22:07:43.493Z', '2026-11-29T22:07:43.511Z', '2026-11-29T22:07:43.613Z', NULL, '# Finished

A script of version 0006: café.
', NULL, 'video', '{}', NULL, 1795990063493, NULL, NULL, NULL);
INSERT INTO tasks (id, title, status, format, options, stage, stages, progress, message, attempt, attempts_left, attempts, priority, not_before, worker_id, lease_expires_at, lease_boot, lease_until_s, cancel_requested_at, error_code, error_message, error_hint, error_stage, idempotency_key, made_from_task_id, created_at, started_at, finished_at, deleted_at, source, hold_reason, kind, payload, run_at, queue_rank, lock, unique_key, schedule_id) VALUES ('7ab8730eac245da2', 'Failed', 'failed', 'markdown', '{}', 'video', '{}', 0.0, 'It broke.', 1, 3, 3, 0, NULL, NULL, NULL, NULL, NULL, NULL, 'stage_failed', 'It broke.', 'Try again; what was finished is kept. If it fails again, look at the server''s log.', 'video', NULL, NULL, '2026-11-29T22:07:43.657Z', '2026-11-29T22:07:43.664Z', '2026-11-29T22:07:43.668Z', NULL, '# Failed

A script of version 0006: café.
', NULL, 'video', '{}', NULL, 1795990063657, NULL, NULL, NULL);
INSERT INTO tasks (id, title, status, format, options, stage, stages, progress, message, attempt, attempts_left, attempts, priority, not_before, worker_id, lease_expires_at, lease_boot, lease_until_s, cancel_requested_at, error_code, error_message, error_hint, error_stage, idempotency_key, made_from_task_id, created_at, started_at, finished_at, deleted_at, source, hold_reason, kind, payload, run_at, queue_rank, lock, unique_key, schedule_id) VALUES ('3d1c9691e9ddf543', 'Deleted', 'cancelled', 'markdown', '{}', NULL, '{}', 0.0, 'Cancelled', 0, 3, 3, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29T22:07:43.679Z', NULL, '2026-11-29T22:07:43.685Z', '2026-11-29T22:07:43.686Z', '# Deleted

A script of version 0006: café.
', NULL, 'video', '{}', NULL, 1795990063679, NULL, NULL, NULL);
INSERT INTO tasks (id, title, status, format, options, stage, stages, progress, message, attempt, attempts_left, attempts, priority, not_before, worker_id, lease_expires_at, lease_boot, lease_until_s, cancel_requested_at, error_code, error_message, error_hint, error_stage, idempotency_key, made_from_task_id, created_at, started_at, finished_at, deleted_at, source, hold_reason, kind, payload, run_at, queue_rank, lock, unique_key, schedule_id) VALUES ('e55e2815fe306cc6', 'Running', 'running', 'markdown', '{}', 'parsing', '{"parsing":{"progress":0.0,"status":"running","started_at":"2026-11-29T22:07:43.717Z"}}', 0.0, 'Reading', 1, 3, 3, 0, NULL, 'host-28487-a27492', '2026-11-29T22:17:43.712Z', '11111111-2222-3333-4444-555555555555', 22327.936288738, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29T22:07:43.704Z', '2026-11-29T22:07:43.711Z', NULL, NULL, '# Running

A script of version 0006: café.
', NULL, 'video', '{}', NULL, 1795990063704, NULL, NULL, NULL);
INSERT INTO tasks (id, title, status, format, options, stage, stages, progress, message, attempt, attempts_left, attempts, priority, not_before, worker_id, lease_expires_at, lease_boot, lease_until_s, cancel_requested_at, error_code, error_message, error_hint, error_stage, idempotency_key, made_from_task_id, created_at, started_at, finished_at, deleted_at, source, hold_reason, kind, payload, run_at, queue_rank, lock, unique_key, schedule_id) VALUES ('7fe16bf27502b30d', 'Waiting for the disk', 'queued', 'markdown', '{}', NULL, '{}', 0.0, 'Waiting for room on the disk', 0, 3, 3, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29T22:07:43.718Z', NULL, NULL, NULL, '# Waiting for the disk

A script of version 0006: café.
', 'disk_low', 'video', '{}', NULL, 1795989463718, NULL, NULL, NULL);
INSERT INTO tasks (id, title, status, format, options, stage, stages, progress, message, attempt, attempts_left, attempts, priority, not_before, worker_id, lease_expires_at, lease_boot, lease_until_s, cancel_requested_at, error_code, error_message, error_hint, error_stage, idempotency_key, made_from_task_id, created_at, started_at, finished_at, deleted_at, source, hold_reason, kind, payload, run_at, queue_rank, lock, unique_key, schedule_id) VALUES ('9d7ec3399fc8a88d', 'Waiting', 'queued', 'markdown', '{}', NULL, '{}', 0.0, 'Waiting for a worker', 0, 3, 3, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-11-29T22:07:43.727Z', NULL, NULL, NULL, '# Waiting

A script of version 0006: café.
', NULL, 'video', '{}', NULL, 1795990063727, NULL, NULL, NULL);
CREATE TABLE workers (
	id TEXT NOT NULL, 
	host TEXT NOT NULL, 
	boot TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	born TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	task_id TEXT, 
	PRIMARY KEY (id)
)
 STRICT

;
INSERT INTO workers (id, host, boot, pid, born, started_at, seen_at, task_id) VALUES ('host-28487-a27492', 'host', '11111111-2222-3333-4444-555555555555', 28487, '2172650', '2026-11-29T22:07:43.481Z', '2026-11-29T22:07:43.713Z', 'e55e2815fe306cc6');
CREATE TABLE artifacts (
	id INTEGER NOT NULL, 
	task_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	bytes INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE, 
	UNIQUE (task_id, kind, position)
)
 STRICT

;
INSERT INTO artifacts (id, task_id, kind, position, key, media_type, bytes, sha256) VALUES (1, '8680b3df1af6bd27', 'video', 0, 'tasks/8680b3df1af6bd27/1/film.mp4', 'video/mp4', 6, 'eb4d67fa94a1035e41117b2890d6281a1ad461ac0c9cfa6d3c0e94256a08532f');
CREATE TABLE tokens (
	name TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	used_at TEXT, 
	PRIMARY KEY (name), 
	UNIQUE (hash)
)
 STRICT

;
INSERT INTO tokens (name, hash, created_at, used_at) VALUES ('laptop', '4f97d2b2f8badd9b661b26c7b3eff503a20896e4936688f5a8e98632560a9386', '2026-11-29T22:07:43.698Z', NULL);
CREATE TABLE assets (
	task_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	id TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	bytes INTEGER NOT NULL, 
	PRIMARY KEY (task_id, name), 
	FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
)
 STRICT

;
INSERT INTO assets (task_id, name, id, media_type, bytes) VALUES ('e55e2815fe306cc6', 'picture.png', '92b2fa58028958317e408bd84ecfa70f5ee35b121991dbc232c49d166353708b', 'image/png', 9);
CREATE TABLE sessions (
	hash TEXT NOT NULL, 
	epoch TEXT NOT NULL, 
	password TEXT NOT NULL, 
	network TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	used_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	ended_at TEXT, 
	PRIMARY KEY (hash)
)
 STRICT

;
CREATE TABLE failed_logins (
	id INTEGER NOT NULL, 
	address TEXT NOT NULL, 
	network TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
)
 STRICT

;
CREATE TABLE shares (
	id TEXT NOT NULL, 
	task_id TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	expires_at TEXT NOT NULL, 
	used_at TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
)
 STRICT

;
CREATE TABLE dependencies (
    task_id TEXT NOT NULL,
    after_task_id TEXT NOT NULL,
    PRIMARY KEY (task_id, after_task_id),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
) STRICT;
CREATE TABLE schedules (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    cron TEXT NOT NULL,
    timezone TEXT NOT NULL,
    template TEXT NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    overlap INTEGER DEFAULT 0 NOT NULL,
    catch_up INTEGER DEFAULT 1 NOT NULL,
    created_at TEXT NOT NULL,
    paused_at TEXT,
    next_at TEXT,
    last_at TEXT,
    last_task_id TEXT,
    skip_reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT template_json CHECK (json_valid(template) AND json_type(template) = 'object'),
    CONSTRAINT assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array'),
    UNIQUE (name)
) STRICT;
INSERT INTO schedules (id, name, cron, timezone, template, assets, overlap, catch_up, created_at, paused_at, next_at, last_at, last_task_id, skip_reason) VALUES ('sch1', 'Weekly', '0 9 * * MON', 'UTC', '{"source": "# A", "format": "markdown", "title": "A"}', '[]', 0, 1, '2026-11-01T09:00:00.000Z', NULL, '2026-12-07T09:00:00.000Z', NULL, NULL, NULL);
CREATE TABLE brands (
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    colours TEXT DEFAULT '{}' NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT definition_json CHECK (json_valid(definition) AND json_type(definition) = 'object'),
    CONSTRAINT brand_assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array'),
    CONSTRAINT brand_colours_json CHECK (json_valid(colours) AND json_type(colours) = 'object')
) STRICT;
INSERT INTO brands (name, definition, assets, colours, created_at, updated_at) VALUES ('harbour', '{"theme": "paper"}', '[]', '{"accent": [1, 2, 3]}', '2026-11-30T10:13:42.219Z', '2026-11-30T10:13:42.219Z');
CREATE TABLE task_tags (
    task_id TEXT NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (task_id, tag),
    FOREIGN KEY(task_id) REFERENCES tasks (id) ON DELETE CASCADE
) STRICT;
INSERT INTO task_tags (task_id, tag) VALUES ('9d7ec3399fc8a88d', 'lesson');
CREATE TABLE drafts (
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    revision INTEGER DEFAULT 1 NOT NULL,
    format TEXT DEFAULT '' NOT NULL,
    options TEXT DEFAULT '{}' NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    script TEXT NOT NULL, words INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT draft_options_json CHECK (json_valid(options) AND json_type(options) = 'object'),
    CONSTRAINT draft_assets_json CHECK (json_valid(assets) AND json_type(assets) = 'array')
) STRICT;
INSERT INTO drafts (id, title, revision, format, options, assets, created_at, updated_at, script, words) VALUES ('d006cbeb9fd2bdd7', 'Tea', 2, '', '{}', '[]', '2026-11-30T13:45:52.627Z', '2026-11-30T13:45:52.659Z', '## Tea

Two leaves.', 4);
INSERT INTO drafts (id, title, revision, format, options, assets, created_at, updated_at, script, words) VALUES ('5c444223d3a2e5a5', 'Untitled', 1, '', '{}', '[]', '2026-11-30T13:45:52.668Z', '2026-11-30T13:45:52.668Z', '', 0);
CREATE TABLE draft_versions (
    draft_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    format TEXT DEFAULT '' NOT NULL,
    options TEXT DEFAULT '{}' NOT NULL,
    assets TEXT DEFAULT '[]' NOT NULL,
    task_id TEXT,
    created_at TEXT NOT NULL,
    script TEXT NOT NULL, words INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (draft_id, number),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
) STRICT;
INSERT INTO draft_versions (draft_id, number, title, format, options, assets, task_id, created_at, script, words) VALUES ('d006cbeb9fd2bdd7', 1, 'Tea', 'markdown', '{"theme": "paper"}', '[]', NULL, '2026-11-30T13:45:52.651Z', '## Tea

A leaf in  hot water.', 7);
CREATE TABLE draft_readers (
    draft_id TEXT NOT NULL,
    page TEXT NOT NULL,
    edits INTEGER NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (draft_id, page),
    FOREIGN KEY(draft_id) REFERENCES drafts (id) ON DELETE CASCADE
) STRICT;
INSERT INTO draft_readers (draft_id, page, edits, seen_at) VALUES ('d006cbeb9fd2bdd7', 'page', 1, '2026-11-30T13:45:52.665Z');
CREATE VIRTUAL TABLE task_search USING fts5(task_id, title, source, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
INSERT INTO task_search (rowid, task_id, title, source) VALUES (1, '8680b3df1af6bd27', 'Finished', '# Finished

A script of version 0006: café.
');
INSERT INTO task_search (rowid, task_id, title, source) VALUES (2, '7ab8730eac245da2', 'Failed', '# Failed

A script of version 0006: café.
');
INSERT INTO task_search (rowid, task_id, title, source) VALUES (3, '3d1c9691e9ddf543', 'Deleted', '# Deleted

A script of version 0006: café.
');
INSERT INTO task_search (rowid, task_id, title, source) VALUES (4, 'e55e2815fe306cc6', 'Running', '# Running

A script of version 0006: café.
');
INSERT INTO task_search (rowid, task_id, title, source) VALUES (5, '7fe16bf27502b30d', 'Waiting for the disk', '# Waiting for the disk

A script of version 0006: café.
');
INSERT INTO task_search (rowid, task_id, title, source) VALUES (6, '9d7ec3399fc8a88d', 'Waiting', '# Waiting

A script of version 0006: café.
');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence (name, seq) VALUES ('events', 20);
CREATE INDEX events_of_task ON events (task_id, seq);
CREATE INDEX events_told_by_type ON events (task_id, type) WHERE type IN ('task.warning', 'task.failed', 'task.deleted');
CREATE INDEX tasks_by_age ON tasks (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX tasks_by_status ON tasks (status, deleted_at, created_at, id);
CREATE INDEX tasks_deleted ON tasks (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX tasks_finished ON tasks (finished_at, id) WHERE finished_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX workers_by_sight ON workers (seen_at);
CREATE INDEX artifacts_of_task ON artifacts (task_id, position);
CREATE INDEX assets_by_id ON assets (id);
CREATE INDEX sessions_by_network ON sessions (network);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX failed_logins_by_time ON failed_logins (at);
CREATE INDEX shares_of_task ON shares (task_id);
CREATE INDEX tasks_by_kind ON tasks (kind, deleted_at, created_at, id);
CREATE INDEX tasks_queued ON tasks (queue_rank, created_at, id, kind, run_at, not_before, hold_reason, lock) WHERE status = 'queued' AND deleted_at IS NULL;
CREATE INDEX tasks_locked ON tasks (lock) WHERE status = 'running' AND lock IS NOT NULL;
CREATE INDEX tasks_unique ON tasks (unique_key, kind) WHERE unique_key IS NOT NULL;
CREATE INDEX dependencies_by_task ON dependencies (after_task_id, task_id);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL AND paused_at IS NULL;
CREATE INDEX task_tags_by_tag ON task_tags (tag, task_id);
CREATE INDEX drafts_by_change ON drafts (updated_at, id);
CREATE TRIGGER events_are_not_changed
BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'events are append-only');
END;
CREATE TRIGGER events_get_their_seq
BEFORE INSERT ON events WHEN NEW.seq <> -1
BEGIN
    SELECT RAISE(ABORT, 'the log gives the seq itself');
END;
CREATE TRIGGER events_are_kept
BEFORE DELETE ON events
WHEN OLD.seq > (SELECT floor FROM log) AND (OLD.task_id IS NULL OR EXISTS (SELECT 1 FROM tasks WHERE id = OLD.task_id))
BEGIN
    SELECT RAISE(ABORT, 'events above the floor are kept as long as their task');
END;
CREATE TRIGGER log_is_one_row
BEFORE DELETE ON log
BEGIN
    SELECT RAISE(ABORT, 'the log keeps its row');
END;
CREATE TRIGGER floor_only_rises
BEFORE UPDATE OF floor ON log WHEN NEW.floor < OLD.floor AND NEW.epoch = OLD.epoch
BEGIN
    SELECT RAISE(ABORT, 'the floor only rises');
END;
CREATE TRIGGER search_takes
AFTER INSERT ON tasks
BEGIN
    INSERT INTO task_search (task_id, title, source) VALUES (NEW.id, NEW.title, NEW.source);
END;
CREATE TRIGGER search_follows
AFTER UPDATE OF id, title, source ON tasks
BEGIN
    UPDATE task_search SET task_id = NEW.id, title = NEW.title, source = NEW.source WHERE rowid IN (SELECT rowid FROM task_search WHERE task_search = 'task_id : "' || replace(OLD.id, '"', '""') || '"' AND task_id = OLD.id
        UNION ALL SELECT rowid FROM task_search WHERE OLD.id NOT GLOB '*[0-9A-Za-z]*' AND task_id = OLD.id);
END;
CREATE TRIGGER search_lets_go
AFTER DELETE ON tasks
BEGIN
    DELETE FROM task_search WHERE rowid IN (SELECT rowid FROM task_search WHERE task_search = 'task_id : "' || replace(OLD.id, '"', '""') || '"' AND task_id = OLD.id
        UNION ALL SELECT rowid FROM task_search WHERE OLD.id NOT GLOB '*[0-9A-Za-z]*' AND task_id = OLD.id);
END;
CREATE VIEW queue AS SELECT row_number() OVER (ORDER BY queue_rank, created_at, id) AS position, id AS task_id, kind, title, priority, attempts_left,
       created_at, max(round((julianday(strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) - julianday(created_at)) * 86400, 1), 0.0) AS waiting_s, not_before, hold_reason,
       run_at, lock,
       (SELECT group_concat(d.after_task_id, ' ') FROM dependencies d LEFT JOIN tasks a ON a.id = d.after_task_id
        WHERE d.task_id = tasks.id AND coalesce(a.status, '') <> 'completed') AS waits_for
FROM tasks WHERE status = 'queued' AND deleted_at IS NULL
ORDER BY position;
CREATE VIEW task_timeline AS SELECT e.task_id, e.seq, e.at,
       max(round((max(julianday(e.at)) OVER each_task - julianday(coalesce(t.created_at, first_value(e.at) OVER each_task))) * 86400, 3),
           0.0) AS since_submitted_s,
       e.attempt, e.type, e.status, e.stage, round(e.progress * 100, 1) AS percent, e.message, nullif(e.data, '{}') AS data
FROM events e LEFT JOIN tasks t ON t.id = e.task_id WHERE e.task_id IS NOT NULL
WINDOW each_task AS (PARTITION BY e.task_id ORDER BY e.seq)
ORDER BY e.seq;
CREATE VIEW stage_times AS SELECT b.task_id, t.kind, b.attempt, b.stage, b.at AS started_at, f.at AS finished_at,
       max(round((julianday(f.at) - julianday(b.at)) * 86400, 3), 0.0) AS seconds, f.type AS outcome,
       json_extract(f.data, '$.made') AS made, json_extract(f.data, '$.reused') AS reused
FROM events b LEFT JOIN events f ON f.task_id = b.task_id AND f.attempt = b.attempt AND f.stage = b.stage
     AND f.type IN ('stage.completed', 'stage.failed')
     LEFT JOIN tasks t ON t.id = b.task_id
WHERE b.type = 'stage.started'
ORDER BY b.task_id, b.attempt, b.seq;
CREATE VIEW failures AS SELECT id AS task_id, kind, title, finished_at, error_stage AS stage, error_code AS code, error_message AS message, error_hint AS hint,
       attempt
FROM tasks WHERE status = 'failed' AND deleted_at IS NULL
ORDER BY finished_at DESC;
CREATE VIEW storage AS SELECT t.id AS task_id, t.kind, t.title, count(a.id) AS files, coalesce(sum(a.bytes), 0) AS bytes,
       coalesce(sum(a.bytes) FILTER (WHERE a.kind = 'video'), 0) AS video_bytes, t.finished_at
FROM tasks t LEFT JOIN artifacts a ON a.task_id = t.id
GROUP BY t.id
ORDER BY bytes DESC;
CREATE VIEW schedule_times AS SELECT s.id AS schedule_id, s.name, s.cron, s.timezone, s.next_at, s.paused_at, s.last_at, s.last_task_id, t.status AS last_status,
       s.skip_reason
FROM schedules s LEFT JOIN tasks t ON t.id = s.last_task_id
ORDER BY s.paused_at IS NOT NULL, s.next_at, s.name;
CREATE VIEW submit AS SELECT source, title, format, options, priority, kind, payload, run_at, lock FROM tasks WHERE 0;
CREATE VIEW cancel AS SELECT id AS task_id FROM tasks WHERE 0;
CREATE TRIGGER submit_by_insert
INSTEAD OF INSERT ON submit
BEGIN
    SELECT RAISE(ABORT, 'run_at is no time') WHERE NEW.run_at IS NOT NULL AND strftime('%Y-%m-%dT%H:%M:%fZ', NEW.run_at) IS NULL;
    SELECT RAISE(ABORT, 'source is missing') WHERE NEW.kind IS NULL AND coalesce(trim(CAST(NEW.source AS TEXT), ' ' || char(9) || char(10) || char(13)), '') = '';
    INSERT INTO tasks (id, kind, title, status, payload, source, format, options, priority, message, created_at, run_at, lock,
        queue_rank)
    VALUES (lower(hex(randomblob(8))), coalesce(NEW.kind, 'video'),
            coalesce(NEW.title, nullif(CASE WHEN instr(char(10) || CAST(NEW.source AS TEXT), char(10) || '# ') > 0
                THEN trim(substr(substr(char(10) || CAST(NEW.source AS TEXT), instr(char(10) || CAST(NEW.source AS TEXT), char(10) || '# ') + 3), 1, instr(substr(char(10) || CAST(NEW.source AS TEXT), instr(char(10) || CAST(NEW.source AS TEXT), char(10) || '# ') + 3) || char(10), char(10)) - 1), ' ' || char(9) || char(10) || char(13)) END, ''), NEW.kind, 'Untitled'),
            'queued', coalesce(NEW.payload, '{}'), coalesce(CAST(NEW.source AS TEXT), ''),
            coalesce(NEW.format, CASE WHEN NEW.source IS NULL THEN '' ELSE 'markdown' END),
            coalesce(NEW.options, '{}'), coalesce(NEW.priority, 0),
            'Waiting for a worker', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', NEW.run_at), nullif(NEW.lock, ''),
            CAST(round((julianday(max(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', NEW.run_at), ''))) - 2440587.5) * 86400000) AS INTEGER)
                - coalesce(NEW.priority, 0) * 600000);
    INSERT INTO events (task_id, attempt, type, status, progress, message, data, at)
    SELECT id, attempt, 'task.submitted', status, progress, message,
           json_patch(json_object('kind', kind, 'title', title, 'format', format, 'priority', priority),
                      json_object('run_at', run_at, 'lock', lock)), created_at
    FROM tasks WHERE rowid = last_insert_rowid();
END;
CREATE TRIGGER cancel_by_insert
INSTEAD OF INSERT ON cancel
BEGIN
    SELECT RAISE(ABORT, 'there is no such task that waits or runs')
    WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE id = NEW.task_id AND status IN ('queued', 'running') AND deleted_at IS NULL);
    UPDATE tasks SET cancel_requested_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), message = 'Cancelling'
    WHERE id = NEW.task_id AND status = 'running' AND cancel_requested_at IS NULL;
    INSERT INTO events (task_id, attempt, type, status, stage, progress, message, data, at)
    SELECT id, attempt, 'task.cancelling', status, stage, progress, message, '{}', cancel_requested_at
    FROM tasks WHERE id = NEW.task_id AND status = 'running' AND changes() = 1;
    UPDATE tasks SET status = 'cancelled', message = 'Cancelled', hold_reason = NULL, finished_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    WHERE id = NEW.task_id AND status = 'queued';
    INSERT INTO events (task_id, attempt, type, status, stage, progress, message, data, at)
    SELECT id, attempt, 'task.cancelled', status, stage, progress, message, '{}', finished_at
    FROM tasks WHERE id = NEW.task_id AND status = 'cancelled' AND changes() = 1;
END;
COMMIT;
