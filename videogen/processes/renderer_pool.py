"""The pool process that renderers are forked from: `python -m videogen.processes.renderer_pool read|preview [--warm]`.

It loads once what reading scripts (`read`) or drawing previews (`preview`) needs. Each request of the web process then runs in a renderer:
a process forked from this one in milliseconds, which shares its memory, has limits of its own, and can be killed alone. So several
requests run at a time, and one that is slow, hangs, or takes too much memory delays no other. The other end is `pool_client`.

Both directions are lines of JSON. In: `{"request": {id, kind, content, key, timeout_s}}` and `{"cancel": id}`. Out: `{"ready": {}}` once,
then for each request `{id, "done": {...}}`, `{id, "failed": {code, message, ...}}` or `{id, "ended": REASON}`, where REASON is too_long,
too_large, lost or busy. `ended` comes with `partial`, the latest part of the result, if the renderer had sent one.

Fairness: requests queue by `key` (a page, or a client's address), and keys take turns. A request that has used more than `SLOW_CPU_S` of
processor time gets a lower priority: it is in the slow lane. At most as many requests as there are cores are in the fast lane at a time,
and one more that is much smaller than all that run: it starts at once, and one or two renderers are reserved for such requests. So small
requests are answered soon. This process has one thread, so that it may fork, and draws nothing itself.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import json
import os
import select
import shutil
import signal
import socket
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from videogen.processes import pool_renderer, process_group, process_usage, sandbox
from videogen.processes.line_channel import LineChannel
from videogen.processes.pool_renderer import Handler, Json, RendererConfinement
from videogen.processes.sandbox import Limits

MIB = 1024 * 1024
CHECK_INTERVAL_S = 0.1
SLOW_CPU_S = 0.2
FAST_LANE_S = 1.0
"""How long a request counts as one of the fast lane: an older one waits for something and uses no processor."""
SLOW_NICE = 7  # added to what all have; the sum is still less than that of the workers' renderers
QUEUE_TIMEOUT_S = 30.0
"""How long a request waits for a renderer before it is answered with `busy`."""
MAX_QUEUED = 2000
MAX_REQUESTS = 200
"""Requests that a renderer handles before it is replaced."""
MAX_GROWTH_BYTES = 192 * MIB
"""A renderer whose memory has grown by more is replaced."""
MIN_IDLE = 2
MAX_IDLE = 5
SMALL_RATIO = 2
SINGLE_USE_KINDS = frozenset({"inspect", "import", "sample", "scene"})
"""A renderer ends after a request of these kinds: it has decoded an untrusted file, or loaded a voice."""

HAS_PROC = Path("/proc/self/stat").exists()
ENDS = b'"ends": true}'
PARTIAL = b'{"partial": '


@dataclass
class PoolRequest:
    """A request of the owner. `line` is what the renderer is sent."""

    id: int
    kind: str
    key: str
    timeout_s: float
    line: bytes
    queued_at: float
    files: frozenset[str] = frozenset()
    """The files, and directories of files, that it needs."""
    network: bool = False
    """Whether it needs the network: for a sample of a voice that is spoken elsewhere."""


@dataclass
class RendererProcess:
    """A forked process that handles one request at a time. `request` is the current one, None while it is idle."""

    pid: int
    lines: LineChannel
    base_bytes: int
    base_cpu_s: float = 0.0
    request: PoolRequest | None = None
    started_at: float = 0.0
    requests: int = 0
    key: str = ""
    idle_since: float = 0.0
    partial: bytes = b""
    """The latest part of its request's result, as it was received."""
    slow: bool = False
    """It has a lower priority, for good, so it only serves its own key."""
    files: frozenset[str] | None = None
    """The files that it is confined to since its first request. It only serves its own key from then on."""
    network: bool = False


@dataclass
class PoolLimits:
    """At most `renderers` at a time, of which `per_key` for one key, and `fast_lane` for requests that are not slow."""

    renderers: int
    memory_bytes: int
    sticky: bool = True
    """Whether a slow renderer is kept for its key's next request, for its caches, which hold most of what that needs."""
    fast_lane: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))

    @property
    def reserved_for_small(self) -> int:
        """Renderers that are reserved for requests much smaller than all that run."""
        return min(2, self.renderers // 5)

    @property
    def per_key(self) -> int:
        return max(1, self.renderers // 2)


class RendererPool:
    """Runs requests in renderers until the owner closes the pipe."""

    def __init__(self, owner: LineChannel, handlers: Mapping[str, Handler], limits: PoolLimits, confinement: RendererConfinement) -> None:
        self.confinement = confinement
        self.owner, self.handlers, self.limits = owner, handlers, limits
        self.waiting: dict[str, deque[PoolRequest]] = {}
        """By key; the first key is next."""
        self.renderers: dict[int, RendererProcess] = {}
        """By the descriptor that their messages are read from."""
        self.check_at = 0.0

    def run(self) -> None:
        for _ in range(MIN_IDLE):
            self._fork()
        self._send({"ready": {}})
        while self._step():
            pass

    def _step(self) -> bool:
        """Wait for messages and handle them; return False when the owner is gone."""
        poll = select.poll()
        poll.register(self.owner.reading, select.POLLIN)
        if self.owner.unsent:
            poll.register(self.owner.writing, select.POLLOUT)
        busy = False
        for descriptor, renderer in self.renderers.items():
            poll.register(descriptor, select.POLLIN | (select.POLLOUT if renderer.lines.unsent else 0))
            busy = busy or renderer.request is not None
        ready = {descriptor for descriptor, _ in poll.poll(CHECK_INTERVAL_S * 1000 if busy or self.waiting else 5000)}
        self.owner.flush()
        if self.owner.reading in ready:
            lines, closed = self.owner.receive()
            for line in lines:
                self._accept(line)
            if closed:
                return False
        for descriptor in ready & set(self.renderers):
            self._receive(self.renderers[descriptor])
        self._enforce_limits()
        self._start_due()
        self._trim_idle()
        return True

    def _accept(self, line: bytes) -> None:
        ((name, content),) = json.loads(line).items()
        if name == "cancel":
            self._cancel(content)
            return
        kind, files = content["kind"], _files_of(content["content"])
        network = kind == "sample" and _is_online(content["content"].get("voice", ""))
        sent = json.dumps({"kind": kind, "content": content["content"], "files": sorted(files)}).encode()
        request = PoolRequest(content["id"], kind, content["key"], content["timeout_s"], sent, time.monotonic(), files, network)
        if sum(map(len, self.waiting.values())) >= MAX_QUEUED:
            self._send({"id": request.id, "ended": "busy"})
            return
        self.waiting.setdefault(request.key, deque()).append(request)

    def _cancel(self, id: int) -> None:
        """Remove a request from the queue; kill its renderer if it runs."""
        for key, requests in list(self.waiting.items()):
            others = deque(request for request in requests if request.id != id)
            if others:
                self.waiting[key] = others
            else:
                del self.waiting[key]
        for renderer in list(self.renderers.values()):
            if renderer.request and renderer.request.id == id:
                self._kill(renderer)

    def _start_due(self) -> None:
        """Give queued requests to renderers, the keys taking turns, while renderers are available."""
        while (key := next(filter(self._may_start, self.waiting), None)) is not None:
            renderer = self._acquire_renderer(self.waiting[key][0])
            requests = self.waiting.pop(key)
            request = requests.popleft()
            if requests:
                self.waiting[key] = requests  # at the end: the key has had its turn
            renderer.request, renderer.key, renderer.started_at, renderer.partial = request, key, time.monotonic(), b""
            renderer.requests += 1
            renderer.files = request.files if renderer.files is None else renderer.files
            renderer.base_cpu_s = process_usage.cpu_s(renderer.pid)
            renderer.lines.send(request.line)

    def _has_capacity(self) -> bool:
        idle = any(renderer.request is None for renderer in self.renderers.values())
        return idle or len(self.renderers) < self.limits.renderers

    def _may_start(self, key: str) -> bool:
        if not self._has_capacity():
            return False
        busy = [renderer for renderer in self.renderers.values() if renderer.request]
        own = [renderer for renderer in busy if renderer.request and renderer.request.key == key]
        if len(own) >= self.limits.per_key or sum(not renderer.slow for renderer in own) >= self.limits.fast_lane:
            return False
        if self._is_small(self.waiting[key][0]):
            return True
        since = time.monotonic() - FAST_LANE_S
        in_fast_lane = sum(not renderer.slow and renderer.started_at > since for renderer in busy)
        return in_fast_lane < self.limits.fast_lane and len(busy) < self.limits.renderers - self.limits.reserved_for_small

    def _is_small(self, request: PoolRequest) -> bool:
        """Return whether a request is much smaller than each that runs."""
        running = (len(renderer.request.line) for renderer in self.renderers.values() if renderer.request)
        return SMALL_RATIO * len(request.line) <= min(running, default=0)

    def _acquire_renderer(self, request: PoolRequest) -> RendererProcess:
        """Return a renderer for a request: one that has served its key and may read its files, else an unused one.

        A used one never serves another key: what somebody's files may have done to it is not to reach anybody else's.
        """
        idle = [renderer for renderer in self.renderers.values() if renderer.request is None]
        suitable = [renderer for renderer in idle if renderer.network == request.network and not (renderer.slow and not self.limits.sticky)]
        own = [one for one in suitable if one.key == request.key and one.files is not None and request.files <= one.files]
        unused = [renderer for renderer in suitable if renderer.files is None]
        if candidates := [*own, *unused]:
            return candidates[0]
        if len(self.renderers) >= self.limits.renderers and idle:
            self._kill(min(idle, key=lambda renderer: renderer.idle_since))
        return self._fork(network=request.network)

    def _receive(self, renderer: RendererProcess) -> None:
        renderer.lines.flush()
        answers, closed = renderer.lines.receive()
        for answer in answers:
            if answer.startswith(PARTIAL):
                renderer.partial = answer
            elif renderer.request:
                # Passed on unparsed: the renderer wrote JSON, and the owner reads it.
                self.owner.send(b'{"id":%d,%s' % (renderer.request.id, answer[1:]))
                kind, renderer.request = renderer.request.kind, None
                renderer.idle_since = time.monotonic()
                worn_out = renderer.requests >= MAX_REQUESTS or self._growth_bytes(renderer) > MAX_GROWTH_BYTES
                if kind in SINGLE_USE_KINDS or answer.endswith(ENDS) or worn_out or (renderer.slow and not self.limits.sticky):
                    self._kill(renderer)
                    return
        if closed:
            self._kill(renderer, "lost")

    def _enforce_limits(self) -> None:
        """Kill what takes too long or too much memory, lower the priority of what is slow, and answer what has waited too long."""
        now = time.monotonic()
        if now < self.check_at:
            return
        self.check_at = now + CHECK_INTERVAL_S
        for renderer in list(self.renderers.values()):
            if (request := renderer.request) is None:
                continue
            if now - renderer.started_at >= request.timeout_s:
                self._kill(renderer, "too_long")
            elif self._growth_bytes(renderer) > self.limits.memory_bytes:
                self._kill(renderer, "too_large")
            elif not renderer.slow and _used_cpu_s(renderer, now) > SLOW_CPU_S:
                renderer.slow = True
                for pid in (renderer.pid, *process_group.children(renderer.pid)):
                    with contextlib.suppress(ProcessLookupError):
                        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid) + SLOW_NICE)
        for key, requests in list(self.waiting.items()):
            while requests and now - requests[0].queued_at > QUEUE_TIMEOUT_S:
                self._send({"id": requests.popleft().id, "ended": "busy"})
            if not requests:
                del self.waiting[key]

    def _trim_idle(self) -> None:
        """Keep an unused renderer in reserve, and kill idle ones that are more than may be needed soon."""
        idle = sorted(
            (renderer for renderer in self.renderers.values() if renderer.request is None), key=lambda renderer: renderer.idle_since
        )
        unused = [renderer for renderer in idle if renderer.files is None]
        quick = [renderer for renderer in idle if renderer.files is not None and not renderer.slow]
        surplus = [*unused[:-MIN_IDLE], *quick[:-MIN_IDLE], *[renderer for renderer in idle if renderer.files is not None][:-MAX_IDLE]]
        for renderer in {renderer.pid: renderer for renderer in surplus}.values():
            self._kill(renderer)
        if not unused and not self.waiting and len(self.renderers) < self.limits.renderers:
            self._fork()

    def _fork(self, *, network: bool = False) -> RendererProcess:
        ours, theirs = socket.socketpair()
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            inherited = {*self.renderers, self.owner.reading, self.owner.writing}
            pool_renderer.serve(theirs, self.handlers, self.confinement, parent, inherited, network)
        theirs.close()
        descriptor = ours.detach()
        lines = LineChannel(descriptor, descriptor)
        renderer = RendererProcess(pid, lines, process_usage.resident_bytes(parent), idle_since=time.monotonic(), network=network)
        self.renderers[descriptor] = renderer
        return renderer

    def _kill(self, renderer: RendererProcess, reason: str = "") -> None:
        """Kill a renderer and reap it. Its request, if any, is answered with `reason`, if any."""
        children = process_group.children(renderer.pid)
        for pid in (renderer.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os.waitpid(renderer.pid, 0)
        del self.renderers[renderer.lines.reading]
        os.close(renderer.lines.reading)
        shutil.rmtree(self.confinement.private(renderer.pid), ignore_errors=True)
        if renderer.request and reason:
            partial = b", " + renderer.partial[1:-1] if renderer.partial else b""
            self.owner.send(b'{"id": %d, "ended": "%s"%s}' % (renderer.request.id, reason.encode(), partial))

    def _send(self, content: Json) -> None:
        self.owner.send(json.dumps(content).encode())

    def _growth_bytes(self, renderer: RendererProcess) -> int:
        """Return how much the memory of a renderer and its children has grown since the fork; 0 where it cannot be measured."""
        pids = (renderer.pid, *process_group.children(renderer.pid))
        return sum(max(0, process_usage.resident_bytes(pid) - renderer.base_bytes) for pid in pids)


def _files_of(content: Json) -> frozenset[str]:
    """Return the files that a request of any kind names, and the directories of voices and themes."""
    request = content.get("request")
    request = request if isinstance(request, dict) and "assets" in request else content
    named = [
        *(request.get("assets") or {}).values(),
        *(path for _, path in content.get("files", ())),
        request.get("piper"),
        request.get("themes"),
    ]
    return frozenset(str(path) for path in named if path)


def _is_online(voice: str) -> bool:
    from videogen.voices import engines

    engine = engines.ENGINES.get(voice.partition(":")[0])
    return engine is not None and engine.online


def _used_cpu_s(renderer: RendererProcess, now: float) -> float:
    """Return the processor seconds that a renderer and its children have used for its request; without /proc the elapsed time."""
    if not HAS_PROC:
        return now - renderer.started_at
    return process_usage.cpu_s(renderer.pid) - renderer.base_cpu_s + sum(map(process_usage.cpu_s, process_group.children(renderer.pid)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["read", "preview"])
    parser.add_argument("--warm", action="store_true")
    parser.add_argument("--renderers", type=int, default=4)
    parser.add_argument("--memory-mb", type=int, default=1024)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--limits", type=json.loads, default={})
    arguments = parser.parse_args()
    process_group.die_with_owner()
    faulthandler.enable()
    with contextlib.suppress(OSError):  # when memory runs out, the kernel should kill this process and not the web process
        Path("/proc/self/oom_score_adj").write_text("500")
    from videogen.processes import renderer, script_reader

    owner = _open_pipes()
    renderer.prepare()
    gc.disable()  # imports create no garbage
    handlers = script_reader.load_handlers(warm=arguments.warm) if arguments.role == "read" else renderer.load_preview_handlers()
    gc.freeze()  # a collection in a renderer would write to shared pages, and so copy them
    gc.enable()
    sandbox.prepare()
    pool_limits = PoolLimits(arguments.renderers, arguments.memory_mb * MIB, sticky=arguments.role == "preview")
    confinement = RendererConfinement(arguments.data, Limits(**arguments.limits), pool_limits.memory_bytes)
    RendererPool(owner, handlers, pool_limits, confinement).run()


def _open_pipes() -> LineChannel:
    """Return the owner's pipes on new descriptors: what libraries print goes to standard error."""
    reading, writing = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return LineChannel(reading, writing)


if __name__ == "__main__":
    main()
