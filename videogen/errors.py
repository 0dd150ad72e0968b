"""The error tree. An error is a code for programs, an HTTP status for the web, and a hint for the person.

An error is raised where the fault is found, with its evidence (`faults`), and translated once at the edge: the web room makes
problem+json of it, the command line a sentence and an exit code, the worker a `task.failed` event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from videogen import as_typed


@dataclass(frozen=True)
class Fault:
    """One place in what was submitted that is wrong. `line` and `column` count from 1; `path` is a name such as `scenes.2.title`."""

    message: str
    line: int | None = None
    column: int | None = None
    path: str | None = None


class VideogenError(Exception):
    """Something inside went wrong."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    hint: str = "Look at the server's log for the details."

    def __init__(self, detail: str, *, hint: str | None = None, faults: Sequence[Fault] = (), **evidence: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = tuple(faults)
        self.evidence = evidence
        self.hint = as_typed(self.hint if hint is None else hint)

    @property
    def title(self) -> str:
        """The class's sentence: the same for every error of the class."""
        return (type(self).__doc__ or "").strip().splitlines()[0].rstrip(".")

    def as_dict(self) -> dict[str, Any]:
        """The error as it travels from a maker to its worker: {code, message, hint, retryable, faults}."""
        return {
            "code": self.code,
            "message": self.detail,
            "hint": self.hint,
            "retryable": self.retryable,
            "faults": [asdict(fault) for fault in self.faults],
        }


# What a person submitted


class BadScript(VideogenError):
    """The script cannot be used."""

    code = "bad_script"
    status = 422
    hint = "Correct the script at the place named and submit it again."


class EmptyScript(BadScript):
    """The script is empty."""

    code = "empty_script"
    hint = "Write at least a heading, for example: # Hello"


class ScriptNotText(BadScript):
    """The script is not text."""

    code = "script_not_text"
    hint = "Submit plain UTF-8 text: Markdown, YAML or JSON."


class ScriptTooLarge(BadScript):
    """The script is larger than this server takes."""

    code = "script_too_large"
    status = 413
    hint = "Split the script, or raise VIDEOGEN_SCRIPT_MAX_BYTES."


class UnknownFormat(BadScript):
    """The script's format is not known."""

    code = "unknown_format"
    hint = "Use one of: markdown, yaml, json."


class UnknownScene(BadScript):
    """A scene is of a kind that does not exist."""

    code = "unknown_scene"


class BadOption(BadScript):
    """An option has a value that cannot be used."""

    code = "bad_option"
    hint = "Correct the option named, or leave it out to get the default."


class MissingFile(BadScript):
    """The script names a file that is not there."""

    code = "missing_file"
    hint = "Upload the file with the script, or set the option missing_images to skip."


class BadAsset(BadScript):
    """The file is of no use to a script."""

    code = "bad_asset"
    hint = "Take another file."


class BadRequest(VideogenError):
    """The request cannot be understood."""

    code = "bad_request"
    status = 400
    hint = 'Send a JSON object such as {"script": "# Hello"} with Content-Type: application/json.'


class UnsupportedMediaType(BadRequest):
    """The request's body is of a type that is not taken."""

    code = "unsupported_media_type"
    status = 415
    hint = "Use Content-Type: application/json or multipart/form-data."


class BodyTooLarge(BadRequest):
    """The request's body is too large."""

    code = "body_too_large"
    status = 413
    hint = "Send less, or raise VIDEOGEN_UPLOAD_MAX_BYTES."


class RangeNotSatisfiable(BadRequest):
    """The file has no such range."""

    code = "range_not_satisfiable"
    status = 416
    hint = "The Content-Range header tells how long the file is."


# Tasks and the store


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


class NotFound(VideogenError):
    """There is nothing at this address."""

    code = "not_found"
    status = 404
    hint = "Check the address."


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


class QueueFull(VideogenError):
    """The queue is full."""

    code = "queue_full"
    status = 503
    retryable = True
    hint = "Wait until a task has ended, or raise VIDEOGEN_MAX_QUEUED."


class TooManyRequests(VideogenError):
    """Too many tasks were submitted in a short time."""

    code = "too_many_requests"
    status = 429
    retryable = True
    hint = "Wait a minute, or raise VIDEOGEN_MAX_TASKS_PER_MINUTE."


class TooManyStreams(VideogenError):
    """Too many streams are open."""

    code = "too_many_streams"
    status = 503
    retryable = True
    hint = "Close some tabs, or raise VIDEOGEN_MAX_STREAMS."


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
    hint = "Check that the directory exists, belongs to this user, and has free space; or set VIDEOGEN_DATA to another one."


class BadSetting(VideogenError):
    """A setting has a value that cannot be used."""

    code = "bad_setting"
    hint = "Correct the environment variable named, or leave it out to get the default: docs/settings.md."


class PortTaken(VideogenError):
    """The server cannot listen at its address."""

    code = "port_taken"
    hint = "Stop the program that listens there, or choose another port: app.py serve --port 8001."


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


class ExtraMissing(VideogenError):
    """This needs a part that is installed separately."""

    code = "extra_missing"
    hint = "Install the part named."


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


class DiskLow(DiskFull):
    """The disk is nearly full."""

    code = "disk_low"
    hint = (
        "Free some space or delete old tasks: what waits is started by itself as soon as there is room. "
        "Or lower VIDEOGEN_DISK_FREE_MIN_BYTES."
    )


# Reading scripts and drawing previews


class ServerBusy(VideogenError):
    """The server has more scripts to read, or previews to draw, than it can."""

    code = "server_busy"
    status = 503
    retryable = True
    hint = "Try again in some seconds."


class PreviewFailed(VideogenError):
    """What the server draws or speaks beside videos took too long, or too much memory."""

    code = "preview_failed"
    status = 503
    retryable = True
    hint = "Try again when the machine is less busy."


# Making the film


class StageFailed(VideogenError):
    """A step of the making failed."""

    code = "stage_failed"
    retryable = True
    hint = "Try again; what was finished is kept. If it fails again, look at the server's log."


class StageSilent(StageFailed):
    """A step gave no sign of life for too long and was stopped."""

    code = "stage_silent"
    hint = "Try again; what was finished is kept. If this step needs longer, raise VIDEOGEN_STAGE_SILENCE_S."


class StageTooLong(StageFailed):
    """A step took longer than is allowed and was stopped."""

    code = "stage_too_long"
    hint = "Try again; what was finished is kept. If it needs longer, raise VIDEOGEN_STAGE_MAX_S."


class OutOfMemory(StageFailed):
    """The making used more memory than is allowed and was stopped."""

    code = "out_of_memory"
    hint = "Raise VIDEOGEN_MEMORY_LIMIT_MB, or lower VIDEOGEN_RENDER_PROCESSES or the video's height."


class MakerLost(StageFailed):
    """The process that made the film ended unexpectedly."""

    code = "maker_lost"
    hint = "Try again; what was finished is kept. If it happens again, look at the server's log and at the machine's free memory."


class WorkerLost(StageFailed):
    """The worker was lost again and again while it made this film."""

    code = "worker_lost"
    hint = "Look at the machine's memory and the server's log, then try again; what was finished is kept."


class VoiceUnavailable(StageFailed):
    """The voice cannot be used here."""

    code = "voice_unavailable"
    status = 422
    retryable = False
    hint = "Choose another voice: app.py doctor lists those that work here. voice: none makes a silent film."


class LanguageNotSpoken(StageFailed):
    """The voice does not speak this language."""

    code = "language_not_spoken"
    status = 422
    retryable = False
    hint = (
        "Choose a voice that speaks it, for example espeak, or none for a silent video; or name another language with the option language."
    )


class FontMissing(StageFailed):
    """A font that scenes are drawn in is not installed."""

    code = "font_missing"
    retryable = False
    hint = "Run make setup: the fonts come from packages that pyproject.toml names."


class FilmDamaged(StageFailed):
    """The finished film did not pass its checks."""

    code = "film_damaged"


# The door


class DoorClosed(VideogenError):
    """This server answers only on its own machine as long as it has no password."""

    code = "door_closed"
    status = 403
    hint = "Open it at http://127.0.0.1, or through an SSH tunnel: ssh -L 8000:127.0.0.1:8000 SERVER; or set a password: app.py password"


class ForeignHost(VideogenError):
    """The request names a host that this server does not answer to."""

    code = "foreign_host"
    status = 421
    hint = "Add the name to VIDEOGEN_HOSTS."


class ForeignOrigin(VideogenError):
    """The request comes from a page of another site."""

    code = "foreign_origin"
    status = 403
    hint = "Use the page of this server, or a program that sends no Origin header."


class NotLoggedIn(VideogenError):
    """This server has a password, and the request shows neither a login nor a token."""

    code = "not_logged_in"
    status = 401
    hint = "Log in at /login; programs send the header Authorization: Bearer TOKEN, with a token from: app.py token create NAME"


class WrongPassword(VideogenError):
    """The password is wrong."""

    code = "wrong_password"
    status = 403
    hint = "Try again. Whoever has the machine can set a new one: app.py password"


class TooManyLogins(VideogenError):
    """Too many wrong passwords came in a short time."""

    code = "too_many_logins"
    status = 429
    retryable = True
    hint = "Wait a minute, then try again."


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


class BadToken(VideogenError):
    """The form has expired."""

    code = "bad_csrf_token"
    status = 403
    hint = "Load the page again and send the form once more."


def every_error() -> Iterator[type[VideogenError]]:
    """All error classes, the root first."""
    waiting: list[type[VideogenError]] = [VideogenError]
    while waiting:
        error = waiting.pop(0)
        yield error
        waiting.extend(error.__subclasses__())


def from_dict(content: Mapping[str, Any]) -> VideogenError:
    """The error that `as_dict` told of, of its own class again."""
    kind = next((each for each in every_error() if each.code == content["code"]), StageFailed)
    return kind(content["message"], hint=content["hint"], faults=[Fault(**fault) for fault in content["faults"]])
