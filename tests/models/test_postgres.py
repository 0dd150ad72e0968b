"""What only a store on PostgreSQL has: an order of the log kept without a single writer, a server that may be away, another history."""

from __future__ import annotations

import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Text, create_engine, inspect

from models import attempt, event, task, worker
from models.database import Store
from models.errors import DriverMissing, StoreAway, StoreBusy, TaskNotFound, VideogenError
from models.event import Cursor, EventType
from models.migrate import exists, migrate
from models.server import Server
from models.signals import event_appended
from models.tables import metadata
from models.verify import verify
from tests.support.paths import ROOT
from tests.support.postgres import Cluster, hand, refusal
from tests.support.task_moves import Moves, events_of
from videogen.streams.listener import Listener, open_store

pytest.importorskip("psycopg", reason="the extra [postgres] is not installed")

WRITERS = 16
EACH = 12


@pytest.fixture
def server(cluster: Cluster) -> Iterator[Server]:
    with cluster.database() as url:
        yield Server(url)


@pytest.fixture
def open_again(tmp_path: Path, server: Server) -> Iterator[Callable[[], Store]]:
    """Opens the store, as a process of its own would."""
    (tmp_path / "data").mkdir()
    stores: list[Store] = []

    def open_again() -> Store:
        stores.append(open_store(tmp_path / "data", server=server))
        return stores[-1]

    yield open_again
    for store in stores:
        store.close()


@pytest.fixture
def store(open_again: Callable[[], Store]) -> Store:
    return open_again()


def test_migrated_database_has_the_tables_of_the_models(store: Store) -> None:
    from models.postgres.engine import StorePostgres, connect

    types = StorePostgres().type_compiler_instance
    engine = create_engine("postgresql+psycopg://", creator=lambda: connect(store.dialect.url))  # type: ignore[attr-defined]
    found = inspect(engine)
    try:
        assert set(found.get_table_names()) - {"alembic_version", "log_head", "shared_secrets", "task_search"} == set(metadata.tables)
        for name, table in metadata.tables.items():
            columns = {column["name"]: column for column in found.get_columns(name)}
            assert columns.keys() == set(table.columns.keys())
            for column in table.columns:
                collated = ' COLLATE "C"' if isinstance(column.type, Text) else ""
                assert types.process(columns[column.name]["type"]) == types.process(column.type) + collated, (name, column.name)
                assert columns[column.name]["nullable"] == column.nullable, (name, column.name)
            indexes = {index["name"]: index["column_names"] for index in found.get_indexes(name) if not index.get("duplicates_constraint")}
            assert indexes == {index.name: [column.name for column in index.columns] for index in table.indexes}
            assert set(found.get_pk_constraint(name)["constrained_columns"]) == {column.name for column in table.primary_key}
            checks = {check["name"] for check in found.get_check_constraints(name)}
            assert checks >= {check.name for check in table.constraints if type(check).__name__ == "CheckConstraint"}
    finally:
        engine.dispose()


def test_reader_misses_nothing_of_many_writers_and_seqs_have_no_gaps(store: Store, open_again: Callable[[], Store]) -> None:
    """Also where transactions are undone in between: what they would have been given is given to others."""
    made = [task.submit(store, source="# A", format="markdown", max_queued=100) for _ in range(WRITERS)]
    seen: list[int] = []
    stop = threading.Event()

    first = events_of(store)[-1].seq

    def read(reader: Store) -> None:
        after = first
        while not stop.is_set() or after < head():
            with reader.reading() as snapshot:
                page = event.after(snapshot, after)
            seen.extend(entry.seq for entry in page)
            after = page[-1].seq if page else after
        assert seen == list(range(first + 1, after + 1))

    def head() -> int:
        with store.reading() as snapshot:
            return event.head(snapshot)

    def write(writer: Store, task_id: str) -> None:
        for number in range(EACH):
            try:
                with writer.writing() as transaction:
                    event.append(transaction, EventType.TASK_WARNING, task_id, data={"number": number})
                    event.append(transaction, EventType.TASK_WARNING, task_id)
                    if number % 4 == 3:
                        raise KeyError(number)
            except KeyError:
                pass

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reading = threads.submit(read, open_again())
        writers = [threads.submit(write, open_again(), one.id) for one in made]
        for writing in writers:
            writing.result(60)
        stop.set()
        reading.result(60)
    assert len(seen) == WRITERS * EACH * 3 // 4 * 2


def test_queue_is_claimed_by_many_at_once_and_nothing_twice(store: Store, open_again: Callable[[], Store]) -> None:
    for number in range(12):
        task.submit(store, source=f"# {number}", format="markdown", lock="one" if number % 3 == 0 else None)

    def claim_all(mine: Store) -> list[str]:
        me = worker.register(mine)
        claimed = []
        while one := attempt.claim(mine, me, 600, {"video": 10}):
            claimed.append(one.id)
        return claimed

    with ThreadPoolExecutor(4) as threads:
        claimed = [one for each in threads.map(claim_all, [open_again() for _ in range(4)]) for one in each]
    assert len(claimed) == len(set(claimed)) == 9  # of those with one lock only the first runs
    assert verify(store) == []


def test_task_that_waits_for_two_is_released_though_both_end_at_once(store: Store, open_again: Callable[[], Store]) -> None:
    moves = Moves(store)
    before = [moves.submit() for _ in range(2)]
    after = moves.submit(after=[one.id for one in before])
    leases = [moves.claim().lease for _ in before]
    barrier = threading.Barrier(2)

    def complete(mine: Store, number: int) -> None:
        barrier.wait(10)
        attempt.complete(mine, leases[number])

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(complete, [open_again(), open_again()], range(2)))
    assert moves.types(after.id)[-1] == "task.released"


def test_another_server_begins_another_history_with_its_first_event(store: Store) -> None:
    """A promoted standby or a restored dump may give seqs again that readers have seen."""
    moves = Moves(store)
    moves.submit()
    with store.reading() as read:
        before = Cursor(read.epoch, event.head(read))
    hand(store, "UPDATE log_head SET history = 'of another timeline'")
    moves.submit()
    with store.reading() as read:
        assert read.epoch != before.epoch
        assert event.reset_reason(read, before) == "epoch"
    assert [entry.type for entry in events_of(store)] == ["task.submitted", "log.restored", "task.submitted"]
    assert events_of(store)[1].data == {"from_epoch": before.epoch}
    moves.submit()
    assert [entry.seq for entry in events_of(store)] == [1, 2, 3, 4]


def test_outcome_of_a_commit_whose_connection_is_lost_is_asked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from psycopg import OperationalError
    from sqlalchemy import Connection

    commit = Connection.commit

    def lose_after(self: Connection) -> None:
        commit(self)
        raise OperationalError("the connection was lost")

    def lose_before(self: Connection) -> None:
        self.rollback()
        raise OperationalError("the connection was lost")

    moves = Moves(store)
    monkeypatch.setattr(Connection, "commit", lose_after)
    made = moves.submit()
    undone: list[str] = []
    monkeypatch.setattr(Connection, "commit", lose_before)
    with pytest.raises(StoreAway), store.writing() as write:
        event.append(write, EventType.TASK_WARNING, made.id)
        write.undo.append(lambda: undone.append("undone"))
    monkeypatch.undo()
    assert moves.types(made.id) == ["task.submitted"]
    assert undone == ["undone"]


def test_connections_that_were_cut_are_made_again(store: Store, cluster: Cluster, server: Server) -> None:
    moves = Moves(store)
    made = moves.submit()
    event.changes(store, None)
    hand(store, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    assert moves.task(made.id).status == "queued"
    moves.submit()
    assert event.changes(store, None).head.seq == 2


def test_server_that_is_away_is_told_and_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.postgres import errors

    monkeypatch.setattr(errors, "AWAY_S", 0.2)
    nowhere = Server(f"postgresql://nobody@/none?host={tmp_path}")
    with closing(Store(tmp_path, server=nowhere)) as store:
        with pytest.raises(StoreAway) as caught, store.reading():
            pass
        assert caught.value.retryable
        assert isinstance(caught.value, StoreBusy)  # whoever tries again when a database is busy does so here, too
        with pytest.raises(StoreAway), store.writing(wait_s=0):
            pass
    with pytest.raises(StoreAway):
        exists(tmp_path, nowhere)


def test_commit_is_heard_by_a_listener_without_polling(store: Store, open_again: Callable[[], Store]) -> None:
    heard = threading.Event()
    other = open_again()

    def on_event(_task: str | None) -> None:
        if threading.current_thread().name == "listener":
            heard.set()

    with event_appended.connected_to(on_event), Listener(store, poll_interval_s=0):
        sleep(0.3)
        Moves(other).submit()
        assert heard.wait(20)


def test_row_put_in_by_hand_is_found_by_polling(store: Store) -> None:
    heard = threading.Event()

    def on_event(_task: str | None) -> None:
        heard.set()

    with event_appended.connected_to(on_event), Listener(store, poll_interval_s=0.05) as listener:
        hand(store, "INSERT INTO submit (source) VALUES ('# By hand')")
        assert heard.wait(20)
        assert listener.wakeups.by_notification == 0
    assert verify(store) == []
    hand(store, "INSERT INTO cancel SELECT id FROM tasks")
    with store.reading() as read:
        assert [row.status for row in task.page(read)[0]] == ["cancelled"]
    assert verify(store) == []


def test_questions_of_the_page_on_inspecting_are_answered_here_too(store: Store) -> None:
    made = Moves(store).make()
    pages = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("inspecting", "postgresql")}
    asked = re.findall(r'^sqlite3 .*data/videogen\.db "(SELECT .*)"$', pages["inspecting"], re.MULTILINE)
    own = re.findall(r"^(SELECT .*);$", pages["postgresql"], re.MULTILINE)
    shared = [question.replace("TASK", made.id) for question in asked if "MATCH" not in question]
    assert (len(shared), len(own)) == (len(asked) - 1, 2)
    assert made.id in hand(store, *shared, *own)


def test_hand_cannot_give_a_seq_or_change_an_event(store: Store) -> None:
    made = Moves(store).submit()
    row = f"INSERT INTO events (seq, task_id, attempt, type, data, at) VALUES (7, '{made.id}', 0, 'task.warning', '{{}}', '2026')"
    assert "the log gives the seq itself" in refusal(store, row)
    assert "append-only" in refusal(store, "UPDATE events SET message = 'x'")


def test_migration_among_servers_at_work_is_tried_again_after_a_deadlock(
    store: Store, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.postgres import migrate as postgres_migrate
    from models.postgres.engine import connect

    def wait_for_migration() -> None:
        while at_work.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tasks'::regclass").fetchone() == (0,):
            assert not migrating.done()
            sleep(0.01)

    version = hand(store, "SELECT version_num FROM alembic_version")
    monkeypatch.setattr(postgres_migrate, "MIGRATIONS", shutil.copytree(postgres_migrate.MIGRATIONS, tmp_path / "migrations"))
    step = f"revision, down_revision, branch_labels, depends_on = '9999', '{version}', None, None\n\ndef upgrade(): pass\n"
    (tmp_path / "migrations" / "versions" / "9999_next.py").write_text(step)
    with ThreadPoolExecutor(1) as threads, closing(connect(server.url)) as at_work:
        at_work.execute("BEGIN; SET LOCAL deadlock_timeout = '60s'; LOCK TABLE tasks IN ACCESS SHARE MODE")
        migrating = threads.submit(migrate, store.data, server)
        wait_for_migration()
        at_work.execute("LOCK TABLE events IN ACCESS SHARE MODE")  # the migration has it for itself
        at_work.execute("COMMIT")
        migrating.result(60)
    assert hand(store, "SELECT version_num FROM alembic_version") == "9999"
    hand(store, f"UPDATE alembic_version SET version_num = '{version}'")


def test_text_that_the_database_cannot_hold_is_replaced(store: Store) -> None:
    made = Moves(store).submit(title="a\0b\ud800c")
    assert made.title == "a b\ufffdc"
    with pytest.raises(TaskNotFound):
        task.get(store, "no\0task")


def test_store_without_the_driver_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("models.postgres.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DriverMissing) as caught:
        migrate(tmp_path, Server("postgresql:///none"))
    assert "[postgres]" in caught.value.hint
    with pytest.raises(DriverMissing):
        Store(tmp_path, server=Server("postgresql:///none"))


def test_password_is_in_no_representation_of_the_server() -> None:
    assert "secret" not in repr(Server("postgresql://me:secret@host/name"))


def test_transaction_that_waits_for_a_lock_too_long_is_busy(store: Store, open_again: Callable[[], Store]) -> None:
    made = Moves(store).submit()
    other = open_again()
    begun = monotonic()
    with store.writing() as write:
        task.find(write, made.id)
        with ThreadPoolExecutor(1) as threads:
            refused = threads.submit(lambda: change_at_once(other, made.id))
            with pytest.raises(StoreBusy):
                refused.result(20)
    assert monotonic() - begun < 10


def change_at_once(store: Store, task_id: str) -> None:
    try:
        with store.writing(wait_s=0) as write:
            task.find(write, task_id)
    except VideogenError as error:
        assert not isinstance(error, StoreAway)
        raise


def test_worker_of_another_machine_is_left_to_its_lease_and_forgotten_after_a_day(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    moves.claim()
    hand(store, "UPDATE workers SET boot = 'of another machine', pid = 1")
    assert attempt.release_dead(store) == 0
    hand(store, "UPDATE workers SET seen_at = '2001-01-01T00:00:00.000Z'")
    assert attempt.release_dead(store) == 1
    assert (moves.task(made.id).status, hand(store, "SELECT count(*) FROM workers")) == ("queued", "0")
