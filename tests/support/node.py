"""Node, for tests of the pages' modules. The app itself needs none."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

from tests.support.missing import missing
from tests.support.paths import ROOT

TESTS = ROOT / "tests" / "js"
NODE = shutil.which("node") or shutil.which("nodejs")


def node(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run Node to its end. Without it the test is skipped, but never where CI=true."""
    if NODE is None:
        reason = "no Node here: install it, for example with apt-get install nodejs"
        missing(reason)
    return subprocess.run([NODE, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=120)


def answers(labels: dict[str, Any], calls: Sequence[Sequence[Any]]) -> list[Any]:
    """Return what functions of static/js answer; each call is [module, function, *arguments]."""
    done = node(TESTS / "call.js", stdin=json.dumps({"labels": labels, "calls": calls}))
    assert done.returncode == 0, done.stderr
    results: list[Any] = json.loads(done.stdout)
    return results
