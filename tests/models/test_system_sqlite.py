"""The store on Python's own SQLite, where pysqlite3 has no wheel. In a process of its own: two libraries in one lose commits.

`make test-system-sqlite` runs all tests so.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from models.sqlite.driver import driver
from tests.support.paths import ROOT

pytestmark = pytest.mark.integration

SHIM = ROOT / "tests" / "models" / "system_sqlite"
SOME = ("test_attempt.py", "test_event.py", "test_migrate.py", "test_plans.py", "test_replay.py")

elsewhere = pytest.mark.skipif(driver.__name__.startswith("sqlite3"), reason="this is the system's SQLite already")


def run(*command: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(SHIM)}
    ran = subprocess.run((sys.executable, *command), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@elsewhere
def test_shim_gives_the_systems_sqlite() -> None:
    asked = "import models.sqlite.driver as d; print(d.driver.__name__, d.driver.sqlite_version)"
    name, version = run("-c", asked).split()
    assert (name, version) == ("sqlite3.dbapi2", run("-c", "import sqlite3; print(sqlite3.sqlite_version)").strip())


@elsewhere
def test_store_keeps_its_promises_on_the_systems_sqlite() -> None:
    out = run("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", "not postgresql", *(f"tests/models/{name}" for name in SOME))
    assert " failed" not in out
