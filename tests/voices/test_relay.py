"""Speaking over the network for a process that has none."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import numpy as np
import pytest

from tests.support.confined_process import confined
from videogen.errors.rendering import VoiceUnavailable
from videogen.processes import sandbox
from videogen.processes.sandbox import Limits, Policy
from videogen.voices import relay
from videogen.voices.edge import EdgeVoice
from videogen.voices.voice import Speech

pytestmark = pytest.mark.integration

RATE_HZ = 24_000


@pytest.fixture
def service() -> Iterator[None]:
    """A relay to a process that asks a server on this machine, as the voice's own would ask one elsewhere."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        def speak(identifier: str, text: str, speed: float) -> Speech:
            with socket.create_connection(address, timeout=5):
                pass
            if text == "fail":
                raise VoiceUnavailable("No route.", hint="Wait.")
            return Speech(np.full(len(text), speed / 10, np.float32), RATE_HZ)

        relay.start(speak, lambda: sandbox.enter(Policy(network=True), Limits()))
        yield
        relay.disconnect()
        os.wait()


@pytest.mark.usefixtures("service")
def test_a_confined_process_speaks_through_the_one_that_has_the_network() -> None:
    def speak() -> tuple[int, float, int]:
        speech = EdgeVoice("en-US-AriaNeural", "1").speak("five!", speed=2.0)
        return len(speech.samples), round(float(speech.samples[0]), 3), speech.rate

    assert isinstance(confined(lambda: socket.create_connection(("127.0.0.1", 9))), OSError)
    assert confined(speak) == (5, 0.2, RATE_HZ)


@pytest.mark.usefixtures("service")
def test_what_goes_wrong_there_is_told_here() -> None:
    def message() -> tuple[str, str]:
        try:
            EdgeVoice("en-US-AriaNeural", "1").speak("fail")
        except VoiceUnavailable as error:
            return error.detail, error.hint
        return "", ""

    assert confined(message) == ("No route.", "Wait.")
