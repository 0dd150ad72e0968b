"""`/metrics`, in the text format of Prometheus, worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from models import event, task, worker
from models.stage_times import stage_seconds
from videogen.web import views
from videogen.web.services import current_services

blueprint = Blueprint("metrics", __name__)

QUANTILES = (0.5, 0.99)
COUNTED = {
    "events": ("Events sent to streams.", ""),
    "replays": ("Streams that went on from a cursor.", ""),
    "resets": ("Streams that could not go on from their cursor.", "reason"),
    "disconnects": ("Streams closed.", "cause"),
    "long_polls": ("Long polls answered.", ""),
}


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
    services = current_services()
    broadcaster = services.broadcaster
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
    wakes = CounterMetricFamily("videogen_wakes", "Wakes by other processes' commits.", labels=["found_by"])
    wakes.add_metric(["ring"], services.listener.wakeups.by_notification)
    wakes.add_metric(["floor"], services.listener.wakeups.by_poll)
    yield wakes
    yield _gauge("hub_delay_seconds", "How late the web process's loop runs what is due.", services.hub_delay.delay_s)


def _of_store() -> Iterator[Metric]:
    services = current_services()
    with services.store.reading() as read:
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
    view = views.status_view(services.store, services.settings)
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
