"""`python -m tests.torture.put_marksman PORT`: a port in front of a server of S3's protocol, where workers are killed that have put a file.

It prints its port. A line `S token:pid ...` of standard input waits S seconds for the first of these workers to put a file, whose key has
the worker's token. It is killed once the server has answered that the file is there, and before the worker hears of that: so no row can
know of the file yet. The line is answered by `pid key`, or by an empty line if none of them has put a file.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

from tests.support.paths import ROOT
from tests.torture.application import kill

PUT = re.compile(rb"PUT /\S*?(tasks/[^/ ]+/\d+-([0-9a-f]+)/[^ ?]+) HTTP/1.1\r\n")
"""The request that puts a file of an attempt in one piece: its key, and the token of its worker."""
READ_BYTES = 65536


class PutMarksman:
    """The front as a process of its own. Clients reach the server at `endpoint`."""

    def __init__(self, port: int) -> None:
        command = [sys.executable, "-m", "tests.torture.put_marksman", str(port)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.endpoint = f"http://127.0.0.1:{int(self._answer())}"

    def kill(self, workers: Mapping[str, int], *, within_s: float) -> tuple[int, str] | None:
        """Kill the first of these workers, {id: pid}, that puts a file. Return its pid and the key; None if none of them does in time."""
        targets = (f"{worker_id.rpartition('-')[2]}:{pid}" for worker_id, pid in workers.items())
        assert self._process.stdin
        self._process.stdin.write(f"{within_s} {' '.join(targets)}\n")
        self._process.stdin.flush()
        pid, _, key = self._answer().strip().partition(" ")
        return (int(pid), key) if key else None

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


class _Front:
    def __init__(self, port: int) -> None:
        self.port = port
        self.targets: dict[bytes, int] = {}
        self.shot: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        orders = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        while words := (await orders.readline()).split():
            self.shot = loop.create_future()
            self.targets = {token: int(pid) for token, _, pid in (word.partition(b":") for word in words[1:])}
            done, _ = await asyncio.wait([self.shot], timeout=float(words[0]))
            self.targets = {}
            print(self.shot.result() if done else "", flush=True)

    async def _connected(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", self.port)
        puts: list[re.Match[bytes]] = []
        await asyncio.gather(self._requests(client, to_server, puts), self._responses(server, to_client, puts))

    async def _requests(self, client: asyncio.StreamReader, to_server: asyncio.StreamWriter, puts: list[re.Match[bytes]]) -> None:
        """Pass requests on. Each begins a piece of what is read, since its client waits for the answer to the one before."""
        with suppress(OSError):
            while data := await client.read(READ_BYTES):
                if put := PUT.match(data):
                    puts.append(put)
                to_server.write(data)
                await to_server.drain()
        to_server.close()

    async def _responses(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter, puts: list[re.Match[bytes]]) -> None:
        with suppress(OSError):
            while data := await server.read(READ_BYTES):
                if puts and data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 100"):
                    self._shoot(puts.pop(), data)
                to_client.write(data)
                await to_client.drain()
        to_client.close()

    def _shoot(self, put: re.Match[bytes], response: bytes) -> None:
        pid = self.targets.pop(put[2], None) if response.startswith(b"HTTP/1.1 200") else None
        if pid is not None and not self.shot.done() and kill(pid):
            self.shot.set_result(f"{pid} {put[1].decode()}")


async def main() -> None:
    await _Front(int(sys.argv[1])).serve()


if __name__ == "__main__":
    asyncio.run(main())
