"""`/metrics` in the text format of Prometheus, collected on each request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import inf
from statistics import fmean

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from models import clock, event, task, worker
from models.database import Read
from models.stage_times import stage_seconds
from models.task_table import WAITING_FOR_TASKS, Task
from videogen.kinds.registry import installed
from videogen.processes import backup_schedule
from videogen.web import views
from videogen.web.services import current_services

blueprint = Blueprint("metrics", __name__)

STREAM_COUNTERS = {
    "events": ("Events sent to streams.", ""),
    "replays": ("Streams that resumed from a cursor.", ""),
    "resets": ("Streams that could not resume from their cursor.", "reason"),
    "disconnects": ("Streams closed.", "cause"),
    "long_polls": ("Long polls answered.", ""),
}
"""Help text and label of each counter of the broadcaster."""


@blueprint.get("/metrics")
def show() -> Response:
    """Return all metrics of this process and of the store."""
    registry = CollectorRegistry()
    registry.register(_Collector())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Collector(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from _stream_metrics()
        yield from _store_metrics()

    def describe(self) -> list[Metric]:
        return []


def _stream_metrics() -> Iterator[Metric]:
    services = current_services()
    broadcaster = services.broadcaster
    yield _gauge("streams_open", "Open streams of this process.", len(broadcaster.open))
    for name, (help, label) in STREAM_COUNTERS.items():
        counter = CounterMetricFamily(f"videogen_stream_{name}", help, labels=[label] if label else [])
        values = {value: count for (counter_name, value), count in broadcaster.counts.items() if counter_name == name}
        for value, count in (values or ({} if label else {"": 0})).items():
            counter.add_metric([value] if label else [], count)
        yield counter
    lags = [broadcaster.tail.head - stream.cursor.seq for stream in broadcaster.open if stream.cursor]
    yield _gauge("stream_lag_events", "Events that the slowest stream is behind the log.", max([0, *lags]))
    yield from broadcaster.tail.read_delay.collect()
    wakeups = CounterMetricFamily("videogen_wakeups", "Wakeups by commits of other processes.", labels=["found_by"])
    wakeups.add_metric(["notification"], services.listener.wakeups.by_notification)
    wakeups.add_metric(["poll"], services.listener.wakeups.by_poll)
    yield wakeups
    failures = CounterMetricFamily("videogen_failed_logins", "Failed logins of this process.", labels=["reason"])
    for reason, count in services.login_failures.counts.items():
        failures.add_metric([reason], count)
    yield failures
    yield _gauge("hub_delay_seconds", "How late the event loop of the web process runs its timers.", services.hub_delay.delay_s)


def _store_metrics() -> Iterator[Metric]:
    services = current_services()
    with services.store.reading() as read:
        counts = task.count_by_status(read)
        workers = worker.count_alive(read)
        head = event.head(read)
        stalled = sum(event.is_stalled(read, row.id) for row in task.unfinished(read) if row.status == "running")
        seconds = {name: stage_seconds(read, name) for name in installed().kinds}
        now = clock.now()
        waited = [_waited_s(read, row, now) for row in task.queued(read) if row.hold_reason != WAITING_FOR_TASKS]
    queue_age_s = max([0.0, *waited])
    by_status = GaugeMetricFamily("videogen_tasks", "Tasks by status.", labels=["status"])
    for status, count in counts.items():
        by_status.add_metric([status], count)
    yield by_status
    yield _gauge("queue_age_seconds", "How long a task that may start has waited, at most.", queue_age_s)
    yield _gauge("disk_free_min_bytes", "Free space below which no video is started.", services.settings.disk_free_min_bytes)
    if services.settings.backup_dir is not None:
        age = backup_schedule.age_s(services.settings.backup_dir, time.time())
        yield _gauge("backup_age_seconds", "Age of the newest scheduled backup; infinite while there is none.", inf if age is None else age)
    yield _gauge("queue_length", "Tasks that wait in the queue.", counts["queued"])
    yield _gauge("tasks_stalled", "Running tasks without a sign of progress for a while.", stalled)
    yield _gauge("workers_alive", "Workers with a recent heartbeat.", workers)
    yield _gauge("log_head", "Sequence number of the newest event.", head)
    help = "Mean duration of a stage in the newest tasks of a kind."
    by_stage = GaugeMetricFamily("videogen_stage_seconds", help, labels=["kind", "stage"])
    for kind, stages in seconds.items():
        for stage, durations in stages.items():
            by_stage.add_metric([kind, stage], fmean(durations))
    yield by_stage
    view = views.status_view(services.store, services.settings)
    yield _gauge("wal_bytes", "Size of the write-ahead log.", view["wal_bytes"])
    yield _gauge("database_bytes", "Size of the database file.", view["database_bytes"])
    yield _gauge("cache_bytes", "Size of the cache, as last measured.", view["cache_bytes"])
    yield _gauge("disk_free_bytes", "Free space on the disk of the data directory.", view["disk_free_bytes"])


def _waited_s(read: Read, waiting: Task, now: str) -> float:
    """Return how long a task could have run: since it came into the queue, the last time, and its delays are over."""
    return clock.seconds_between(max(event.last_at(read, waiting.id) or "", waiting.run_at or "", waiting.not_before or ""), now)


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(f"videogen_{name}", help, value=value)
