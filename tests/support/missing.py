"""What to do about a program that a test needs and this machine does not have."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Never

import pytest

PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin:/sbin"
"""Where programs are looked for: also those that came with the tests' packages, and those that are only for root."""


def missing(reason: str) -> Never:
    """Skip the test, but fail it where CI=true: there everything is to be tested."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str, how: str = "") -> str:
    """Return a program's path. Without it the test is skipped, but never where CI=true. `how` installs it."""
    return shutil.which(name, path=PATH) or missing(f"no {name} here: install it, for example with {how or f'apt-get install {name}'}")
