"""A worker whose renderers are stand-ins: `python -m tests.processes.stand_in_worker [COMMAND...]`."""

import sys

from videogen.processes import worker_process

STANDIN = (sys.executable, "-m", "tests.processes.stand_in_renderer")

if __name__ == "__main__":
    worker_process.main(sys.argv[1:] or STANDIN)
