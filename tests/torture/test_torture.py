"""The crash loop in short; `make torture` is the long form."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.application import ROOT, WITHOUT
from tests.torture.loop import torture

pytestmark = pytest.mark.slow

TAKE_OUT_ALL = """
import importlib, sitecustomize
for module, change in sitecustomize.SAFEGUARDS.values():
    change(importlib.import_module(module))
"""


def test_whatever_is_killed_nothing_is_lost_repeated_or_stuck(tmp_path: Path) -> None:
    report = torture(tmp_path, seed=7, kills=4, seconds=240, readers=10, writers=1, waiting=2)

    print(report.table(), *report.faults, sep="\n")
    assert report.faults == []
    assert sum(report.kills.values()) >= 4
    assert report.statuses["completed"] > 0
    assert report.events_read > 0


def test_what_is_backed_up_put_back_and_pruned_meanwhile_is_whole(tmp_path: Path) -> None:
    report = torture(tmp_path, seed=5, kills=2, seconds=240, keeping=True, readers=4, writers=0, waiting=2, workers=1, render_processes=1)

    print(report.table(), *report.faults, sep="\n")
    assert report.faults == []
    assert min(report.kept[what] for what in ("backup", "restore", "prune")) > 0
    assert report.events_read > 0


def test_each_safeguard_is_there_to_be_taken_out() -> None:
    """What a run `--without` one of them finds is in docs/benchmarks.md."""
    environment = os.environ | {"PYTHONPATH": str(WITHOUT)}
    ran = subprocess.run([sys.executable, "-c", TAKE_OUT_ALL], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
