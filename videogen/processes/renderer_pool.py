"""The process that renderers are forked from: `python -m videogen.processes.renderer_pool read|preview [warm]`.

It loads once what reading scripts (`read`) or drawing previews (`preview`) needs. Each request of the web process then runs in a renderer:
a process forked from this one in milliseconds, which shares its memory, has limits of its own, and can be killed alone. So several
requests run at a time, and one that is slow, hangs, or takes too much memory delays nobody else's. The other end is `pool_client`.

Both directions are lines of JSON. In: `{"request": {id, kind, content, key, timeout_s}}` and `{"drop": id}`. Out: `{"ready": {}}` once,
then for each request `{id, "done": {...}}`, `{id, "failed": {code, message, ...}}` or `{id, "ended": REASON}`, where REASON is too_long,
too_large, lost or busy. With `ended` comes `partial`, if the renderer had sent one: what there was of the result.

Fairness: requests queue by `key` (a page, or a client's address), and keys take turns. A request that has used more than `SLOW_CPU_S` of
processor is given less of it from then on: it is in the slow lane. Not more requests than there are cores are in the fast lane at a time,
except for one that is much smaller than all that run: it starts at once, and a renderer or two are kept for such. So whoever asks for
little is answered soon. This process has one thread, so that it may fork, and draws nothing itself.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import faulthandler
import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from models.errors import VideogenError
from videogen.errors.rendering import StageFailed
from videogen.processes import process_group

MIB = 1024 * 1024
LOOK_S = 0.1
SLOW_CPU_S = 0.2
LANE_S = 1.0
"""So long after its begin a request counts among those that have the full processor: one that waits for something uses none."""
SLOW_NICE = 7  # on top of what all have; together still less than that of the workers' renderers
QUEUE_S = 30.0
"""So long a request waits for a renderer before it is answered with `busy`."""
MOST_QUEUED = 2000
MAX_REQUESTS = 200
GROWTH_BYTES = 192 * MIB
"""A renderer that has grown by more is replaced."""
FEW_IDLE = 2
MOST_IDLE = 5
SMALL_RATIO = 2
READ_BYTES = 256 * 1024
ADDRESS_SPACE = 4
"""RLIMIT_AS counts maps, not memory: so many times the limit of the memory that is measured."""
ONCE = frozenset({"inspect", "sample"})
"""After a request of these kinds a renderer ends: it has decoded a stranger's file, or loaded a voice."""

HAS_PROC = Path("/proc/self/stat").exists()
ENDS = b'"ends": true}'
PARTIAL = b'{"partial": '

Json = Mapping[str, Any]
SendPartial = Callable[[Json], None]
Task = Callable[[Json, SendPartial], Json]


class Lines:
    """Lines of bytes through two descriptors, neither of which ever blocks."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = reading, writing
        self.unsent = b""
        self._unread: list[bytes] = []
        for descriptor in {reading, writing}:
            os.set_blocking(descriptor, False)

    def send(self, line: bytes) -> None:
        """Send a line; what the pipe does not take now is sent by `flush`."""
        self.unsent += line + b"\n"
        self.flush()

    def flush(self) -> None:
        try:
            while self.unsent:
                self.unsent = self.unsent[os.write(self.writing, self.unsent) :]
        except BlockingIOError:
            pass
        except (BrokenPipeError, ConnectionResetError):  # the other end is gone, and reading will tell
            self.unsent = b""

    def receive(self) -> tuple[list[bytes], bool]:
        """Return the lines that have come whole, and whether the other end is closed."""
        try:
            more = os.read(self.reading, READ_BYTES)
        except BlockingIOError:
            return [], False
        except ConnectionResetError:
            return [], True
        first, *rest = more.split(b"\n")
        self._unread.append(first)
        lines = []
        for part in rest:
            lines.append(b"".join(self._unread))
            self._unread = [part]
        return lines, not more


@dataclass
class PoolRequest:
    """One request of the owner's. `line` is what the renderer is sent."""

    id: int
    kind: str
    key: str
    timeout_s: float
    line: bytes
    queued_at: float


@dataclass
class Renderer:
    """A process that fulfils one request at a time. `request` is the one it has now, None while it is idle."""

    pid: int
    lines: Lines
    base_bytes: int
    base_cpu_s: float = 0.0
    request: PoolRequest | None = None
    begun_at: float = 0.0
    requests: int = 0
    key: str = ""
    idle_since: float = 0.0
    partial: bytes = b""
    """The latest part of its request's result, as it came."""
    slow: bool = False
    """It has less of the processor from now on, for good; so it keeps to its key."""


@dataclass
class Limits:
    """`renderers` at most, of which `each_key` for one key, and `side_by_side` for requests of one key that are not slow."""

    renderers: int
    memory_bytes: int
    sticky: bool = True
    """Whether a key's next request goes to the renderer of the one before, whose caches hold most of what it needs."""
    side_by_side: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))

    @property
    def kept_for_small(self) -> int:
        """Renderers that only requests get which are much smaller than all that run."""
        return min(2, self.renderers // 5)

    @property
    def each_key(self) -> int:
        return max(1, self.renderers // 2)


class Pool:
    """Runs requests in renderers until the owner closes the pipe."""

    def __init__(self, owner: Lines, tasks: Mapping[str, Task], limits: Limits) -> None:
        self.owner, self.tasks, self.limits = owner, tasks, limits
        self.waiting: dict[str, deque[PoolRequest]] = {}
        """By key; the key whose turn it is comes first."""
        self.renderers: dict[int, Renderer] = {}
        """By the descriptor that is read from them."""
        self.look_at = 0.0

    def run(self) -> None:
        for _ in range(FEW_IDLE):
            self._fork()
        self._tell({"ready": {}})
        while self._turn():
            pass

    def _turn(self) -> bool:
        """Wait until something can be done, and do it; false when the owner is gone."""
        watched = select.poll()
        watched.register(self.owner.reading, select.POLLIN)
        if self.owner.unsent:
            watched.register(self.owner.writing, select.POLLOUT)
        busy = False
        for descriptor, renderer in self.renderers.items():
            watched.register(descriptor, select.POLLIN | (select.POLLOUT if renderer.lines.unsent else 0))
            busy = busy or renderer.request is not None
        ready = {descriptor for descriptor, _ in watched.poll(LOOK_S * 1000 if busy or self.waiting else 5000)}
        self.owner.flush()
        if self.owner.reading in ready:
            lines, closed = self.owner.receive()
            for line in lines:
                self._take(line)
            if closed:
                return False
        for descriptor in ready & set(self.renderers):
            self._hear(self.renderers[descriptor])
        self._look()
        self._start_due()
        self._tidy()
        return True

    def _take(self, line: bytes) -> None:
        ((name, content),) = json.loads(line).items()
        if name == "drop":
            self._drop(content)
            return
        sent = json.dumps({"kind": content["kind"], "content": content["content"]}).encode()
        request = PoolRequest(content["id"], content["kind"], content["key"], content["timeout_s"], sent, time.monotonic())
        if sum(map(len, self.waiting.values())) >= MOST_QUEUED:
            self._tell({"id": request.id, "ended": "busy"})
            return
        self.waiting.setdefault(request.key, deque()).append(request)

    def _drop(self, id: int) -> None:
        """Forget a request that nobody waits for any more; one that runs is killed."""
        for key, requests in list(self.waiting.items()):
            kept = deque(request for request in requests if request.id != id)
            if kept:
                self.waiting[key] = kept
            else:
                del self.waiting[key]
        for renderer in list(self.renderers.values()):
            if renderer.request and renderer.request.id == id:
                self._end(renderer)

    def _start_due(self) -> None:
        """Give requests to renderers, each key in its turn, as long as there are any."""
        while (key := next(filter(self._may_start, self.waiting), None)) is not None:
            renderer = self._free(key)
            requests = self.waiting.pop(key)
            request = requests.popleft()
            if requests:
                self.waiting[key] = requests  # last: it has had its turn
            renderer.request, renderer.key, renderer.begun_at, renderer.partial = request, key, time.monotonic(), b""
            renderer.requests += 1
            renderer.base_cpu_s = _cpu_s(renderer.pid)
            renderer.lines.send(request.line)

    def _has_room(self) -> bool:
        idle = any(renderer.request is None for renderer in self.renderers.values())
        return idle or len(self.renderers) < self.limits.renderers

    def _may_start(self, key: str) -> bool:
        if not self._has_room():
            return False
        busy = [renderer for renderer in self.renderers.values() if renderer.request]
        own = [renderer for renderer in busy if renderer.request and renderer.request.key == key]
        if len(own) >= self.limits.each_key or sum(not renderer.slow for renderer in own) >= self.limits.side_by_side:
            return False
        if self._is_small(self.waiting[key][0]):
            return True
        newest = time.monotonic() - LANE_S
        in_fast_lane = sum(not renderer.slow and renderer.begun_at > newest for renderer in busy)
        return in_fast_lane < self.limits.side_by_side and len(busy) < self.limits.renderers - self.limits.kept_for_small

    def _is_small(self, request: PoolRequest) -> bool:
        """Whether a request is much smaller than each that runs."""
        running = (len(renderer.request.line) for renderer in self.renderers.values() if renderer.request)
        return SMALL_RATIO * len(request.line) <= min(running, default=0)

    def _free(self, key: str) -> Renderer:
        """Return a renderer for a request: one that has served this key, whose caches hold what is asked again; else any, or a new one."""
        idle = [renderer for renderer in self.renderers.values() if renderer.request is None]
        own = [renderer for renderer in idle if renderer.key == key and self.limits.sticky]
        others = sorted((renderer for renderer in idle if not renderer.slow), key=lambda renderer: renderer.idle_since)
        if found := [*own, *others]:
            return found[0]
        if len(self.renderers) >= self.limits.renderers and idle:  # those keep to their keys
            self._end(min(idle, key=lambda renderer: renderer.idle_since))
        return self._fork()

    def _hear(self, renderer: Renderer) -> None:
        renderer.lines.flush()
        answers, closed = renderer.lines.receive()
        for answer in answers:
            if answer.startswith(PARTIAL):
                renderer.partial = answer
            elif renderer.request:
                # As it came: the renderer has made it JSON, and the owner reads it.
                self.owner.send(b'{"id":%d,%s' % (renderer.request.id, answer[1:]))
                kind, renderer.request = renderer.request.kind, None
                renderer.idle_since = time.monotonic()
                spent = renderer.requests >= MAX_REQUESTS or self._grown_bytes(renderer) > GROWTH_BYTES
                if kind in ONCE or answer.endswith(ENDS) or spent or (renderer.slow and not self.limits.sticky):
                    self._end(renderer)
                    return
        if closed:
            self._end(renderer, "lost")

    def _look(self) -> None:
        """End what takes too long or too much memory, slow down what is slow, and answer what has waited too long."""
        now = time.monotonic()
        if now < self.look_at:
            return
        self.look_at = now + LOOK_S
        for renderer in list(self.renderers.values()):
            if (request := renderer.request) is None:
                continue
            if now - renderer.begun_at >= request.timeout_s:
                self._end(renderer, "too_long")
            elif self._grown_bytes(renderer) > self.limits.memory_bytes:
                self._end(renderer, "too_large")
            elif not renderer.slow and _used_s(renderer, now) > SLOW_CPU_S:
                renderer.slow = True
                for pid in (renderer.pid, *_children(renderer.pid)):
                    with contextlib.suppress(ProcessLookupError):
                        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid) + SLOW_NICE)
        for key, requests in list(self.waiting.items()):
            while requests and now - requests[0].queued_at > QUEUE_S:
                self._tell({"id": requests.popleft().id, "ended": "busy"})
            if not requests:
                del self.waiting[key]

    def _tidy(self) -> None:
        """Keep one renderer in reserve, and no more idle ones than may be wanted soon."""
        idle = sorted((each for each in self.renderers.values() if each.request is None), key=lambda each: each.idle_since)
        fresh = [renderer for renderer in idle if not renderer.slow]
        surplus = [*fresh[: max(0, len(fresh) - FEW_IDLE)], *idle[: max(0, len(idle) - MOST_IDLE)]]
        for renderer in {renderer.pid: renderer for renderer in surplus}.values():
            self._end(renderer)
        if not fresh and not self.waiting and len(self.renderers) < self.limits.renderers:
            self._fork()

    def _fork(self) -> Renderer:
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            _serve(theirs, parent, self)
        theirs.close()
        descriptor = ours.detach()
        renderer = Renderer(pid, Lines(descriptor, descriptor), _resident_bytes(parent), idle_since=time.monotonic())
        self.renderers[descriptor] = renderer
        return renderer

    def _end(self, renderer: Renderer, reason: str = "") -> None:
        """Kill a renderer and bury it; its request, if it has one and there is a `reason`, is answered with that."""
        children = _children(renderer.pid)
        for pid in (renderer.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os.waitpid(renderer.pid, 0)
        del self.renderers[renderer.lines.reading]
        os.close(renderer.lines.reading)
        if renderer.request and reason:
            partial = b", " + renderer.partial[1:-1] if renderer.partial else b""
            self.owner.send(b'{"id": %d, "ended": "%s"%s}' % (renderer.request.id, reason.encode(), partial))

    def _tell(self, content: Json) -> None:
        self.owner.send(json.dumps(content).encode())

    def _grown_bytes(self, renderer: Renderer) -> int:
        """How much more memory a renderer and what it has forked have than when it was forked; 0 where that cannot be known."""
        pids = (renderer.pid, *_children(renderer.pid))
        return sum(max(0, _resident_bytes(pid) - renderer.base_bytes) for pid in pids)


def _serve(connection: socket.socket, parent: int, pool: Pool) -> NoReturn:
    """The renderer's whole life: it fulfils one request after another, and leaves by `os._exit`."""
    try:
        process_group.die_with_parent(parent)
        for renderer in pool.renderers.values():
            os.close(renderer.lines.reading)
        for descriptor in {pool.owner.reading, pool.owner.writing}:
            os.close(descriptor)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        _limit_address_space(pool.limits.memory_bytes)

        def partial(content: Json) -> None:
            connection.sendall(json.dumps({"partial": content}).encode() + b"\n")

        with connection, connection.makefile("rb") as requests:
            for line in requests:
                asked = json.loads(line)
                connection.sendall(_answer(pool.tasks[asked["kind"]], asked["content"], partial) + b"\n")
    except (BrokenPipeError, ConnectionResetError):
        pass  # the pool is gone
    except BaseException:  # noqa: BLE001 - nothing may leave this function but the process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _answer(task: Task, content: Json, send_partial: SendPartial) -> bytes:
    """Run a request. After an error that nobody foresaw the renderer is replaced: `ends` says so, last."""
    ends = False
    try:
        return json.dumps({"done": task(content, send_partial)}).encode()
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
    """A backstop for what takes memory faster than it is measured. It counts maps, so it is generous. Only Linux has it."""
    import resource

    if sys.platform != "linux":
        return
    maps = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (maps + ADDRESS_SPACE * memory_bytes, resource.RLIM_INFINITY))


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _used_s(renderer: Renderer, now: float) -> float:
    """Seconds of processor that a renderer and what it has forked have used for its request; where that cannot be known, of time."""
    if not HAS_PROC:
        return now - renderer.begun_at
    return _cpu_s(renderer.pid) - renderer.base_cpu_s + sum(map(_cpu_s, _children(renderer.pid)))


def _cpu_s(pid: int) -> float:
    """Seconds of processor that a process and its children that have ended have used; 0 where that cannot be known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["read", "preview"])
    parser.add_argument("--warm", action="store_true")
    parser.add_argument("--renderers", type=int, default=4)
    parser.add_argument("--memory-mb", type=int, default=1024)
    asked = parser.parse_args()
    process_group.die_with_owner()
    faulthandler.enable()
    with contextlib.suppress(OSError):  # when memory runs out the system is to take this process, and not the one that serves the pages
        Path("/proc/self/oom_score_adj").write_text("500")
    from videogen.processes import renderer, script_reader

    owner = _take_the_pipes()
    renderer.prepare()
    gc.disable()  # of what imports make nothing is garbage
    tasks = script_reader.load(warm=asked.warm) if asked.role == "read" else renderer.previews()
    gc.freeze()  # and need not be looked through again in the renderers, whose memory would then be their own
    gc.enable()
    Pool(owner, tasks, Limits(asked.renderers, asked.memory_mb * MIB, sticky=asked.role == "preview")).run()


def _take_the_pipes() -> Lines:
    """Take the owner's pipes to descriptors of their own: what libraries print goes to standard error."""
    reading, writing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Lines(reading, writing)


if __name__ == "__main__":
    main()
