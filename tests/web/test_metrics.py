"""The metrics keep the rules that `promtool check metrics` has for names, types and help texts."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from models import clock, task
from models.database import Store
from tests.support.missing import program
from tests.support.task_moves import Moves
from videogen.web.services import services_of

# Units that the naming rules replace by a base unit: seconds, bytes, ratio.
OTHER_UNITS = re.compile(
    r"_(ms|millis\w*|micros\w*|nanos\w*|minutes?|hours?|days?|kb|mb|gb|kib|mib|gib|kilobytes|megabytes|bits|percent)(_|$)"
)
TYPE_NAMES = re.compile(r"_(gauge|counter|histogram|summary)(_|$)")


@pytest.fixture
def text(client: FlaskClient, store: Store) -> str:
    moves = Moves(store)
    moves.submit("Watched")
    moves.submit("Watched, too")
    services_of(client.application).broadcaster.tail.catch_up()
    return client.get("/metrics").text


def families(text: str) -> Iterator[Metric]:
    yield from text_string_to_metric_families(text)


def test_promtool_finds_nothing(text: str) -> None:
    command = [program("promtool", "apt-get install prometheus"), "check", "metrics"]
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_every_metric_has_one_help_and_one_type(text: str) -> None:
    for kind in ("HELP", "TYPE"):
        names = re.findall(rf"^# {kind} (\S+) \S", text, re.MULTILINE)
        assert len(names) == len(set(names))
        assert {name.removesuffix("_total") for name in names} >= {family.name for family in families(text)}
    assert all(family.documentation and family.type != "unknown" for family in families(text))


def test_only_counters_end_in_total_and_all_of_them_do(text: str) -> None:
    for name, kind in re.findall(r"^# TYPE (\S+) (\w+)", text, re.MULTILINE):
        assert name.endswith("_total") == (kind == "counter"), name
        assert not (kind != "histogram" and name.endswith(("_bucket", "_count", "_sum"))), name


def test_names_use_base_units_and_no_types(text: str) -> None:
    for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE):
        assert re.fullmatch(r"videogen_[a-z0-9_]+", name)
        assert not OTHER_UNITS.search(name), name
        assert not TYPE_NAMES.search(name), name


def test_quantile_and_le_label_only_summaries_and_histograms(text: str) -> None:
    for family in families(text):
        labels = {label for sample in family.samples for label in sample.labels}
        assert "quantile" not in labels or family.type == "summary", family.name
        assert "le" not in labels or family.type == "histogram", family.name


def test_delay_of_reading_events_is_a_histogram_of_every_event_read(client: FlaskClient, store: Store) -> None:
    tail = services_of(client.application).broadcaster.tail
    tail.catch_up()
    Moves(store).submit("One")
    tail.catch_up()
    histogram = next(family for family in families(client.get("/metrics").text) if family.name == "videogen_event_read_delay_seconds")
    values = {sample.name + sample.labels.get("le", ""): sample.value for sample in histogram.samples}
    buckets = [sample.value for sample in histogram.samples if sample.name.endswith("_bucket")]
    count = values["videogen_event_read_delay_seconds_count"]
    assert count >= 1
    assert buckets == sorted(buckets)
    assert values["videogen_event_read_delay_seconds_bucket+Inf"] == count


def test_age_of_the_queue_is_that_of_tasks_that_may_start(client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def age_s() -> float:
        return float(re.search(r"^videogen_queue_age_seconds (\S+)", client.get("/metrics").text, re.MULTILINE)[1])  # type: ignore[index]

    moves, hours_ago = Moves(store), {hours: clock.ahead(-3600 * hours) for hours in (1, 9)}
    monkeypatch.setattr(clock, "now", lambda: hours_ago[9])
    first = moves.submit("Waits for a day to come", run_at=clock.ahead(3600))
    moves.submit("Waits for the first", after=[first.id])
    ended = moves.submit("Was cancelled")
    task.cancel(store, ended.id)
    monkeypatch.undo()
    assert age_s() == 0
    task.retry(store, ended.id)
    assert age_s() < 600
    monkeypatch.setattr(clock, "now", lambda: hours_ago[1])
    moves.submit("Could start")
    monkeypatch.undo()
    assert 3600 <= age_s() < 4200
