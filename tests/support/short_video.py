"""A short script, and videos made of it."""

import json
from pathlib import Path
from typing import Any

from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Report
from videogen.pipeline.runner import render_video

SCRIPT = """\
---
title: A short film
---

# A short film

Two scenes and a list of points.

## What it shows

It shows what is said. Then it says one thing more.

- The first point
- The second point

```python
print("never read aloud")
```
"""


class RenderResult:
    """A finished order: its reports, and its files."""

    def __init__(self, request: RenderRequest, reports: list[Report]) -> None:
        self.request = request
        self.reports = reports
        self.out = request.work / "out"

    def of(self, type_: str, stage: str | None = None) -> list[Report]:
        return [report for report in self.reports if report.type == type_ and stage in (None, report.stage)]

    def counts(self, stage: str) -> tuple[int, int]:
        """(made, reused) of a stage."""
        (completed,) = self.of("stage.completed", stage)
        return completed.data["made"], completed.data["reused"]

    @property
    def metadata(self) -> Any:
        return json.loads((self.out / "metadata.json").read_text())


def run(work: Path, cache: Path, source: str = SCRIPT, **values: Any) -> RenderResult:
    options = {"height": 240, **values.pop("options", {})}
    request = RenderRequest(source, work, cache, options=options, **({"render_processes": 2, "thumbnail_s": 60.0} | values))
    reports: list[Report] = []
    render_video(request, reports.append)
    return RenderResult(request, reports)
