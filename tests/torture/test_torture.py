"""The crash loop in short; `make torture` is the long form."""

from __future__ import annotations

from pathlib import Path

from tests.torture.loop import torture


def test_whatever_is_killed_nothing_is_lost_repeated_or_stuck(tmp_path: Path) -> None:
    report = torture(tmp_path, seed=7, kills=12, seconds=60)

    print(report.table(), *report.faults, sep="\n")
    assert report.faults == []
    assert sum(report.kills.values()) >= 6
    assert report.statuses["completed"] > 0
    assert report.events_read > 0
