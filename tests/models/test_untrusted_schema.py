"""The store where its schema is not trusted, as the sqlite3 shell opens it since 3.41: what the documents promise works there, too."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from models import task
from models.database import Store
from models.migrate import migrate
from models.sqlite import schema_objects
from models.sqlite.driver import connect, driver, sqlite_version
from tests.models import released_schemas
from tests.support.sqlite_shell import sqlite
from tests.support.task_moves import Moves

# Older ones count json_valid() among what needs trust, and their shells trust.
untrusting = pytest.mark.skipif(sqlite_version() < (3, 41), reason="this SQLite cannot do without trust")

# What makes each trigger do its work: statements, or one that it refuses.
MOVES: dict[str, tuple[str, ...]] = {
    "events_are_not_changed": ("UPDATE events SET message = 'x'",),
    "events_get_their_seq": ("INSERT INTO events (seq, type, at) VALUES (1, 'x', 'x')",),
    "events_are_kept": ("DELETE FROM events",),
    "log_is_one_row": ("DELETE FROM log",),
    "floor_only_rises": ("UPDATE log SET floor = 3", "UPDATE log SET floor = 1"),
    "search_takes": ("INSERT INTO submit(source) VALUES ('# One more')",),
    "search_follows": ("UPDATE tasks SET title = 'Renamed', source = '# Renamed'",),
    "search_takes_narration": ("INSERT INTO narrations SELECT id, 'Said.' FROM tasks",),
    "search_follows_narration": ("INSERT INTO narrations SELECT id, 'Said.' FROM tasks", "UPDATE narrations SET words = 'Said anew.'"),
    "search_lets_go": ("DELETE FROM tasks",),
    "submit_by_insert": ("INSERT INTO submit(source) VALUES ('# One more')",),
    "cancel_by_insert": ("INSERT INTO cancel(task_id) SELECT id FROM tasks WHERE status = 'queued'",),
}
REFUSED = {"events_are_not_changed", "events_get_their_seq", "events_are_kept", "log_is_one_row", "floor_only_rises"}


@pytest.fixture
def untrusted(store: Store) -> Iterator[Any]:
    moves = Moves(store)
    moves.make()
    moves.submit("Waiting")
    with closing(connect(store.path)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection


@untrusting
@pytest.mark.parametrize("view", schema_objects.VIEWS)
def test_every_view_can_be_read_without_trust(untrusted: Any, view: str) -> None:
    untrusted.execute(f"SELECT * FROM {view}").fetchall()


@untrusting
@pytest.mark.parametrize("trigger", [*schema_objects.TRIGGERS, *schema_objects.ACTIONS])
def test_every_trigger_works_without_trust(untrusted: Any, trigger: str) -> None:
    *before, last = MOVES[trigger]
    for statement in before:
        untrusted.execute(statement)
    if trigger in REFUSED:
        with pytest.raises(driver.DatabaseError) as refused:
            untrusted.execute(last)
        assert "unsafe" not in str(refused.value)
    else:
        untrusted.execute(last)


def search_hits(path: Path, word: str) -> list[str]:
    return sqlite(path, f"SELECT task_id FROM task_search WHERE task_search MATCH '{word}' ORDER BY rowid").splitlines()


def sound(path: Path) -> bool:
    return sqlite(path, "INSERT INTO task_search(task_search) VALUES ('integrity-check')", "PRAGMA integrity_check") == "ok"


def test_search_follows_what_is_changed_and_deleted_in_the_shell(store: Store) -> None:
    moves = Moves(store)
    first, second = moves.submit("Lighthouse"), moves.submit("Harbour")
    sqlite(store.path, f"UPDATE tasks SET title = 'Beacon', source = '# Beacon' WHERE id = '{first.id}'")
    assert (search_hits(store.path, "lighthouse"), search_hits(store.path, "beacon")) == ([], [first.id])
    sqlite(store.path, f"UPDATE tasks SET id = 'another-name' WHERE id = '{second.id}'")
    assert search_hits(store.path, "harbour") == ["another-name"]
    sqlite(store.path, "DELETE FROM tasks")
    assert sqlite(store.path, "SELECT count(*) FROM task_search") == "0"
    assert sound(store.path)


@pytest.mark.parametrize("name", ["", "-", "''", '"', 'a"b', "two words", "日本", "*"])
def test_task_of_any_id_leaves_the_index_with_its_row(store: Store, name: str) -> None:
    for id in ("stays", name.replace("''", "'")):
        task.submit(store, source="# Words", format="markdown", title="Words")
        with store.writing() as write:
            write.connection.exec_driver_sql("UPDATE tasks SET id = ? WHERE title = 'Words' AND length(id) = 16", (id,))
    quoted = name if "''" in name else name.replace("'", "''")
    sqlite(store.path, f"DELETE FROM tasks WHERE id = '{quoted}'")
    assert sqlite(store.path, "SELECT task_id FROM task_search") == "stays"
    assert sound(store.path)


def test_triggers_that_need_trust_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "data" / "videogen.db"
    released_schemas.create("0004", path)
    of_triggers = "SELECT group_concat(sql) FROM sqlite_master WHERE type IN ('trigger', 'view')"
    assert "MATCH" in sqlite(path, of_triggers)
    migrate(tmp_path / "data")
    assert "MATCH" not in sqlite(path, of_triggers)
    assert len(search_hits(path, "finished")) == 1
    sqlite(path, "DELETE FROM tasks")
    assert search_hits(path, "finished") == []


# sqlite-utils in a process of its own: it brings the SQLite of the standard library.
BY_SQLITE_UTILS = """
import sys, sqlite_utils
db = sqlite_utils.Database(sys.argv[1])
db.execute("PRAGMA trusted_schema = OFF") if sqlite_utils.db.sqlite3.sqlite_version_info >= (3, 41) else None
with db.conn:
    db.execute("INSERT INTO submit(source) VALUES ('# From sqlite-utils')")
    (made,) = db["tasks"].rows_where("title = 'From sqlite-utils'")
    db["tasks"].update(made["id"], {"title": "Changed by sqlite-utils"})
    db.execute("INSERT INTO cancel(task_id) VALUES (?)", [made["id"]])
    db["tasks"].delete(sys.argv[2])
print(*[row["title"] for row in db["tasks"].search("sqlite")] if db["tasks"].detect_fts() else [])
print(*[row["type"] for row in db.query("SELECT type FROM task_timeline WHERE task_id = ?", [made["id"]])])
"""


@pytest.mark.slow
def test_store_takes_what_sqlite_utils_writes(store: Store) -> None:
    gone = Moves(store).make()
    command = (sys.executable, "-c", BY_SQLITE_UTILS, str(store.path), gone.id)
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-2:] == ["task.submitted", "task.cancelled"]
    assert len(search_hits(store.path, "changed")) == 1
    assert search_hits(store.path, gone.title) == []
    assert sound(store.path)


# Datasette likewise, which is asked as its pages would ask.
BY_DATASETTE = """
import asyncio, json, sys
from datasette.app import Datasette

async def look():
    datasette = Datasette([sys.argv[1]])
    for name in sys.argv[2:]:
        answer = await datasette.client.get(f"/videogen/{name}.json?_shape=array")
        print(json.dumps([name, answer.status_code]))

asyncio.run(look())
"""


@pytest.mark.slow
def test_datasette_reads_every_table_and_view(store: Store) -> None:
    Moves(store).make()
    names = [*schema_objects.VIEWS, "tasks", "events", "artifacts", "task_search"]
    command = (sys.executable, "-W", "ignore", "-c", BY_DATASETTE, str(store.path), *names)
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [[name, 200] for name in names]
