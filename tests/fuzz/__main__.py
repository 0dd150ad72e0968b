"""`make fuzz-readers`: gives each reader of a stranger's bytes many thousand damaged inputs, guided by coverage, and prints a table.

Any error but those that a person is told of is a crash; so is an input that takes more than 5 s of processor, or 3 GB. What is found is
kept in build/fuzz/TARGET with the inputs that led to new code; a second run goes on from there. It needs atheris, for Linux alone.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from tests.fuzz.targets import ROOT, TARGETS
from videogen.cli.common import print_table

RUNS = 12_000
DIRECTORY = ROOT / "build" / "fuzz"
ARTIFACTS = ("crash-*", "timeout-*", "oom-*", "leak-*")


@dataclass(frozen=True)
class Outcome:
    """What fuzzing a target came to."""

    target: str
    inputs: int
    coverage: int
    longest_s: float
    took_s: float
    artifacts: tuple[Path, ...]
    left: tuple[str, ...]
    error: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all of them by default")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"inputs for each target, {RUNS} by default")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers; 0 for another each time")
    arguments = parser.parse_args()
    outcomes = []
    for name in arguments.targets or TARGETS:
        outcomes.append(fuzz(name, arguments.runs, arguments.seed))
        print(f"{name}: {outcomes[-1].inputs} inputs", file=sys.stderr)
    show(outcomes)
    sys.exit(any(outcome.artifacts or outcome.error or outcome.left for outcome in outcomes))


def fuzz(name: str, runs: int, seed: int) -> Outcome:
    directory = DIRECTORY / name
    directory.mkdir(parents=True, exist_ok=True)
    for pattern in ("longest*", *ARTIFACTS):
        for path in directory.glob(pattern):
            path.unlink()
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.fuzz.run_target", name, str(runs), str(directory), *([f"-seed={seed}"] if seed else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    log = done.stderr.decode(errors="replace")
    (directory / "log").write_text(log)
    artifacts = tuple(path for pattern in ARTIFACTS for path in sorted(directory.glob(pattern)))
    # The reader of files has one, which it is given anew each time; everything else must be gone.
    left = tuple(str(path) for path in (directory / "scratch").rglob("*") if path.is_file() and not path.name.startswith("input"))
    longest = directory / "longest"
    return Outcome(
        name,
        _last(r"stat::number_of_executed_units:\s*(\d+)", log) or _last(r"^#(\d+)", log),
        _last(r"cov: (\d+)", log),
        float(longest.read_text()) if longest.exists() else 0.0,
        time.monotonic() - began,
        artifacts,
        left,
        "" if not done.returncode else (re.findall(r"^ *(\w[\w.]*(?:Error|Exception)\b.*)$", log, re.MULTILINE) or ["see its log"])[-1],
    )


def _last(pattern: str, log: str) -> int:
    return int((re.findall(pattern, log, re.MULTILINE) or ["0"])[-1])


def show(outcomes: list[Outcome]) -> None:
    table = Table("reader", "inputs", "coverage", "longest", "took", "found")
    for outcome in outcomes:
        listed = ", ".join([str(path.relative_to(ROOT)) for path in outcome.artifacts] + [f"left {name}" for name in outcome.left])
        cells = (f"{outcome.inputs:,}", f"{outcome.coverage:,}", f"{outcome.longest_s:.2f} s", f"{outcome.took_s:.0f} s")
        table.add_row(outcome.target, *cells, " ".join(filter(None, (listed, outcome.error))) or "nothing")
    print_table(table)
    print(f"{sum(outcome.inputs for outcome in outcomes):,} inputs")


if __name__ == "__main__":
    main()
