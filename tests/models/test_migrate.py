from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from models import disk_hold, task
from models.database import Store
from models.errors import MigrationFailed, StoreTooNew, StoreUnusable
from models.migrate import migrate
from models.schema_version import known_versions
from models.sqlite import schema_objects
from models.sqlite.driver import driver
from models.sqlite.migrate import MIGRATIONS, make
from models.verify import verify
from tests.models import released_schemas
from tests.support.paths import ROOT
from tests.support.sqlite_shell import sqlite
from tests.support.task_moves import Moves, events_of

pytestmark = pytest.mark.slow

SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite_autoindex_alembic%'"
NEXT = """
from alembic import op
import sqlalchemy as sa

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("events", table_kwargs={{"sqlite_autoincrement": True, "sqlite_strict": True}}) as batch:
        batch.add_column(sa.Column("more", sa.Text()))
    {then}
"""


def schema(path: Path) -> set[tuple[str, str, str, str]]:
    """All there is in the database, by its own words, white space aside."""
    with closing(driver.connect(str(path))) as connection:
        rows = connection.execute(SCHEMA).fetchall()
    return {(type_, name, table, " ".join((sql or "").split()).replace("( ", "(").replace(" )", ")")) for type_, name, table, sql in rows}


def rows(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table, in their order; those of the full-text index are left out."""
    with closing(driver.connect(str(path))) as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'task_search%'")
        ]
        connection.row_factory = driver.Row
        return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY rowid")] for name in names}


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Migrations of a later version, to which `add_revision` adds one."""
    copy = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    # The package has a function of the module's name.
    monkeypatch.setattr(sys.modules["models.sqlite.migrate"], "MIGRATIONS", copy)
    return copy


def add_revision(migrations: Path, then: str = "pass") -> None:
    last = max(path.name[:4] for path in (migrations / "versions").glob("[0-9]*.py"))
    revision = f"{int(last) + 1:04}"
    (migrations / "versions" / f"{revision}_later.py").write_text(NEXT.format(revision=revision, before=last, then=then))


def test_migrated_database_and_fresh_one_are_equal(data: Path, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/fresh.db", module=driver)
    with engine.begin() as connection:
        make(connection)
    engine.dispose()
    assert schema(data / "videogen.db") == schema(tmp_path / "fresh.db")


def test_every_migration_has_a_database_of_its_schema_but_the_last() -> None:
    """So the schema is written down (see `released`) before another migration follows."""
    revisions = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert revisions[:-1] == released_schemas.REVISIONS


@pytest.mark.parametrize("migrations", [MIGRATIONS, MIGRATIONS / "postgres"], ids=["sqlite", "postgresql"])
def test_names_of_files_are_the_versions_that_alembic_finds_in_them(migrations: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    assert known_versions(migrations) == [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def test_store_that_is_up_to_date_is_opened_without_alembic(data: Path) -> None:
    migrate(data)
    program = f"import sys; from pathlib import Path; from models.migrate import migrate; migrate(Path({str(data)!r})); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert "sqlalchemy" in loaded
    assert "alembic" not in loaded


def test_migrations_import_nothing_that_changes() -> None:
    for path in (MIGRATIONS / "versions").glob("[0-9]*.py"):
        imports = {line for line in path.read_text().splitlines() if line.startswith(("import ", "from "))}
        assert imports <= {"import sqlalchemy as sa", "from alembic import op"}, path.name


@pytest.mark.parametrize("revision", released_schemas.REVISIONS)
def test_database_of_every_released_schema_comes_up_with_its_rows(data: Path, tmp_path: Path, revision: str) -> None:
    path = tmp_path / "old" / "videogen.db"
    released_schemas.create(revision, path)
    before = rows(path)
    migrate(path.parent)
    assert schema(path) == schema(data / "videogen.db")
    after = rows(path)
    for table in before.keys() - {"alembic_version"}:
        assert [{name: row[name] for name in old} for old, row in zip(before[table], after[table], strict=True)] == before[table], table
    assert {row["title"]: row["status"] for row in after["tasks"]} == {
        "Finished": "completed",
        "Failed": "failed",
        "Deleted": "cancelled",
        "Running": "running",
        "Waiting for the disk": "queued",
        "Waiting": "queued",
    }
    store = Store(path.parent)
    try:
        assert [finding.message for finding in verify(store) if "is not there" not in finding.message] == []
        with store.reading() as read:
            assert [task_row.title for task_row in task.page(read, words="café")[0]].count("Waiting") == 1
        on_hold = [row for row in after["tasks"] if row["hold_reason"]]
        assert [row["title"] for row in on_hold] == (["Waiting for the disk"] if revision >= "0003" else [])
        disk_hold.release(store)
        for row in on_hold:
            released_task = task.get(store, row["id"])
            assert (row["hold_reason"], released_task.hold_reason, released_task.message) == ("disk_low", None, task.WAITING)
        assert Moves(store).claim().title == "Waiting for the disk"
    finally:
        store.close()


@pytest.mark.parametrize("data_of_the_event", ['{"code": "disk_low"}', "{}", "not JSON"])
def test_reason_of_a_hold_is_taken_from_its_event_or_else_disk_low(tmp_path: Path, data_of_the_event: str) -> None:
    path = tmp_path / "old" / "videogen.db"
    released_schemas.create("0006", path)
    with closing(driver.connect(str(path))) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("DROP TRIGGER events_are_not_changed")
        connection.execute("UPDATE events SET data = ? WHERE type = 'task.held'", (data_of_the_event,))
    migrate(path.parent)
    assert [row["hold_reason"] for row in rows(path)["tasks"] if row["hold_reason"]] == ["disk_low"]


def test_migrating_again_changes_nothing(data: Path) -> None:
    before = (data / "videogen.db").read_bytes()
    migrate(data)
    assert (data / "videogen.db").read_bytes() == before
    assert [path.name for path in data.iterdir() if "before" in path.name] == []


def test_many_can_migrate_at_once(tmp_path: Path) -> None:
    migrating = [threading.Thread(target=migrate, args=(tmp_path / "data",)) for _ in range(4)]
    for thread in migrating:
        thread.start()
    for thread in migrating:
        thread.join()
    assert sqlite(tmp_path / "data" / "videogen.db", "SELECT count(*), floor FROM log") == "1|0"


def test_each_store_has_an_epoch_of_its_own(tmp_path: Path) -> None:
    for name in "ab":
        migrate(tmp_path / name)
    epochs = {sqlite(tmp_path / name / "videogen.db", "SELECT epoch FROM log") for name in "ab"}
    assert len(epochs) == 2


def test_database_of_a_newer_version_is_refused_and_left_alone(store: Store) -> None:
    with store.writing() as write:
        write.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = store.path.read_bytes()
    with pytest.raises(StoreTooNew, match="9999"):
        migrate(store.data)
    assert store.path.read_bytes() == before


def test_migration_keeps_the_log_its_triggers_and_its_numbering(store: Store, later: Path) -> None:
    moves = Moves(store)
    made = moves.make()
    before = events_of(store)
    store.close()
    add_revision(later)
    migrate(store.data)
    assert events_of(store) == before
    rows = {(type_, name) for type_, name, _, _ in schema(store.path)}
    assert rows >= {("trigger", name) for name in (*schema_objects.TRIGGERS, *schema_objects.ACTIONS)} | {
        ("view", name) for name in schema_objects.VIEWS
    }
    task.delete(store, made.id)
    assert events_of(store)[-1].seq == before[-1].seq + 1
    assert "AUTOINCREMENT" in sqlite(store.path, ".schema events")


def test_old_file_is_copied_before_a_migration(store: Store, later: Path) -> None:
    made = Moves(store).make()
    store.close()
    add_revision(later)
    migrate(store.data)
    copies = list(store.data.glob("videogen.db.before-*"))
    assert len(copies) == 1
    assert sqlite(copies[0], "SELECT id, status FROM tasks") == f"{made.id}|completed"
    assert "more" not in sqlite(copies[0], ".schema events")


def test_migration_that_fails_half_way_leaves_everything_as_it_was(store: Store, later: Path) -> None:
    made = Moves(store).make()
    before = events_of(store)
    add_revision(later, then="raise RuntimeError('half way')")
    with pytest.raises(MigrationFailed, match="half way") as failed:
        migrate(store.data)
    assert "Nothing was changed" in failed.value.hint
    (copy,) = store.data.glob("videogen.db.before-*")
    assert sqlite(copy, "SELECT id FROM tasks") == made.id
    assert events_of(store) == before
    assert "more" not in sqlite(store.path, ".schema events")
    task.delete(store, made.id)


def test_directory_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file is in the way")
    with pytest.raises(StoreUnusable):
        migrate(tmp_path / "data")
