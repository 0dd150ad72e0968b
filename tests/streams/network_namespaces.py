"""A network of a test's own: two machines with a cable between them, of which one can be switched off. Linux's network namespaces.

They have no names, so nothing of them is left when whoever made them is gone.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

CLONE_NEWNET = 0x40000000
SERVER, PEER = "10.213.0.1", "10.213.0.2"
MAC = {SERVER: "02:00:00:00:00:01", PEER: "02:00:00:00:00:02"}
OURS = "/proc/thread-self/ns/net"


class NoNetwork(Exception):
    """Why none can be made here."""


class Network:
    """The machines, each as the open file of its namespace."""

    def __init__(self, server: int, peer: int) -> None:
        self._peer = peer
        with _inside(server):
            name = f"/proc/self/fd/{peer}"
            cable = ("address", MAC[SERVER], "type", "veth", "peer", "name", "cable", "address", MAC[PEER], "netns", name)
            _ip("link", "add", "name", "cable", *cable, passing=(peer,))
        for machine, address in ((server, SERVER), (peer, PEER)):
            with _inside(machine):
                _ip("address", "add", f"{address}/24", "dev", "cable")
                _ip("link", "set", "cable", "up")
                _ip("link", "set", "lo", "up")
        with _inside(server):  # as behind a router, which does not notice either
            _ip("neighbour", "replace", PEER, "lladdr", MAC[PEER], "nud", "permanent", "dev", "cable")

    @contextmanager
    def at_peer(self) -> Iterator[None]:
        """Whose sockets this thread makes meanwhile."""
        with _inside(self._peer):
            yield

    def switch_peer_off(self) -> None:
        """From now on no packet reaches it and it sends none: nothing is acknowledged, nothing is reset."""
        with _inside(self._peer):
            _ip("address", "flush", "dev", "cable")


@contextmanager
def network() -> Iterator[Network]:
    """This thread, and whatever it starts, is at the server meanwhile. Raises NoNetwork."""
    with ExitStack() as stack:
        try:
            server, peer = (_new_namespace(stack) for _ in range(2))
            made = Network(server, peer)
        except OSError as error:
            raise NoNetwork(f"no network namespace can be made here: {error}") from error
        stack.enter_context(_inside(server))
        yield made


def _new_namespace(stack: ExitStack) -> int:
    with _back():
        _call("unshare", CLONE_NEWNET)
        made = os.open(OURS, os.O_RDONLY)
    stack.callback(os.close, made)
    return made


@contextmanager
def _inside(namespace: int) -> Iterator[None]:
    with _back():
        _call("setns", namespace, CLONE_NEWNET)
        yield


@contextmanager
def _back() -> Iterator[None]:
    before = os.open(OURS, os.O_RDONLY)
    try:
        yield
    finally:
        _call("setns", before, CLONE_NEWNET)
        os.close(before)


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _ip(*arguments: str, passing: tuple[int, ...] = ()) -> None:
    program = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        raise NoNetwork("there is no ip: on Debian and Ubuntu it is in iproute2")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, pass_fds=passing)
    if done.returncode:
        raise NoNetwork(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
