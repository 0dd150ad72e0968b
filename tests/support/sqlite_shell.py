"""The sqlite3 program, as a person uses it: in a process of its own, since two SQLite libraries in one lose commits."""

from __future__ import annotations

import subprocess
from pathlib import Path


def sqlite(path: Path, *statements: str) -> str:
    """What the shell prints. Raises AssertionError with its words when it fails."""
    ran = subprocess.run(["sqlite3", "-bail", path, *statements], capture_output=True, text=True, timeout=30)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def refusal(path: Path, statement: str) -> str:
    """Why the shell could not do it."""
    ran = subprocess.run(["sqlite3", "-bail", path, statement], capture_output=True, text=True, timeout=30)
    assert ran.returncode != 0, "it was not refused"
    return ran.stderr.strip()
