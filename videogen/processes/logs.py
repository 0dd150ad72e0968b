"""Sets up logging for a process: lines with UTC time, level, process, task and event, as text or as JSON, on standard error.

A call names what a line is about with `extra`: `event` (a name such as `task.started`), `task` (its id), `fields` (a mapping of more).
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from videogen.files.share_link import without_signature

QUIET = ("alembic",)


def configure(process: str, form: str) -> None:
    """Log everything from INFO up to standard error, in lines that name this process. `form` is `text` or `json`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter(process) if form == "json" else TextFormatter(process))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class TextFormatter(logging.Formatter):
    """`2026-11-29T21:50:12.123Z INFO worker task.started 3f9c2a The task has started.`; what is not known is left out.

    A line break within a message is written as `\\n`, so that text of others cannot make a line of its own. The lines of a traceback begin
    with a bar.
    """

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        words = [utc(record.created), record.levelname, self.process]
        words += [str(value) for name in ("event", "task") if (value := getattr(record, name, None))]
        line = " ".join([*words, escaped(without_signature(record.getMessage()))])
        return "\n".join([line, *_quoted(self.formatException(record.exc_info))]) if record.exc_info else line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, process, logger, message, and event, task, the fields and `exception` where there are some."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, object] = {"time": utc(record.created), "level": record.levelname, "process": self.process, "logger": record.name}
        values |= {name: value for name in ("event", "task") if (value := getattr(record, name, None))}
        values["message"] = without_signature(record.getMessage())
        values |= {name: value for name, value in getattr(record, "fields", {}).items() if name not in values}
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return json.dumps(values, default=str)


def _quoted(traceback: str) -> list[str]:
    """Return the lines of a traceback, none of which looks like a line of the log: an error's own text can have any."""
    return [f"| {escaped(line)}" for line in traceback.splitlines()]


def utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def escaped(message: str) -> str:
    return "".join(character if character.isprintable() else character.encode("unicode_escape").decode() for character in message)
