"""The queries of docs/inspecting.md, for `app.py inspect`. A test compares the two."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question about the store and the SQL that answers it. Datasette asks for the parameter `:task`."""

    name: str
    title: str
    sql: str


QUESTIONS = (
    Question("queue", "What waits, in the order in which it is started", "SELECT * FROM queue"),
    Question(
        "delayed",
        "Which tasks wait for others, for their time, or for a lock",
        "SELECT task_id, title, run_at, lock, waits_for FROM queue WHERE coalesce(run_at, lock, waits_for) IS NOT NULL",
    ),
    Question("schedules", "Which schedules come next", "SELECT * FROM schedule_times"),
    Question(
        "running",
        "What is rendering, how far it is, and which worker has it",
        "SELECT id, title, stage, round(progress * 100) AS percent, message, worker_id FROM tasks WHERE status = 'running'",
    ),
    Question("counts", "How many tasks have each status", "SELECT status, count(*) FROM tasks GROUP BY status"),
    Question(
        "words",
        "Which scripts contain a word",
        "SELECT task_id, title, snippet(task_search, 2, '[', ']', '…', 12) FROM task_search WHERE task_search MATCH 'sentence'",
    ),
    Question(
        "workers",
        "Which workers there are, and when each gave its last sign of life",
        "SELECT pid, started_at, seen_at, task_id FROM workers",
    ),
    Question(
        "story",
        "The whole story of a task, each event a line",
        "SELECT at, since_submitted_s, type, stage, percent, message FROM task_timeline WHERE task_id = :task",
    ),
    Question("timeline", "The stories of all tasks", "SELECT * FROM task_timeline"),
    Question(
        "stage-times",
        "How long each stage of a task took, and how much of it was made and how much was taken from the cache",
        "SELECT stage, attempt, seconds, outcome, made, reused FROM stage_times WHERE task_id = :task",
    ),
    Question(
        "warnings",
        "What a task warned of",
        "SELECT json_extract(data, '$.message') FROM events WHERE task_id = :task AND type = 'task.warning'",
    ),
    Question(
        "scenes",
        "The scenes of a task, in the order in which they were finished",
        "SELECT at, json_extract(data, '$.position'), json_extract(data, '$.title') FROM events"
        " WHERE task_id = :task AND type = 'scene.rendered' ORDER BY seq",
    ),
    Question("script", "The script of a task, as it was submitted", "SELECT source FROM tasks WHERE id = :task"),
    Question("failures", "Everything that failed, where, and what to do about it", "SELECT * FROM failures"),
    Question(
        "lost",
        "Attempts that were lost with their worker",
        "SELECT task_id, at, json_extract(data, '$.reason') FROM events WHERE type = 'attempt.lost'",
    ),
    Question("storage", "What takes the space", "SELECT * FROM storage"),
    Question(
        "files",
        "Where the files of a task are, below the data directory",
        "SELECT kind, position, key, bytes FROM artifacts WHERE task_id = :task ORDER BY position, kind",
    ),
)
