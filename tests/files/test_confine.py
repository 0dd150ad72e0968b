"""A whole video, with voice, formula and chart, is made without a network, and leaves nothing outside of the data directory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

UNSHARE = ("unshare", "--map-root-user", "--net", "--mount")


def has_namespaces() -> bool:
    return shutil.which("unshare") is not None and subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not has_namespaces(), reason="namespaces are not to be had here")
@pytest.mark.parametrize("how", [["render"], ["serve", "bare"]], ids=" ".join)
def test_a_video_made_without_network_home_and_a_writable_checkout_leaves_nothing_behind(tmp_path: Path, how: list[str]) -> None:
    """`bare`: on a computer without IPv6 and without /dev/shm."""
    command = [*UNSHARE, sys.executable, "-m", "tests.files.isolated_run", str(tmp_path), str(ROOT), *how]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert (report["exit_code"], report["film"]) == (0, True), report["said"]
    assert report["left"] == []
    assert report["beside"] == ["data", "film.mp4", "home", "script.md"]
    assert report["sent"] == 0
    assert report["refused"]
    if "bare" in how:
        assert not report["ipv6"] and not report["shared_memory"]
    assert report["sent_by_probe"] > 0, "else nothing would have been noticed"
