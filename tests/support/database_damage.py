"""Ways to damage a database file, and to look at it through everything that a person would look through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from models.sqlite.driver import connect

PAGE_BYTES = 4096
INTERIOR = (2, 5)


def pages(path: Path) -> Mapping[str, list[int]]:
    """The leaf pages of each table and index, from the file itself (https://sqlite.org/fileformat2.html, 1.6)."""
    content = path.read_bytes()
    by_table: dict[str, list[int]] = {}

    def walk(page: int, name: str) -> None:
        start = (page - 1) * PAGE_BYTES
        header = start + (100 if page == 1 else 0)
        if content[header] not in INTERIOR:
            by_table.setdefault(name, []).append(page)
            return
        cells = int.from_bytes(content[header + 3 : header + 5], "big")
        for cell in range(cells):
            at = start + int.from_bytes(content[header + 12 + 2 * cell : header + 14 + 2 * cell], "big")
            walk(int.from_bytes(content[at : at + 4], "big"), name)
        walk(int.from_bytes(content[header + 8 : header + 12], "big"), name)

    with closing(connect(path)) as connection:
        roots = connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall()
    for name, root in roots:
        walk(root, name)
    return by_table


def overwrite(path: Path, at: int, content: bytes) -> None:
    """Nobody may have the database open in this process: closing a file drops its locks."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def by_hand(path: Path, *statements: str) -> None:
    """Changes that the store itself would refuse."""
    with closing(connect(path)) as shell:
        shell.execute("PRAGMA ignore_check_constraints = ON")
        shell.execute("DROP TRIGGER events_are_not_changed")
        for statement in statements:
            shell.execute(statement)


@dataclass(frozen=True)
class Answer:
    """What came: the status, and the code of the problem, if it is one."""

    status: int
    code: str | None = None


def ask(client: FlaskClient, path: str, accept: str = "application/json") -> Answer:
    response = client.get(path, headers={"Accept": accept})
    problem = response.get_json(silent=True) if response.mimetype == "application/problem+json" else None
    return Answer(response.status_code, problem["code"] if problem else None)


def frames(client: FlaskClient, task_id: str) -> list[bytes]:
    """All that the task's stream sends; it has an end."""
    response: Any = client.get(f"/api/tasks/{task_id}/stream")
    assert response.status_code == 200, response.data
    return b"".join(response.response).split(b"\n\n")[:-1]


Wound = Callable[[Path], None]
