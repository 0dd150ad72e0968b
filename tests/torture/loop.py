"""The crash loop itself: who is killed when, drawn from a seed, and what came of it, as a table."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from models import clock, event, task, worker
from models.database import Store
from models.migrate import migrate
from tests.support.s3_server import s3_server
from tests.torture import harms, judge
from tests.torture.application import Application, freeze, kill
from tests.torture.clients import Crowd
from tests.torture.database import Database, Promotion
from tests.torture.disk import Disk
from tests.torture.editors import Writers
from tests.torture.history import History
from tests.torture.marksman import Marksman, Shot
from tests.torture.owner import Keeping
from tests.torture.put_marksman import PutMarksman
from videogen.config import Settings
from videogen.files.storage import open_url
from videogen.streams.listener import open_store

# How often each kind is killed. `all` is everything at once.
WEIGHTS = {"web": 27, "worker": 24, "renderer": 27, "render": 8, "web renderer": 5, "supervisor": 6, "all": 3}
# So often, before a kill, a worker is stopped for longer than its lease lasts, unless one is already; it wakes up to find itself fenced.
FREEZE = 0.15
FROZEN_S = 6.0
PAUSE_S = (0.1, 0.9)
AT_A_COMMIT = 0.7
WHILE_RUNNING = 0.85
WORK_WAIT_S = 15.0
COMMIT_WAIT_S = 2.0
# With files in a bucket, that part of the kills of workers is between the putting of a file and the commit of its row.
AT_A_PUT = 0.5
PUT_WAIT_S = 5.0
CLOSE_MS = 5.0
# So soon after a commit, at most, comes a kill that is aimed at one: also into what follows it.
AFTER_S = 0.003
RECENT = 50
# After so many kills a line says how far it is.
TOLD_EVERY = 25


@dataclass
class Report:
    """What was done, and what was found wrong."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    while_running: int = 0
    close_to_a_commit: int = 0
    after_a_put: int = 0
    frozen: int = 0
    orphans_s: list[float] = field(default_factory=list)
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    kept: Counter[str] = field(default_factory=Counter)
    resets: Counter[str] = field(default_factory=Counter)
    readers: int = 0
    connections: int = 0
    events_read: int = 0
    previews: dict[int, int] = field(default_factory=dict)
    events: int = 0
    harms: list[tuple[str, object]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def table(self) -> str:
        rows = [
            ("seed", self.seed),
            ("seconds", f"{self.seconds:.0f}"),
            ("kills", sum(self.kills.values())),
            *((f"  of {kind}", self.kills[kind]) for kind in WEIGHTS),
            ("  with a task running", self.while_running),
            (f"  within {CLOSE_MS:g} ms of a commit", self.close_to_a_commit),
            ("  between the putting of a file and its row", self.after_a_put),
            ("workers frozen past their lease", self.frozen),
            *self.harms,
            ("longest wait for orphans to end", f"{max(self.orphans_s, default=0):.2f} s"),
            *((f"tasks {status}", count) for status, count in self.statuses.items()),
            *((f"requests to {verb}", count) for verb, count in self.done.items()),
            *((f"app.py {what}", count) for what, count in sorted(self.kept.items())),
            *((f"resets, {reason}", count) for reason, count in sorted(self.resets.items())),
            *((f"previews answered {status or 'nothing'}", count) for status, count in sorted(self.previews.items())),
            ("events in the log", self.events),
            ("readings of a task", self.readers),
            ("  connections", self.connections),
            ("  events read", self.events_read),
            ("faults", len(self.faults)),
        ]
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {value:>10}" for name, value in rows)


def torture(
    directory: Path,
    *,
    seed: int,
    kills: int,
    seconds: float,
    keeping: bool = False,
    without: str | None = None,
    readers: int = 20,
    writers: int = 2,
    waiting: int = 4,
    stops: float = 0.0,
    disk_failures: float = 0.0,
    s3: bool = False,
    postgres: bool = False,
    database_harms: float = 0.0,
    hosts: int = 1,
    pooler: bool = False,
    **settings: object,
) -> Report:
    """Kill until `kills` were made or `seconds` are over; then let it settle, and judge.

    `stops` and `disk_failures` are the parts of the turns in which a process is stopped, or the disk fails, instead of a kill. The latter
    take root, and a mount namespace (`tests.torture.disk`). `keeping`: the owner prunes and restores, too, until each was done.
    `s3`: files are in a bucket, of a server that is not killed. `postgres`: the database is of a cluster of its own, and in a part of the
    turns, `database_harms`, something happens to it. `hosts`: so many servers with data directories of their own share both.
    `pooler`: all but the first of them reach the database through pgbouncer.
    `readers` follow tasks, `writers` ask for previews, and others submit while fewer than `waiting` tasks wait.
    `without`: a safeguard that is taken out, so that there are faults.
    `settings` of the application come on top of those of `application`.
    """
    began = time.monotonic()
    with ExitStack() as tidy:
        disk = Disk(directory.resolve()) if disk_failures else None
        if disk:
            tidy.callback(disk.close)
        data = (disk.place if disk else directory.resolve()) / "data"
        database = Database(data, random.Random(f"{seed}-database"), pooler=pooler) if postgres else None
        if database:
            tidy.callback(database.close)
            settings = {"database_url": database.server.url} | settings
        else:
            migrate(data)
        puts: PutMarksman | None = None
        if s3:
            server = tidy.enter_context(s3_server(directory.resolve()))
            puts = PutMarksman(int(server.endpoint.rpartition(":")[2]))
            tidy.callback(puts.close)
            os.environ.update(server.environment | {"AWS_ENDPOINT_URL": puts.endpoint})
            settings = {"files_url": f"s3://{server.new_bucket()}/torture"} | settings
        own = database.own if database else None
        store = open_store(data, open_url(Settings(data=data), str(settings.get("files_url", ""))), own)
        tidy.callback(store.close)
        report, history = Report(seed), History(store)
        if database:
            database.history = history
        if stops:
            settings = harms.SETTINGS | settings
        applications = [Application(data, without, directory.resolve() / "application.log", **settings)]
        tidy.callback(applications[0].stop)
        applications[0].wait_until_it_answers()
        for number in range(2, hosts + 1):
            elsewhere = data.with_name(f"data-{number}")
            if database and database.pooler:
                settings |= {"database_url": database.pooled.url, "database_listen_url": database.pooled.listen_url}
            applications.append(Application(elsewhere, without, directory.resolve() / f"application-{number}.log", **settings))
            tidy.callback(applications[-1].stop)
            applications[-1].wait_until_it_answers()
        application = applications[0]
        marksman = Marksman(data, own.url if own else "")
        tidy.callback(marksman.close)
        crowd = Crowd([one.url for one in applications], seed, readers, waiting)
        owner = Keeping(application, crowd, history, random.Random(f"{seed}-keeping")) if keeping else None
        writing = Writers(application.url, writers)
        crowd.start()
        tidy.callback(crowd.stop)
        writing.start()
        tidy.callback(writing.stop)
        harm = harms.Harms(application, store, marksman, disk, random.Random(f"{seed}-harms"), database)
        rates = (stops, disk_failures, database_harms)
        _kill_again_and_again(applications, store, marksman, puts, owner, report, random.Random(seed), kills, began + seconds, harm, rates)
        report.harms, report.faults = harm.rows(), [*report.faults, *harm.faults]
        if owner:
            owner.finish()
        crowd.stop_meddling()
        writing.stop()
        report.previews = dict(writing.answers)
        report.faults += [f"{writing.failed} previews were answered with 500"] * (writing.failed > 0)
        for application in applications:
            application.wait_until_it_answers()
        report.faults += judge.stuck(store)
        crowd.stop()
        for application in applications:
            application.stop()
        report.seconds = time.monotonic() - began
        history.catch_up()
        _fill(report, store, crowd, history, owner, database.promotions if database else ())
    return report


def _kill_again_and_again(
    applications: Sequence[Application],
    store: Store,
    marksman: Marksman,
    puts: PutMarksman | None,
    owner: Keeping | None,
    report: Report,
    dice: random.Random,
    kills: int,
    until: float,
    harm: harms.Harms,
    rates: tuple[float, float, float],
) -> None:
    frozen: threading.Thread | None = None
    while (sum(report.kills.values()) < kills or (owner and owner.left)) and time.monotonic() < until:
        time.sleep(dice.uniform(*PAUSE_S))
        application = harm.application = dice.choice(applications)
        if dice.random() < WHILE_RUNNING:
            _wait_for_work(store)
        if harm.dice.random() < rates[0]:
            if frozen:
                frozen.join()  # it would wake the process up that is stopped now, if it is the same
            harm.stop_process()
            continue
        if harm.dice.random() < rates[1]:
            if owner:
                owner.finish()
            harm.fail_disk()
            continue
        if harm.database and harm.dice.random() < rates[2]:
            harm.database.harm()
            continue
        processes = application.processes()
        if dice.random() < FREEZE and not (frozen and frozen.is_alive()) and (at_work := _at_work(store)):
            frozen = threading.Thread(target=_freeze, args=(report, dice.choice(at_work)))
            frozen.start()
        kind = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        at_a_commit, after_s = dice.random() < AT_A_COMMIT, dice.choice((0.0, dice.uniform(0, AFTER_S)))
        targets = [process.pid for process in processes if process.kind == kind]
        if not targets and kind not in ("supervisor", "all"):
            continue
        target = dice.choice(targets) if targets else 0
        shot: Shot | None = None
        if kind == "worker" and puts and dice.random() < AT_A_PUT:
            if not puts.kill(_workers(store), within_s=PUT_WAIT_S):
                continue
            report.after_a_put += 1
        elif kind == "all":
            application.kill_all()
        elif kind == "supervisor":
            report.orphans_s.append(application.kill_supervisor())
        elif at_a_commit:
            shot = marksman.kill(target, within_s=COMMIT_WAIT_S, after_s=after_s)
            if shot is None:
                continue
        elif kill(target):
            shot = Shot(time.time(), None)
        else:
            continue
        _note(report, kind, store, shot)
        if not report.kills.total() % TOLD_EVERY:
            print(f"{report.kills.total()} kills, {len(harm.faults)} faults so far", file=sys.stderr, flush=True)
        if owner:
            owner.after_a_kill()
    if frozen:
        frozen.join()


def _freeze(report: Report, pid: int) -> None:
    report.frozen += freeze(pid, FROZEN_S)


def _at_work(store: Store) -> list[int]:
    """The processes of the workers that have a task."""
    with store.reading() as read:
        busy = {row.worker_id for row in task.unfinished(read) if row.status == "running"}
        return [row.pid for row in worker.every(read) if row.id in busy]


def _workers(store: Store) -> dict[str, int]:
    """Return the processes of all workers, by their id."""
    with store.reading() as read:
        return {row.id: row.pid for row in worker.every(read)}


def _wait_for_work(store: Store) -> None:
    """Until some task runs: killing what only warms up proves little. Not for ever: what was killed last may be all there was."""
    deadline = time.monotonic() + WORK_WAIT_S
    while time.monotonic() < deadline:
        with store.reading() as read:
            if task.count_by_status(read)["running"]:
                return
        time.sleep(0.05)


def _note(report: Report, kind: str, store: Store, shot: Shot | None) -> None:
    """Count the kill. Whoever commits rings just after it; without a ring, an event's time is of before its commit, which was closer."""
    with store.reading() as read:
        running = task.count_by_status(read)["running"]
        newest = event.after(read, max(event.head(read) - RECENT, 0), limit=RECENT)
    report.kills[kind] += 1
    report.while_running += running > 0
    if shot:
        since_s = [shot.at - clock.parse(entry.at).timestamp() for entry in newest] if shot.since_ring_s is None else [shot.since_ring_s]
        report.close_to_a_commit += any(0 <= seconds <= CLOSE_MS / 1000 for seconds in since_s)


def _fill(report: Report, store: Store, crowd: Crowd, history: History, owner: Keeping | None, promotions: Sequence[Promotion]) -> None:
    with store.reading() as read:
        report.statuses = task.count_by_status(read)
        report.events = event.head(read)
    readings = [reading for seen in crowd.seen for reading in seen.readings]
    report.done = crowd.done
    report.kept = owner.done if owner else Counter()
    report.resets = Counter(one_reading.begun_by for one_reading in readings if one_reading.begun_by)
    report.readers = len(crowd.seen)
    report.connections = sum(seen.connections for seen in crowd.seen)
    report.events_read = sum(len(one_reading.ids) for one_reading in readings)
    report.faults += [*(owner.faults if owner else ()), *judge.faults(store, crowd, history, report.kept, promotions, len(crowd.urls))]
