"""pgbouncer in transaction mode, from the system's package: what each transaction is sent to is another session, if it comes so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from time import monotonic, sleep

from models.server import Server
from tests.support.missing import PATH
from tests.support.postgres import USER, as_nobody
from tests.support.web_server import free_port

PROGRAM = shutil.which("pgbouncer", path=PATH)
SETTINGS = """
[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 500
server_login_retry = 1
query_wait_timeout = 10
tcp_user_timeout = 10000
server_idle_timeout = 0
"""


class Pooler:
    """A pooler that runs, in front of the server at `host` (an address, or the directory of a Unix socket) and `port`."""

    def __init__(self, host: str, port: int = 5432, size: int = 20) -> None:
        assert PROGRAM, "pgbouncer is not installed"
        self.home = Path(tempfile.mkdtemp(prefix="pool", dir="/tmp"))
        self.port = free_port()
        (self.home / "ini").write_text(SETTINGS.format(host=host, port=port, user=USER, own=self.port, size=size))
        (self.home / "ini").chmod(0o644)  # it runs as another user, and the umask of this process may keep that one out
        self.prefix = as_nobody(self.home)
        self.start()

    def server(self, database: str, listen_url: str) -> Server:
        """Return a database that is reached through the pooler, but for what listens."""
        return Server(f"postgresql://{USER}@127.0.0.1:{self.port}/{database}", listen_url)

    def start(self) -> None:
        with (self.home / "log").open("ab") as log:
            command = [*self.prefix, str(PROGRAM), str(self.home / "ini")]
            self.process = subprocess.Popen(command, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        give_up_at = monotonic() + 30
        while "process up" not in (self.home / "log").read_text():
            assert self.process.poll() is None and monotonic() < give_up_at, (self.home / "log").read_text()
            sleep(0.02)

    def stop(self) -> None:
        """Kill it: its clients and its sessions are cut off."""
        self.process.kill()
        self.process.wait()
        (self.home / "log").unlink()

    def freeze(self, seconds: float) -> None:
        """Let it do nothing for so long."""
        os.kill(self.process.pid, signal.SIGSTOP)
        sleep(seconds)
        os.kill(self.process.pid, signal.SIGCONT)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)
