"""How many examples a property test tries: few in `make test`, many more in `make fuzz` (TEST_FUZZ=50: fifty times as many)."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("TEST_FUZZ", "1"))


def examples(few: int) -> int:
    return few * TIMES
