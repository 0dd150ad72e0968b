"""`make bench`: measures whole processes as a person would meet them, and prints a table.

ARGS="--markdown" prints it for a document, ARGS="--json" for a program; ARGS="append growth" measures these alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rich.table import Table

from tests.bench import append, estimates, film, growth, load, notify, previews, queues, reveals, streams, typing, wakes, writers
from tests.bench.row import Row
from videogen.cli.common import print_table

TOPICS = {
    topic.__name__.rpartition(".")[2]: topic.measure
    for topic in (wakes, film, estimates, reveals, typing, previews, load, notify, append, queues, growth, streams, writers)
}
NAMES = ("what", "measured", "aim", "how")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of {', '.join(TOPICS)}; all of them by default")
    parser.add_argument("--markdown", action="store_true", help="a table for a document")
    parser.add_argument("--json", action="store_true", help="for programs: a list of rows")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, a smaller film: to see that it runs")
    arguments = parser.parse_args()
    rows: list[Row] = []
    for topic in arguments.topics or TOPICS:
        rows += TOPICS[topic](quick=arguments.quick)
    print(machine(), file=sys.stderr)
    show(rows, markdown=arguments.markdown, as_json=arguments.json)


def show(rows: Sequence[Row], *, markdown: bool = False, as_json: bool = False) -> None:
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False))
        return
    cells = [(row.what, row.measured, row.aim, row.how) for row in rows]
    if markdown:
        print(*("| " + " | ".join(line) + " |" for line in (NAMES, ("---",) * 4, *cells)), sep="\n")
        return
    table = Table(*NAMES)
    for line in cells:
        table.add_row(*line)
    print_table(table)


def machine() -> str:
    """Where it was measured, and how much else was going on."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; load of the last minute {load:.1f}"


if __name__ == "__main__":
    main()
