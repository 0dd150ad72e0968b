"""`/metrics`, in the text format of Prometheus, worked out when it is asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from statistics import fmean

import gevent
from flask import Blueprint, Response, current_app
from gevent import monkey
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from models import event, task, worker
from models.stage_times import stage_seconds
from videogen.web import views

blueprint = Blueprint("metrics", __name__)

TICK_S = 0.25
QUANTILES = (0.5, 0.99)
COUNTED = {
    "events": ("Events sent to streams.", ""),
    "replays": ("Streams that went on from a cursor.", ""),
    "resets": ("Streams that could not go on from their cursor.", "reason"),
    "disconnects": ("Streams closed.", "cause"),
    "long_polls": ("Long polls answered.", ""),
}


class HubDelay:
    """How late the hub runs what is due, in seconds, smoothed: how long streams wait for their turn."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        if monkey.is_module_patched("time"):
            gevent.spawn(self._measure)

    def _measure(self) -> None:
        while True:
            due = time.monotonic() + TICK_S
            gevent.sleep(TICK_S)
            self.delay_s += (max(time.monotonic() - due, 0.0) - self.delay_s) * 0.25


@blueprint.get("/metrics")
def show() -> Response:
    """Everything that is counted, for a monitoring system."""
    registry = CollectorRegistry()
    registry.register(_Collector())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Collector(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from _of_streams()
        yield from _of_store()

    def describe(self) -> list[Metric]:
        return []


def _of_streams() -> Iterator[Metric]:
    videogen = current_app.extensions["videogen"]
    broadcaster = videogen.broadcaster
    yield _gauge("streams_open", "Streams open in this process.", len(broadcaster.open))
    for name, (help, label) in COUNTED.items():
        counter = CounterMetricFamily(f"videogen_stream_{name}", help, labels=[label] if label else [])
        values = {value: count for (counted, value), count in broadcaster.counts.items() if counted == name}
        for value, count in (values or ({} if label else {"": 0})).items():
            counter.add_metric([value] if label else [], count)
        yield counter
    lags = [broadcaster.tail.head - stream.place.seq for stream in broadcaster.open if stream.place]
    yield _gauge("stream_lag_events", "Events that the slowest stream is behind the log.", max([0, *lags]))
    yield _quantiles("wake_seconds", "From an event's writing to its reading here.", broadcaster.tail.wake_s)
    wakeups = CounterMetricFamily("videogen_wakes", "Wakes by other processes' commits.", labels=["found_by"])
    wakeups.add_metric(["ring"], videogen.listener.wakeups.by_notification)
    wakeups.add_metric(["floor"], videogen.listener.wakeups.by_poll)
    yield wakeups
    yield _gauge("hub_delay_seconds", "How late the web process's loop runs what is due.", videogen.hub.delay_s)


def _of_store() -> Iterator[Metric]:
    videogen = current_app.extensions["videogen"]
    with videogen.store.reading() as read:
        counts = task.count_by_status(read)
        workers = worker.count_alive(read)
        head = event.head(read)
        stalled = sum(event.is_stalled(read, each.id) for each in task.unfinished(read) if each.status == "running")
        seconds = stage_seconds(read)
    by_status = GaugeMetricFamily("videogen_tasks", "Tasks by status.", labels=["status"])
    for status, count in counts.items():
        by_status.add_metric([status], count)
    yield by_status
    yield _gauge("queue_length", "Tasks that wait.", counts["queued"])
    yield _gauge("tasks_stalled", "Running tasks whose renderer has said nothing for a while.", stalled)
    yield _gauge("workers_alive", "Workers that gave a sign lately.", workers)
    yield _gauge("log_head", "The newest event's seq.", head)
    by_stage = GaugeMetricFamily("videogen_stage_seconds", "Mean length of a stage in the newest films.", labels=["stage"])
    for stage, lengths in seconds.items():
        by_stage.add_metric([stage], fmean(lengths))
    yield by_stage
    view = views.status_view(videogen.store, videogen.settings)
    yield _gauge("wal_bytes", "Size of the write-ahead log.", view["wal_bytes"])
    yield _gauge("database_bytes", "Size of the database file.", view["database_bytes"])
    yield _gauge("cache_bytes", "Size of the cache, as last measured.", view["cache_bytes"])
    yield _gauge("disk_free_bytes", "Free space on the data directory's disk.", view["disk_free_bytes"])


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(f"videogen_{name}", help, value=value)


def _quantiles(name: str, help: str, values: Sequence[float]) -> Metric:
    """Quantiles of the newest values, as gauges: a summary that one process can tell without buckets chosen ahead."""
    family = GaugeMetricFamily(f"videogen_{name}", help, labels=["quantile"])
    ordered = sorted(values)
    for quantile in QUANTILES:
        if ordered:
            family.add_metric([str(quantile)], ordered[min(int(quantile * len(ordered)), len(ordered) - 1)])
    return family
