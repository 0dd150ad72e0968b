"""A PostgreSQL server of the tests' own, from the system's package: on a Unix socket, in a directory that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from models.database import Store
from models.migrate import migrate
from models.server import Server
from models.tables import metadata
from tests.support import sqlite_shell

if TYPE_CHECKING:
    from models.postgres.dialect import Postgres

FAST = ("fsync=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=32MB", "listen_addresses=", "max_connections=100")
USER = "videogen"
NUMBERS = count(1)
SHARED = "shared"
"""The application name of connections that one test leaves to the next."""
# As a superuser may, without triggers. Whoever else is still connected is cut off first.
EMPTY = "".join(
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> '{SHARED}';",
        "SET session_replication_role = replica;",
        *(f"DELETE FROM {table};" for table in (*metadata.tables, "shared_secrets", "task_search") if table != "log"),
        "UPDATE log SET epoch = substr(md5(random()::text), 1, 8), floor = 0;",
        "UPDATE log_head SET head = 0, history = videogen_history();",
    ]
)


def programs() -> Path | None:
    """The directory of initdb and postgres; None if they are not installed."""
    found = shutil.which("initdb")
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return Path(found).resolve().parent if found else versions[-1].parent if versions else None


def as_nobody(directory: Path) -> list[str]:
    """Return the words before a command that refuses to run as root, and ends with who started it; it gets the directory."""
    prefix = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
    if os.geteuid() == 0:
        other = pwd.getpwnam("nobody")
        os.chown(directory, other.pw_uid, other.pw_gid)
        prefix += [f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"]
    return prefix


class Cluster:
    """A server that runs; `url` leads to one of its databases. PostgreSQL refuses to run as root, so root runs it as somebody else.

    `primary` makes it a standby of another, which follows that at once.
    """

    def __init__(self, settings: Sequence[str] = FAST, primary: Cluster | None = None) -> None:
        directory = programs()
        assert directory, "PostgreSQL is not installed"
        self.programs = directory
        self.settings = settings
        self.home = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        self.prefix = as_nobody(self.home)
        if primary:
            copy = ["--write-recovery-conf", "--checkpoint", "fast", "--no-sync", "--host", primary.home, "--username", USER]
            self._run("pg_basebackup", "--pgdata", self.home / "data", *copy)
        else:
            make = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"]
            self._run("initdb", "--pgdata", self.home / "data", *make)
        self.free: list[str] = []
        self._dialects: dict[str, Postgres] = {}
        self.start()
        if primary:
            self.await_answer("SELECT status FROM pg_stat_wal_receiver", "streaming")

    def start(self) -> None:
        options = [word for setting in (*self.settings, f"unix_socket_directories={self.home}") for word in ("-c", setting)]
        command = [*self.prefix, str(self.programs / "postgres"), "-D", str(self.home / "data"), *options]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        give_up_at = monotonic() + 30
        while subprocess.run(self._psql("postgres", "SELECT 1"), capture_output=True, check=False).returncode:
            assert self.process.poll() is None and monotonic() < give_up_at, (self.home / "log").read_text()
            sleep(0.05)

    def stop(self) -> None:
        """Stop at once, as in a crash."""
        self.process.send_signal(3)  # SIGQUIT: an immediate shutdown
        self.process.wait(30)

    def close(self) -> None:
        for dialect in self._dialects.values():
            dialect.close()
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def stop_following(self) -> None:
        """Let a standby take no more from its primary: from now on it lags."""
        self.sql("postgres", "ALTER SYSTEM SET primary_conninfo = ''")
        self.sql("postgres", "SELECT pg_reload_conf()")
        self.await_answer("SELECT count(*) FROM pg_stat_wal_receiver", "0")

    def wait_for_standby(self) -> None:
        """Let each commit wait from now on until the standby has it."""
        self.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.sql("postgres", "SELECT pg_reload_conf()")
        self.await_answer("SELECT sync_state FROM pg_stat_replication", "sync")

    def promote(self) -> None:
        """Make a standby a server of its own, with all that it got."""
        self.sql("postgres", "SELECT pg_promote()")

    def await_answer(self, question: str, answer: str) -> None:
        give_up_at = monotonic() + 30
        while self.sql("postgres", question) != answer:
            assert monotonic() < give_up_at, (question, (self.home / "log").read_text())
            sleep(0.02)

    @property
    def socket(self) -> Path:
        """The path of the Unix socket at which it answers."""
        return self.home / ".s.PGSQL.5432"

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.home}"

    def sql(self, database: str, statement: str) -> str:
        """What psql prints. Raises AssertionError with its words when it fails."""
        ran = subprocess.run(self._psql(database, statement), capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a migrated, empty database. Those of earlier tests are emptied, which takes less than creating another."""
        name = self.free.pop() if self.free else self._create()
        url = self.url(name)
        from models.postgres.engine import connect

        with connect(url) as connection:
            connection.execute(EMPTY)
        try:
            yield url
        finally:
            self.free.append(name)

    @contextmanager
    def shared_dialect(self, url: str) -> Iterator[Postgres]:
        """The dialect of a database, whose connections and compiled statements go on from test to test: to make them takes longer."""
        from models.postgres.dialect import Postgres

        dialect = self._dialects.get(url)
        if dialect is None:
            dialect = self._dialects[url] = Postgres(Server(f"{url}&application_name={SHARED}"))
            dialect.url = dialect.listen_url = url  # what others connect to
        yield dialect
        if dialect.engine.pool.checkedout():  # type: ignore[attr-defined]
            # Somebody has not ended a transaction, and would hold up whoever empties the database.
            del self._dialects[url]
            self.sql("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{SHARED}'")

    def _create(self) -> str:
        name = f"test_{next(NUMBERS)}"
        self.sql("postgres", f"CREATE DATABASE {name}")
        with tempfile.TemporaryDirectory() as data:
            migrate(Path(data), Server(self.url(name)))
        return name

    def _psql(self, database: str, statement: str) -> list[str]:
        return ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", statement]

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self.prefix, str(self.programs / program), *map(str, arguments)]
        ran = subprocess.run(command, cwd=self.home, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stderr


def server_of(store: Store) -> Server | None:
    """Where the store's database is, None for SQLite."""
    url = getattr(store.dialect, "url", None)
    return Server(url) if url else None


def hand(store: Store, *statements: str) -> str:
    """What a shell of the store's database prints: sqlite3 or psql, as a person uses it."""
    url = getattr(store.dialect, "url", None)
    if url is None:
        return sqlite_shell.sqlite(store.path, *statements)
    ran = _psql(url, statements)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def refusal(store: Store, statement: str) -> str:
    """Why the shell could not do it."""
    url = getattr(store.dialect, "url", None)
    if url is None:
        return sqlite_shell.refusal(store.path, statement)
    ran = _psql(url, [statement])
    assert ran.returncode != 0, "it was not refused"
    return ran.stderr.strip()


def _psql(url: str, statements: Sequence[str]) -> subprocess.CompletedProcess[str]:
    command = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", url]
    return subprocess.run([*command, *(word for one in statements for word in ("-c", one))], capture_output=True, text=True, timeout=60)
