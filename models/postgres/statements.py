"""Statements in PostgreSQL's own words. `models.sqlite.statements` has the same in SQLite's."""

NEXT = (
    "SELECT id FROM tasks WHERE status = 'queued' AND deleted_at IS NULL"
    " AND (CAST(:kinds AS text) IS NULL OR kind IN (SELECT json_array_elements_text(CAST(:kinds AS json))))"
    " AND (run_at IS NULL OR run_at <= :at)"
    " AND (not_before IS NULL OR not_before <= :at OR not_before > :an_hour_ahead)"
    " AND hold_reason IS DISTINCT FROM 'waiting_for_tasks'"
    " AND (lock IS NULL OR NOT EXISTS (SELECT 1 FROM tasks AS holder WHERE holder.lock = tasks.lock AND holder.status = 'running'))"
    " ORDER BY queue_rank, created_at, id LIMIT 1"
)
NEXT_TO_CLAIM = f"{NEXT} FOR UPDATE SKIP LOCKED"
UNSETTLED = (
    "SELECT id FROM tasks WHERE status = 'queued' AND deleted_at IS NULL AND hold_reason = :reason AND"
    " (NOT EXISTS (SELECT 1 FROM dependencies d JOIN tasks a ON a.id = d.after_task_id"
    "  WHERE d.task_id = tasks.id AND a.status <> 'completed')"
    " OR EXISTS (SELECT 1 FROM dependencies d JOIN tasks a ON a.id = d.after_task_id"
    "  WHERE d.task_id = tasks.id AND a.status IN ('failed', 'cancelled')))"
)
UNKNOWN = (
    "SELECT id FROM tasks WHERE status = 'queued' AND deleted_at IS NULL"
    " AND kind NOT IN (SELECT json_array_elements_text(CAST(:kinds AS json))) AND hold_reason IS DISTINCT FROM :reason"
    " AND hold_reason IS DISTINCT FROM 'waiting_for_tasks'"
)
KNOWN = (
    "SELECT id FROM tasks WHERE status = 'queued' AND deleted_at IS NULL"
    " AND kind IN (SELECT json_array_elements_text(CAST(:kinds AS json))) AND hold_reason = :reason"
)
USED_BY_SCHEDULE = (
    "SELECT 1 FROM schedules, json_array_elements(CAST(schedules.assets AS json)) AS file WHERE file.value ->> 'id' = :of_id LIMIT 1"
)
FILES_OF_SCHEDULES = (
    "SELECT DISTINCT file.value ->> 'id', CAST(file.value ->> 'bytes' AS bigint)"
    " FROM schedules, json_array_elements(CAST(schedules.assets AS json)) AS file"
)
USED_BY_DRAFT = USED_BY_SCHEDULE.replace("schedules", "drafts")
FILES_OF_DRAFTS = FILES_OF_SCHEDULES.replace("schedules", "drafts")
USED_BY_VERSION = USED_BY_SCHEDULE.replace("schedules", "draft_versions")
FILES_OF_VERSIONS = FILES_OF_SCHEDULES.replace("schedules", "draft_versions")
USED_BY_BRAND = USED_BY_SCHEDULE.replace("schedules", "brands")
FILES_OF_BRANDS = FILES_OF_SCHEDULES.replace("schedules", "brands")
