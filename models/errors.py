"""Errors of the job store, and the base of every error of this project.

An error has a code for programs, an HTTP status for the web, and a hint for a person. It is raised where the fault is found, with its
diagnostics, and translated once at the edge: into problem+json, an exit code, or a `task.failed` event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar


class VideogenError(Exception):
    """Something inside went wrong."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    program: ClassVar[str] = "app.py"
    """What a person types to start this program; hints are written with `app.py`."""
    former_codes: ClassVar[tuple[str, ...]] = ()
    """Codes this class had before: they are in old logs, and links to their documentation still work."""
    hint: str = "Look at the server's log for the details."

    def __init__(self, detail: str, *, hint: str | None = None, diagnostics: Sequence[Diagnostic] = (), **evidence: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.diagnostics = tuple(diagnostics)
        self.evidence = evidence
        self.hint = (self.hint if hint is None else hint).replace("app.py", self.program)

    @property
    def title(self) -> str:
        """The class's sentence: the same for every error of the class."""
        return (type(self).__doc__ or "").strip().splitlines()[0].rstrip(".")

    def as_dict(self) -> dict[str, Any]:
        """Return the error as it travels from a renderer to its worker: {code, message, hint, retryable, faults}."""
        return {
            "code": self.code,
            "message": self.detail,
            "hint": self.hint,
            "retryable": self.retryable,
            "faults": [asdict(diagnostic) for diagnostic in self.diagnostics],
        }


@dataclass(frozen=True)
class Diagnostic:
    """One place in what was submitted that is wrong. `line` and `column` count from 1; `path` is a name such as `scenes.2.title`."""

    message: str
    line: int | None = None
    column: int | None = None
    path: str | None = None


class TaskNotFound(VideogenError):
    """There is no such task."""

    code = "task_not_found"
    status = 404
    hint = "Check the id: app.py tasks and the page /tasks list what there is."


class TaskGone(VideogenError):
    """The task has been deleted."""

    code = "task_deleted"
    status = 410
    hint = "Within VIDEOGEN_UNDO_S of the deletion POST /api/tasks/TASK/undelete brings it back; later, submit the script again."


class ShareNotFound(VideogenError):
    """There is no such share link."""

    code = "share_not_found"
    status = 404
    hint = "It may have expired or been revoked. Ask whoever sent the link for a new one; app.py share TASK --list shows those of a video."


class WrongState(VideogenError):
    """The task is not in a state in which this can be done."""

    code = "wrong_state"
    status = 409
    hint = "Look at the task's status: only waiting or running tasks can be cancelled, only failed or cancelled ones retried."


class IdempotencyConflict(VideogenError):
    """The Idempotency-Key was used before, for something else."""

    code = "idempotency_conflict"
    status = 409
    hint = "Use a new key for a new script, or send the same body again."


class DuplicateTask(VideogenError):
    """Another task has this unique key."""

    code = "duplicate_task"
    status = 409
    hint = "Wait until that task has ended, or cancel it; or use another key."


class BadDependency(VideogenError):
    """A task cannot start after this one."""

    code = "bad_dependency"
    status = 422
    hint = "Name tasks that wait, run or are completed; in a list also the number of an earlier one, from 0."


class BadTags(VideogenError):
    """These tags cannot be stored."""

    code = "bad_tags"
    status = 422
    hint = "Use at most 20 tags of at most 40 characters, such as lesson or spring 2027."


class DraftNotFound(VideogenError):
    """There is no such draft."""

    code = "draft_not_found"
    status = 404
    hint = "It may have been removed: app.py draft list and the page /drafts list what there is."


class DraftChanged(VideogenError):
    """Somebody else has changed the draft meanwhile."""

    code = "draft_changed"
    status = 409
    hint = "Look at what it says now and save again with its revision, or with replace: what is replaced becomes a version."


class TooManyDrafts(VideogenError):
    """There are too many drafts."""

    code = "too_many_drafts"
    status = 409
    hint = "Remove some that nobody needs: app.py draft remove DRAFT, or on the page /drafts."


class DependencyFailed(VideogenError):
    """A task that comes before this one has failed."""

    code = "dependency_failed"
    retryable = True
    hint = "Try that task again: this one then follows by itself."


class DependencyCancelled(VideogenError):
    """A task that comes before this one was cancelled."""

    code = "dependency_cancelled"
    retryable = True
    hint = "Try that task again: this one then follows by itself."


class QueueFull(VideogenError):
    """The queue is full."""

    code = "queue_full"
    status = 503
    retryable = True
    hint = "Wait until a task has ended, or raise VIDEOGEN_MAX_QUEUED."


class StaleAttempt(VideogenError):
    """The attempt no longer holds its lease: another one may have taken over."""

    code = "stale_attempt"
    status = 409
    hint = "Nothing was written. The task goes on with its next attempt."


class StoreBusy(VideogenError):
    """The database stayed busy for too long."""

    code = "store_busy"
    status = 503
    retryable = True
    hint = "Another program holds a write lock on the database; close it, or wait."


class StoreAway(StoreBusy):
    """The database server does not answer."""

    code = "store_away"
    hint = "Check that PostgreSQL runs, and the address in VIDEOGEN_DATABASE_URL. What was accepted before is safe."


class DriverMissing(VideogenError):
    """The driver of PostgreSQL is not installed."""

    code = "driver_missing"
    hint = "Install the extra [postgres] with videogen, or unset VIDEOGEN_DATABASE_URL to use SQLite."


class NotOnPostgreSQL(VideogenError):
    """This is for a store on SQLite."""

    code = "not_on_postgresql"
    status = 409


class StoreTooNew(VideogenError):
    """The database was made by a newer version."""

    code = "store_too_new"
    hint = "Install the newer version again, or restore the copy made before the migration."


class MigrationFailed(VideogenError):
    """The database could not be brought to this version."""

    code = "migration_failed"
    hint = "Nothing was changed: install the version from before again, and report this. A copy is beside the database."


class StoreDamaged(VideogenError):
    """The database is damaged."""

    code = "store_damaged"
    hint = "Stop the server and run: app.py doctor. A backup can be put back with: app.py restore."


class RowDamaged(StoreDamaged):
    """A row of the database is damaged."""

    code = "row_damaged"
    hint = "Delete the task and make it anew, or put a backup back with: app.py restore. app.py doctor tells whether more is damaged."


class StoreUnusable(VideogenError):
    """The data directory cannot be written."""

    code = "store_unusable"
    status = 503
    hint = "Check that the directory exists, belongs to this user, and has free space; or set VIDEOGEN_DATA to another one."


class StoreInUse(VideogenError):
    """The store is in use."""

    code = "store_in_use"
    status = 409
    hint = "Stop the server and the workers of this data directory, then try again."


class BackupExists(VideogenError):
    """Something is already where the backup was to be."""

    code = "backup_exists"
    status = 409
    hint = "Name a directory that is not there yet: a backup never replaces anything."


class NoBackup(VideogenError):
    """There is no backup at this place."""

    code = "no_backup"
    status = 404
    hint = "Name a directory that app.py backup has made, or another data directory."


class StoreNotEmpty(VideogenError):
    """The store that was to be filled is not empty."""

    code = "store_not_empty"
    status = 409
    hint = "Name a database that holds no store yet: createdb makes one."


class DiskFailing(VideogenError):
    """The disk refuses to read or to write."""

    code = "disk_failing"
    hint = (
        "Look at the system's log for errors of the disk, and at this user's limits and quotas (ulimit -f). What was written stays written."
    )


class DiskFull(VideogenError):
    """The disk is full."""

    code = "disk_full"
    status = 507
    retryable = True
    hint = "Free some space, delete old tasks, or lower VIDEOGEN_CACHE_MAX_BYTES; then try again."


class MissingFile(VideogenError):
    """The script names a file that is not there."""

    code = "missing_file"
    status = 422
    hint = "Upload the file with the script, or set the option missing_images to skip."


class BadSchedule(VideogenError):
    """The schedule cannot be used."""

    code = "bad_schedule"
    status = 422
    hint = "Write five fields, minute hour day month weekday, such as 0 9 * * MON, and a time zone such as Europe/Berlin."


class ScheduleExists(VideogenError):
    """A schedule of this name exists."""

    code = "schedule_exists"
    status = 409
    hint = "Choose another name, or remove that schedule first."


class ScheduleNotFound(VideogenError):
    """There is no such schedule."""

    code = "schedule_not_found"
    status = 404
    hint = "app.py schedule list and the page /schedules list what there is."


class BrandNotFound(VideogenError):
    """There is no such brand."""

    code = "brand_not_found"
    status = 404
    hint = "app.py brand list and the page /brands list what there is."


class TooManyBrands(VideogenError):
    """There are as many brands as there may be."""

    code = "too_many_brands"
    status = 409
    hint = "Remove one: app.py brand remove NAME."


class KindMissing(VideogenError):
    """No worker here knows this kind of task."""

    code = "kind_missing"
    status = 422
    hint = "Install the package that the kind comes from, where the server and its workers run, and restart them."


class TokenExists(VideogenError):
    """A token of this name exists."""

    code = "token_exists"
    status = 409
    hint = "Choose another name, or revoke the old one first: app.py token revoke NAME"


class TokenNotFound(VideogenError):
    """There is no token of this name."""

    code = "token_not_found"
    status = 404
    hint = "app.py token list names those there are."


class WorkerLost(VideogenError):
    """The worker was lost again and again while it made this video."""

    code = "worker_lost"
    retryable = True
    hint = "Look at the machine's memory and the server's log, then try again; what was finished is kept."
