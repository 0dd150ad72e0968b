"""A peer that is switched off sends nothing more, not even a goodbye."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys

import pytest

from tests.conftest import Serve
from tests.streams.wire import Reader, Speaker, disconnects, messages, open_streams, soon

SO_ATTACH_FILTER = 26
RETURN_NOTHING = struct.pack("HBBI", 0x06, 0, 0, 0)
PEER_TIMEOUT_S = 3


@pytest.mark.skipif(sys.platform != "linux", reason="needs a socket filter, by which Linux drops a socket's packets")
@pytest.mark.parametrize("traffic", [0, 5])
def test_peer_whose_packets_are_dropped_is_cut_in_time_and_nobody_else_notices(serve: Serve, traffic: int) -> None:
    server = serve(heartbeat_s=600, peer_timeout_s=PEER_TIMEOUT_S)
    speaker = Speaker(server.store)
    with Reader(server.port, "/api/stream") as vanished, Reader(server.port, "/api/stream") as other:
        vanished.until("snapshot")
        others = other.frames()
        assert [next(others).name for _ in range(2)] == ["hello", "snapshot"]
        _switch_off(vanished.socket)
        for number in range(traffic):
            speaker.say(f"{number}")
            assert messages([next(others)]) == [f"{number}"]
        assert soon(lambda: open_streams(server) == 1) < 3 * PEER_TIMEOUT_S
        assert disconnects(server) == {"vanished": 1}
        speaker.say("still here")
        assert messages([next(others)]) == ["still here"]


def _switch_off(peer: socket.socket) -> None:
    """From now on every packet for this socket is dropped before TCP sees it: nothing is acknowledged, nothing is reset."""
    program = ctypes.create_string_buffer(RETURN_NOTHING)
    peer.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))
