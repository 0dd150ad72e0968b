"""How right the forecast of the time to render is: `make bench ARGS=estimates`.

Three videos are made first, as on a server that has been used a little. Then ten others are forecast, as the page does it, and made. A
factor is how many times longer or shorter it took than was said. BENCH_SERVER names a server that runs already.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import httpx

from tests.bench.row import Row
from tests.bench.server import ended, serving
from tests.support.paths import ROOT

RIGHT = 1.5
TITLES = ("Rivers", "Tea", "Clocks", "Bridges", "Bees", "Salt", "Maps", "Sails", "Wool", "Bread")
SENTENCES = (
    "The {0} of year {1} began small. Nobody saw what {1} would bring to {0}. Then {0} grew for {1} years, until everybody knew it by name."
)
"""What is spoken before is not spoken again, so each part says something of its own."""


def measure(*, quick: bool = False) -> Sequence[Row]:
    if url := os.environ.get("BENCH_SERVER"):
        with httpx.Client(base_url=url, timeout=300) as client:
            return rows(client, quick)
    with serving() as client:
        return rows(client, quick)


def rows(client: httpx.Client, quick: bool) -> Sequence[Row]:
    for number, (script, options) in enumerate(before()):
        make(client, script, options, f"before {number}")
    factors = []
    for number, (script, options) in enumerate(scripts()[: 3 if quick else None], 1):
        forecast, took = make(client, script, options, str(number))
        factors.append(max(forecast / took, took / forecast))
        print(f"{number:2}: said {forecast:5.1f} s, took {took:5.1f} s: factor {forecast / took:.2f}", file=sys.stderr)
    good = sum(factor <= RIGHT for factor in factors)
    measured = f"{good} of {len(factors)} within {RIGHT:g}; worst {max(factors):.2f}"
    return [
        Row(
            "forecast of the time to render",
            measured,
            "9 of 10 within 1.5",
            "ten scripts of other kinds, sizes and voices than those before",
        )
    ]


def make(client: httpx.Client, script: str, options: dict[str, Any], page: str) -> tuple[float, float]:
    """The seconds that the page would say, and those that it took."""
    body = {"script": script, "options": options}
    forecast = client.post("/api/preview", json=body | {"page": page}).raise_for_status().json()["making_s"] or 0.0
    task = client.post("/api/tasks", json=body).raise_for_status().json()["id"]
    ended(client, task)
    return forecast, client.get(f"/api/tasks/{task}").json()["elapsed_s"]


def prose(count: int, title: str) -> str:
    return f"# {title}\n\n" + "".join(
        f"## Part {number} of {title}\n\n{SENTENCES.format(title, 1 + 7 * number)}\n\n" for number in range(count)
    )


def lists(count: int, title: str) -> str:
    points = "".join(f"- {letter} of {title} in list {{0}}\n" for letter in ("Some", "More", "Much", "Most", "All"))
    return f"# {title}\n\n" + "".join(f"## List {number}\n\n{points.format(number)}\n" for number in range(count))


def chart(kind: str, title: str) -> str:
    series = f"series:\n  {title}: [3, 5, 4, 6]\n  Others: [2, 4, 3, 5]\n"
    return f"## {title} by day\n\n```chart\ntype: {kind}\nx: [Mon, Tue, Wed, Thu]\n{series}```\n\n"


def code(title: str) -> str:
    lines = "".join(f"    total += {number}  # {title}\n" for number in range(8))
    return f"## {title} in code\n\n```python\ndef count():\n    total = 0\n{lines}    return total\n```\n\n"


def table(title: str) -> str:
    return (
        f"## {title} in numbers\n\n| Year | Count |\n|---|---|\n"
        + "".join(f"| {year} | {year % 17} |\n" for year in range(2020, 2026))
        + "\n"
    )


def formula(title: str) -> str:
    return f"## {title} as a formula\n\n$$ a^2 + b^2 = \\frac{{c}}{{2}} $$\n\nThis is how it is found.\n\n"


def terminal(title: str) -> str:
    return f"## {title} by hand\n\n```console\n$ make {title.lower()}\nready\n$ make test\n12 passed\n```\n\n"


def before() -> list[tuple[str, dict[str, Any]]]:
    """What was made on the server before."""
    return [
        (prose(4, "A first try"), {"voice": "hibari"}),
        (lists(2, "Second") + chart("bar", "Second") + code("Second"), {"voice": "hibari", "height": 720}),
        (prose(2, "Third") + table("Third") + formula("Third"), {"voice": "none"}),
    ]


def scripts() -> list[tuple[str, dict[str, Any]]]:
    """Ten scripts: short and long, of every kind of scene, of several sizes and voices."""
    names = iter(TITLES)
    mixed = "# {0}\n\nA mixed talk.\n\n"
    return [
        (prose(2, next(names)), {"voice": "hibari"}),
        (prose(12, next(names)), {"voice": "hibari"}),
        (lists(6, next(names)), {"voice": "none"}),
        (lists(4, name := next(names)) + chart("line", name) + chart("bar", name + " again"), {"voice": "hibari"}),
        (mixed.format(name := next(names)) + code(name) + terminal(name) + table(name), {"voice": "hibari", "height": 720}),
        (mixed.format(name := next(names)) + formula(name) + formula(name + " again") + table(name), {"voice": "none", "height": 480}),
        (prose(5, next(names)), {"voice": "none", "aspect": "9:16"}),
        (prose(6, name := next(names)) + chart("bar", name) + code(name), {"voice": "hibari", "height": 360}),
        (prose(20, next(names)), {"voice": "none"}),
        ((ROOT / "examples" / "how-bread-rises.md").read_text(encoding="utf-8"), {"voice": "hibari"}),
    ]
