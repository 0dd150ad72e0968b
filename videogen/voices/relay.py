"""Speaks with the voice that needs the network, in a process that keeps it, for a renderer that has none.

The process is forked before the renderer is confined, and is confined itself but for the network. It is handed sentences as JSON, never
as pickled objects: whoever has taken over a renderer gets nothing from it but speech.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from videogen.errors.rendering import VoiceUnavailable
from videogen.voices.voice import Speech

Speak = Callable[[str, str, float], Speech]
"""From the identifier of a voice, a text and a speed. Raises VoiceUnavailable."""
MAX_CHARACTERS = 20_000
_relay: SpeechRelay | None = None


class SpeechRelay:
    """The renderer's end of the connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._answers = connection.makefile("rb")

    def speak(self, identifier: str, text: str, speed: float) -> Speech:
        """Return the speech. Raises VoiceUnavailable, as the other process did, or when it is gone."""
        import numpy as np

        try:
            self._connection.sendall(json.dumps([identifier, text, speed]).encode() + b"\n")
            answer: Mapping[str, Any] = json.loads(self._answers.readline())
            if "failed" not in answer:
                return Speech(np.frombuffer(self._answers.read(answer["bytes"]), np.float32).copy(), answer["rate"])
        except (OSError, ValueError) as error:
            raise VoiceUnavailable("The process that speaks over the network has ended.") from error
        raise VoiceUnavailable(answer["failed"], hint=answer["hint"])

    def close(self) -> None:
        """Close this process's copy of the connection. The other process ends when the last one is closed."""
        self._answers.close()
        self._connection.close()


def connected() -> SpeechRelay | None:
    """Return the relay that this process speaks through, if there is one."""
    return _relay


def start(speak: Speak, confine: Callable[[], object]) -> None:
    """Fork the process that speaks, which `confine` confines. From here on this process, and those forked from it, speak through it."""
    global _relay
    ours, theirs = socket.socketpair()
    if not os.fork():
        _run(theirs, ours, speak, confine)
    theirs.close()
    _relay = SpeechRelay(ours)


def disconnect() -> None:
    """Let go of the relay in this process; one that was forked meanwhile keeps it."""
    global _relay
    if _relay:
        _relay.close()
        _relay = None


def _run(connection: socket.socket, other_end: socket.socket, speak: Speak, confine: Callable[[], object]) -> NoReturn:
    try:
        other_end.close()  # otherwise the end of the renderer would not be seen
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        confine()
        with connection, connection.makefile("rb") as requests, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for request in requests:
                connection.sendall(_answer(speak, request))
    except BaseException:  # noqa: BLE001 - nothing may leave this function but the process
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _answer(speak: Speak, request: bytes) -> bytes:
    import numpy as np

    identifier, text, speed = json.loads(request)
    try:
        speech = speak(str(identifier)[:100], str(text)[:MAX_CHARACTERS], float(speed))
    except VoiceUnavailable as error:
        return json.dumps({"failed": error.detail, "hint": error.hint}).encode() + b"\n"
    samples = np.asarray(speech.samples, np.float32).tobytes()
    return json.dumps({"rate": speech.rate, "bytes": len(samples)}).encode() + b"\n" + samples
