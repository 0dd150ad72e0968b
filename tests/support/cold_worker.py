"""A worker whose renderer warms nothing up in advance: `python -m tests.support.cold_worker`."""

from videogen.processes import worker_process
from videogen.processes.renderer_client import RENDERER_COMMAND

if __name__ == "__main__":
    worker_process.main(RENDERER_COMMAND)
