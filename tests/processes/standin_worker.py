"""A worker whose makers are stand-ins: `python -m tests.processes.standin_worker [COMMAND...]`."""

import sys

from videogen import worker

STANDIN = (sys.executable, "-m", "tests.processes.standin")

if __name__ == "__main__":
    worker.main(sys.argv[1:] or STANDIN)
