"""The result of one check of `doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "warning", "bad"]


@dataclass(frozen=True)
class Check:
    """A check's name, verdict and finding, and a hint if it is not good."""

    name: str
    verdict: Verdict
    seen: str
    hint: str = ""
