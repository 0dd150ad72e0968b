"""A peer that is switched off sends nothing more, not even a goodbye."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from models import token
from tests.streams.network_namespaces import SERVER, Network, NoNetwork, network
from tests.support.socket_readers import Frame, Reader, Speaker, disconnects, messages, open_streams, resident_bytes, soon
from tests.support.web_server import Serve, Server
from videogen.files.password_file import Password
from videogen.streams.listener import open_store

MIB = 1024 * 1024
SO_ATTACH_FILTER = 26
RETURN_NOTHING = struct.pack("HBBI", 0x06, 0, 0, 0)
# The shortest there is. As it is set for everybody: TEST_PEER_TIMEOUT_S=45.
PEER_TIMEOUT_S = int(os.environ.get("TEST_PEER_TIMEOUT_S", "3"))
AT_MOST_S = max(PEER_TIMEOUT_S, 25)  # of a short one a busy machine may make more


@pytest.fixture
def cable() -> Iterator[Network]:
    if sys.platform != "linux":
        pytest.skip("network namespaces are Linux's")
    try:
        with network() as made:
            yield made
    except NoNetwork as reason:
        pytest.skip(f"{reason}. The test with a socket filter shows the same.")


def test_peer_that_is_switched_off_is_cut_in_time_and_nobody_else_notices(cable: Network, serve: Serve, data: Path) -> None:
    """On a network of its own; the server says heartbeats into the void as it does by its settings: three in that time."""
    Password(data).set("from another machine")
    with closing(open_store(data)) as store:
        headers = {"Authorization": f"Bearer {token.create(store, 'tests')}"}
    server = serve(host="0.0.0.0", heartbeat_s=PEER_TIMEOUT_S / 3, peer_timeout_s=PEER_TIMEOUT_S)
    server.client.headers.update(headers)

    def reader(path: str) -> Reader:
        with cable.at_peer():
            return Reader(server.port, path, host=SERVER, headers=headers)

    quiet = Speaker(server.store)
    with reader(f"/api/tasks/{quiet.id}/stream") as silent, reader("/api/stream") as busy:
        expect_cut(server, [silent, busy], cable.switch_peer_off, headers)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a socket filter, by which Linux drops a socket's packets")
def test_peer_whose_packets_are_dropped_is_cut_in_time_and_nobody_else_notices(serve: Serve) -> None:
    """And without a heartbeat, by the probes alone."""
    server = serve(heartbeat_s=600, peer_timeout_s=PEER_TIMEOUT_S)
    quiet = Speaker(server.store)
    with closing(socket.socket()) as one:
        try:
            drop_packets(one)
        except PermissionError:
            pytest.skip("this system lets only root filter the packets of a socket")
    with Reader(server.port, f"/api/tasks/{quiet.id}/stream") as silent, Reader(server.port, "/api/stream") as busy:
        expect_cut(server, [silent, busy], lambda: [drop_packets(reader.socket) for reader in (silent, busy)])


def expect_cut(server: Server, vanishing: list[Reader], vanish: Callable[[], object], headers: dict[str, str] | None = None) -> None:
    """All of them at once, while another reads on; the first has a stream in which nothing is said."""
    speaker = Speaker(server.store)
    with Reader(server.port, "/api/stream", headers=headers) as other:
        others = (frame for frame in other.frames() if frame.name != "heartbeat")
        assert [next(others).name for _ in range(2)] == ["hello", "snapshot"]
        for reader, begun in zip(vanishing, ("task.started", "snapshot"), strict=True):
            reader.until(begun)
        soon(lambda: open_streams(server) == len(vanishing) + 1)
        before_bytes = resident_bytes(server.process.pid)
        vanish()
        began, count = time.monotonic(), 0
        while open_streams(server) > 1:
            # Whoever reads has it before the next is said, whoever else has vanished.
            count += 1
            assert say_and_read(speaker, others, f"{count}") == [f"{count}"]
            assert time.monotonic() - began < AT_MOST_S
            time.sleep(PEER_TIMEOUT_S / 30)
        assert resident_bytes(server.process.pid) - before_bytes < 5 * MIB
        assert disconnects(server) == {"vanished": len(vanishing)}
        assert say_and_read(speaker, others, "still here") == ["still here"]


def say_and_read(speaker: Speaker, others: Iterator[Frame], words: str) -> list[str]:
    speaker.say(words)
    return messages([next(others)])


def drop_packets(peer: socket.socket) -> None:
    """From now on every packet for this socket is dropped before TCP sees it: nothing is acknowledged, nothing is reset."""
    program = ctypes.create_string_buffer(RETURN_NOTHING)
    peer.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))
