"""`python -m tests.torture [--kills N] [--seconds S] [--seed N] [--keeping] [--stops S] [--disk D] [--without NAME]`.

`--database postgresql --files s3` runs two servers on a cluster and a bucket that they share; the second one reaches the cluster through
pgbouncer in transaction mode.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.torture import disk
from tests.torture.loop import torture
from tests.torture.without.sitecustomize import SAFEGUARDS


def main() -> None:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keeping", action="store_true", help="also prune, make backups and put them back meanwhile")
    parser.add_argument("--stops", type=float, default=0.1, help="part of the turns in which a process is stopped, not killed")
    parser.add_argument("--disk", type=float, help="part of the turns in which the disk fails; takes root on Linux")
    parser.add_argument("--without", choices=SAFEGUARDS, help="take one safeguard out: the run is then to find faults, and to end with 1")
    parser.add_argument("--into", type=Path, help="a directory for what is left, to look at")
    parser.add_argument("--files", choices=("disk", "s3"), default="disk", help="where videos and uploads are")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where the store is")
    parser.add_argument("--database-harms", type=float, default=0.25, help="part of the turns in which something happens to PostgreSQL")
    parser.add_argument("--no-pooler", action="store_true", help="let the second server reach PostgreSQL without pgbouncer, too")
    asked = parser.parse_args()
    postgres, s3 = asked.database == "postgresql", asked.files == "s3"
    if postgres and asked.keeping:
        parser.error("--keeping makes backups, and those of PostgreSQL are pg_dump's")
    hosts = 2 if postgres and s3 else 1
    if asked.disk is None:
        asked.disk = 0.1 if hosts == 1 else 0.0
    if asked.disk and hosts > 1:
        parser.error("--disk fails the disk of one server, and there are two")
    if asked.disk and not disk.in_own_namespace():
        print("The disk does not fail in this run: that takes root and loop devices.", file=sys.stderr)
        asked.disk = 0.0
    with tempfile.TemporaryDirectory(prefix="torture-") as scratch:
        directory = asked.into or Path(scratch)
        directory.mkdir(parents=True, exist_ok=True)
        report = torture(
            directory,
            seed=asked.seed,
            kills=asked.kills,
            seconds=asked.seconds,
            keeping=asked.keeping,
            without=asked.without,
            stops=asked.stops,
            disk_failures=asked.disk,
            s3=s3,
            postgres=postgres,
            database_harms=asked.database_harms if postgres else 0.0,
            hosts=hosts,
            pooler=hosts > 1 and not asked.no_pooler,
        )
    print(report.table())
    for fault in report.faults[:50]:
        print(f"  {fault}")
    sys.exit(1 if report.faults else 0)


if __name__ == "__main__":
    main()
