"""Statements in SQLite's own words. `models.postgres.statements` has the same in PostgreSQL's.

Where the queue is read, the index is named: SQLite would take one by status, and sort the whole queue each time.
"""

NEXT = (
    "SELECT id FROM tasks INDEXED BY tasks_queued WHERE status = 'queued' AND deleted_at IS NULL"
    " AND (:kinds IS NULL OR kind IN (SELECT value FROM json_each(:kinds)))"
    " AND (run_at IS NULL OR run_at <= :at)"
    " AND (not_before IS NULL OR not_before <= :at OR not_before > :an_hour_ahead)"
    " AND hold_reason IS NOT 'waiting_for_tasks'"
    " AND (lock IS NULL OR NOT EXISTS"
    "  (SELECT 1 FROM tasks AS holder INDEXED BY tasks_locked WHERE holder.lock = tasks.lock AND holder.status = 'running'))"
    " ORDER BY queue_rank, created_at, id LIMIT 1"
)
UNSETTLED = (
    "SELECT id FROM tasks INDEXED BY tasks_queued WHERE status = 'queued' AND deleted_at IS NULL AND hold_reason = :reason AND"
    " (NOT EXISTS (SELECT 1 FROM dependencies d JOIN tasks a ON a.id = d.after_task_id"
    "  WHERE d.task_id = tasks.id AND a.status <> 'completed')"
    " OR EXISTS (SELECT 1 FROM dependencies d JOIN tasks a ON a.id = d.after_task_id"
    "  WHERE d.task_id = tasks.id AND a.status IN ('failed', 'cancelled')))"
)
UNKNOWN = (
    "SELECT id FROM tasks INDEXED BY tasks_queued WHERE status = 'queued' AND deleted_at IS NULL"
    " AND kind NOT IN (SELECT value FROM json_each(:kinds)) AND hold_reason IS NOT :reason"
    " AND hold_reason IS NOT 'waiting_for_tasks'"
)
KNOWN = (
    "SELECT id FROM tasks INDEXED BY tasks_queued WHERE status = 'queued' AND deleted_at IS NULL"
    " AND kind IN (SELECT value FROM json_each(:kinds)) AND hold_reason = :reason"
)
USED_BY_SCHEDULE = "SELECT 1 FROM schedules, json_each(schedules.assets) AS file WHERE json_extract(file.value, '$.id') = :of_id LIMIT 1"
FILES_OF_SCHEDULES = (
    "SELECT DISTINCT json_extract(file.value, '$.id'), json_extract(file.value, '$.bytes')"
    " FROM schedules, json_each(schedules.assets) AS file"
)
USED_BY_DRAFT = USED_BY_SCHEDULE.replace("schedules", "drafts")
FILES_OF_DRAFTS = FILES_OF_SCHEDULES.replace("schedules", "drafts")
USED_BY_VERSION = USED_BY_SCHEDULE.replace("schedules", "draft_versions")
FILES_OF_VERSIONS = FILES_OF_SCHEDULES.replace("schedules", "draft_versions")
USED_BY_BRAND = USED_BY_SCHEDULE.replace("schedules", "brands")
FILES_OF_BRANDS = FILES_OF_SCHEDULES.replace("schedules", "brands")
