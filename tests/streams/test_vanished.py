"""A peer that is switched off sends nothing, not even a goodbye."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.streams import vanished

ALONE = ("unshare", "--net", *(() if os.geteuid() == 0 else ("--map-root-user",)))


@pytest.fixture(scope="module")
def _network_of_its_own() -> None:
    probe = subprocess.run([*ALONE, "sh", "-c", "ip link set lo up && tc qdisc add dev lo root prio"], capture_output=True, text=True)
    if probe.returncode:
        assert not (os.environ.get("CI") == "true" and os.geteuid() == 0), probe.stderr
        pytest.skip(f"no network of the test's own can be made here: {probe.stderr.strip()}")


@pytest.mark.usefixtures("_network_of_its_own")
@pytest.mark.parametrize("how", ["quiet", "traffic"])
def test_peer_whose_packets_are_dropped_is_cut_and_nobody_else_notices(data: Path, how: str) -> None:
    done = subprocess.run([*ALONE, sys.executable, "-m", "tests.streams.vanished", data, how], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["disconnects"] == {"client": 1}
    assert told["gone_s"] < 2 * vanished.PEER_TIMEOUT_S
