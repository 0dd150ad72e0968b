"""One node of a tree of processes. `tree.py KIND...`: the first KIND is this one, the rest are below it.

Each prints `<kind> <pid>` once all below it is there. `owner` and `gevent` start the next in a ProcessGroup, `forker` forks two,
one of which holds the GIL in a C call; `holder` holds the GIL itself while it owns the rest.
"""

import sys

kind, *below = sys.argv[1:]
if kind == "gevent":
    from gevent import monkey

    monkey.patch_all()

import ctypes  # noqa: E402
import os  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402

from videogen.processes import process_group  # noqa: E402


def hold_the_gil() -> None:
    ctypes.PyDLL(None).sleep(600)


process_group.die_with_owner()
group = None
if below:
    group = process_group.ProcessGroup([sys.executable, "-m", "tests.processes.process_tree", *below], stdout=subprocess.PIPE)
    for line in group.stdout:
        print(line.decode(), end="", flush=True)
        if line.split()[0] == below[0].encode():
            break
if kind == "forker":
    for name in ("holding", "render"):
        pid = os.fork()
        if pid == 0:
            hold_the_gil() if name == "holding" else time.sleep(600)
            os._exit(0)
        print(name, pid, flush=True)
print(kind, os.getpid(), flush=True)
if kind == "holder":
    hold_the_gil()
while group is None or group.alive():
    time.sleep(0.01)
