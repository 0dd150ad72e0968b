"""The forked side of the renderer pool: a process that is confined, and answers one request after another."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from models.errors import VideogenError
from videogen.errors.rendering import StageFailed
from videogen.processes import process_group, sandbox
from videogen.processes.sandbox import Limits, Policy

ADDRESS_SPACE_FACTOR = 4
"""RLIMIT_AS limits mapped memory: this many times the limit of the resident memory that is measured."""

Json = Mapping[str, Any]
SendPartial = Callable[[Json], None]
Handler = Callable[[Json, SendPartial], Json]


@dataclass(frozen=True)
class RendererConfinement:
    """What confines each renderer: the data directory, the limits of the sandbox, and of the memory that is measured."""

    data: Path
    limits: Limits
    memory_bytes: int

    def private(self, pid: int) -> Path:
        """Return the directory of a renderer's own."""
        return self.data / "tmp" / f"renderer-{pid}"

    def policy(self, files: Iterable[str], network: bool, directory: str | None = None) -> Policy:
        """Return what this process, a renderer, may reach: some files, and to write the directory for its results, if there is one."""
        cache = self.data / "cache"
        read = tuple(map(Path, files))
        write = (cache / "libraries", *([Path(directory)] if directory else ()))
        return Policy(read=read, write=write, use=(cache,), private=self.private(os.getpid()), network=network)


def serve(
    connection: socket.socket,
    handlers: Mapping[str, Handler],
    confinement: RendererConfinement,
    parent: int,
    inherited: Iterable[int],
    network: bool,
) -> NoReturn:
    """Handle one request after another, and leave by `os._exit`. `inherited` are the pool's descriptors, which are closed.

    It is confined before it reads the first request, and to the files of the first.
    """
    confined = False
    try:
        isolated = sandbox.isolate(network, confinement.limits)
        process_group.die_with_parent(parent)  # after that: a change of privileges makes the kernel forget it
        for descriptor in inherited:
            os.close(descriptor)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _limit_address_space(confinement.memory_bytes)

        def send_partial(content: Json) -> None:
            connection.sendall(json.dumps({"partial": content}).encode() + b"\n")

        with connection, connection.makefile("rb") as requests:
            for line in requests:
                request = json.loads(line)

                def handle(content: Json, send_partial: SendPartial, request: Json = request) -> Json:
                    nonlocal confined
                    if not confined:
                        policy = confinement.policy(request["files"], network, request["content"].get("directory"))
                        sandbox.restrict_files(policy, confinement.limits, isolated, protected=[confinement.data])
                        confined = True
                    return handlers[request["kind"]](content, send_partial)

                connection.sendall(_answer(handle, request["content"], send_partial) + b"\n")
    except (BrokenPipeError, ConnectionResetError):
        pass  # the pool is gone
    except BaseException:  # noqa: BLE001 - nothing may leave this function but the process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _answer(handler: Handler, content: Json, send_partial: SendPartial) -> bytes:
    """Handle a request. After an unforeseen error the renderer is replaced: `ends`, at the end of the line, says so."""
    ends = False
    try:
        return json.dumps({"done": handler(content, send_partial)}).encode()
    except VideogenError as error:
        failed = error.as_dict()
    except MemoryError:
        return json.dumps({"ended": "too_large", "ends": True}).encode()
    except Exception as error:  # noqa: BLE001 - all of it goes to the owner
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            from videogen.render.disk_errors import disk_full

            full = disk_full(error)
            assert full
            failed = full.as_dict()
        else:
            traceback.print_exc()
            failed, ends = StageFailed(f"{type(error).__name__}: {error}").as_dict(), True
    return json.dumps({"failed": failed, "ends": ends}).encode()


def _limit_address_space(memory_bytes: int) -> None:
    """Limit the address space, for code that takes memory faster than it is measured. Generous, since it counts maps. Linux only."""
    import resource

    if sys.platform != "linux":
        return
    maps = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (maps + ADDRESS_SPACE_FACTOR * memory_bytes, resource.RLIM_INFINITY))
