"""A supervisor over a tiny web process and stand-in workers: `python -m tests.processes.stand_in_server [real]`."""

import sys

from models.errors import VideogenError
from tests.processes.conftest import WORKER
from videogen.config import settings
from videogen.processes import supervisor

WEB = (sys.executable, "-m", "tests.processes.stand_in_web")

if __name__ == "__main__":
    try:
        supervisor.Supervisor(
            settings().model_copy(update={"quick_worker": False}), supervisor.WEB if "real" in sys.argv else WEB, WORKER
        ).run()
    except VideogenError as error:
        sys.exit(f"{error} {error.hint}")
