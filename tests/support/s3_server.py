"""A server that speaks S3's protocol, moto's, in a process of its own on this machine."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.support.web_server import free_port

KEY_ID, SECRET = "AKIDTESTS", "the-secret-of-the-tests"
START_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class S3Server:
    """A running server; anyone may do anything there."""

    endpoint: str
    pid: int

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which clients find it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }

    def new_bucket(self) -> str:
        """Create a bucket and return its name."""
        name = f"b{secrets.token_hex(8)}"
        with urlopen(Request(f"{self.endpoint}/{name}", method="PUT")):
            return name


@contextmanager
def s3_server(directory: Path) -> Iterator[S3Server]:
    """Run a server until the block is left. Its output is in `directory`."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    with (directory / "s3.log").open("wb") as log:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _await(endpoint, process)
        yield S3Server(endpoint, process.pid)
    finally:
        process.kill()
        process.wait()


def _await(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            urlopen(endpoint, timeout=5).close()
            return
        except HTTPError:
            return
        except (URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"The S3 server did not start: {process.poll()}")
