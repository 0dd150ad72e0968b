"""A peer whose packets are dropped without a word, in a network of this process's own: run by `unshare --net`.

Prints the seconds after which the server closed the vanished peer's stream, and how many others it closed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.conftest import Server
from tests.streams.wire import Reader, Speaker, disconnects, messages, open_streams, soon

HEARTBEAT_S = 1
PEER_TIMEOUT_S = 4
TRAFFIC = 5


def main(data: Path, *, quiet: bool) -> None:
    run("ip link set lo up")
    with closing(Server(data, heartbeat_s=600 if quiet else HEARTBEAT_S, peer_timeout_s=PEER_TIMEOUT_S)) as server:
        speaker = Speaker(server.store)
        with Reader(server.port, "/api/stream") as vanished, Reader(server.port, "/api/stream") as other:
            vanished.until("snapshot")
            others = (frame for frame in other.frames() if frame.name == "message")
            drop(vanished.socket.getsockname()[1])
            if not quiet:
                for number in range(TRAFFIC):
                    speaker.say(f"{number}")
                    assert messages([next(others)]) == [f"{number}"]
            gone_s = soon(lambda: open_streams(server) == 1)
            speaker.say("still here")
            assert messages([next(others)]) == ["still here"]
            print(json.dumps({"gone_s": gone_s, "disconnects": disconnects(server)}))


def drop(port: int) -> None:
    """Drop every packet from and to this port: a bucket that holds none of them."""
    run("tc qdisc add dev lo root handle 1: prio bands 3 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0")
    run("tc qdisc add dev lo parent 1:3 handle 30: tbf rate 8bit burst 1 latency 1ms")
    for side in ("sport", "dport"):
        run(f"tc filter add dev lo parent 1: protocol ip u32 match ip {side} {port} 0xffff flowid 1:3")


def run(command: str) -> None:
    subprocess.run(command.split(), check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), quiet=sys.argv[2] == "quiet")
