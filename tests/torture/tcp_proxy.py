"""`python -m tests.torture.tcp_proxy SOCKET`: a port of this machine in front of a Unix socket, whose connections can be cut.

It prints its port, and then does what each line of standard input says. `reset` ends every connection with RST. `hole S` delivers
nothing in either direction for S seconds, as a cable that is out, and then resets. `delay S` does the same and goes on after it.
`target PATH` leads to another socket from then on, and resets. Each is answered by a line with the number of connections there were.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from tests.support.paths import ROOT

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: what is closed sends RST."""


class TcpProxy:
    """The proxy as a process of its own, so that it is quick whatever this one does."""

    def __init__(self, target: Path) -> None:
        command = [sys.executable, "-m", "tests.torture.tcp_proxy", str(target)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._answer())

    def reset(self) -> int:
        """End all connections with RST. Return how many there were."""
        return self._order("reset")

    def hole(self, seconds: float) -> int:
        """Deliver nothing for so long, then reset."""
        return self._order(f"hole {seconds}")

    def delay(self, seconds: float) -> int:
        """Deliver nothing for so long, then go on."""
        return self._order(f"delay {seconds}")

    def lead_to(self, target: Path) -> int:
        """Lead to another socket from now on, and end the connections to the one before."""
        return self._order(f"target {target}")

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _order(self, line: str) -> int:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


class _End(asyncio.Protocol):
    """One of the two connections of a pair: passes on what it gets to the other."""

    def __init__(self, pairs: set[_End], other: _End | None = None) -> None:
        self.pairs, self.other = pairs, other
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.pairs.add(self)

    def data_received(self, data: bytes) -> None:
        if self.other and self.other.transport:
            self.other.transport.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.pairs.discard(self)
        if self.other and self.other.transport:
            self.other.transport.close()

    def abort(self) -> None:
        assert self.transport
        connection = self.transport.get_extra_info("socket")
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.transport.abort()


class _Proxy:
    def __init__(self, target: str) -> None:
        self.target = target
        self.ends: set[_End] = set()
        self.open = asyncio.Event()
        self.open.set()

    async def serve(self) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._accepted, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        orders = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        while line := (await orders.readline()).split():
            order, *words = (word.decode() for word in line)
            if order == "target":
                self.target, order, words = words[0], "reset", []
            print(await self._obey(order, *map(float, words)), flush=True)

    def _accepted(self) -> _End:
        client = _End(self.ends)
        self.joining = asyncio.ensure_future(self._join(client))
        return client

    async def _join(self, client: _End) -> None:
        await asyncio.sleep(0)  # until the connection is made
        assert client.transport
        client.transport.pause_reading()
        await self.open.wait()
        try:
            _, server = await asyncio.get_running_loop().create_unix_connection(lambda: _End(self.ends, client), self.target)
        except OSError:
            client.abort()
            return
        client.other = server
        with suppress(RuntimeError):  # closed meanwhile
            client.transport.resume_reading()

    async def _obey(self, order: str, seconds: float = 0.0) -> int:
        count = sum(end.other is not None for end in self.ends) // 2
        if order != "reset":
            held = [cast(Any, end.transport) for end in self.ends if end.transport and end.transport.is_reading()]
            self.open.clear()
            for transport in held:
                transport.pause_reading()
            await asyncio.sleep(seconds)
            self.open.set()
            for transport in held:
                with suppress(RuntimeError):
                    transport.resume_reading()
        if order != "delay":
            for end in [*self.ends]:
                end.abort()
        return count


if __name__ == "__main__":
    asyncio.run(_Proxy(sys.argv[1]).serve())
