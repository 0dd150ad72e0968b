"""Speak in a process of its own, which loads the voice while the script is planned."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from models.errors import VideogenError
from videogen.errors.rendering import RendererLost, StageFailed
from videogen.pipeline.audio import write_speech
from videogen.render.forked import ForkDied, ForkedWorker, ForkRaised, Send
from videogen.voices import engines
from videogen.voices.voice import Voice

Job = str | tuple[Voice, str, float, Path]
"""The name of a voice to load, or the arguments of `write_speech`."""


class SpeechProcess:
    """Speaks as `write_speech` does, in a process that runs until `stop` and starts by loading the voice `name`."""

    def __init__(self, name: str) -> None:
        self._worker = ForkedWorker[Job, None](_work)
        self._worker.send_job(name)
        self._loading = True

    def __call__(self, voice: Voice, text: str, speed: float, file: Path) -> None:
        """Write a sentence into a WAV file. Raises what the voice raises; later sentences are then spoken in this process."""
        if not self._worker.running:
            write_speech(voice, text, speed, file)
            return
        try:
            if self._loading:
                self._loading = False
                self._worker.read()
            self._worker.send_job((voice, text, speed, file))
            self._worker.read()
        except ForkRaised as error:
            raise StageFailed(f"“{text[:80]}” could not be spoken: {error}", trace=error.trace) from error
        except ForkDied as error:
            raise RendererLost(f"The process that spoke did not finish: {error}.") from error

    def stop(self) -> None:
        """Kill the process if it still runs."""
        self._worker.stop()


def _work(job: Job, send: Send) -> None:
    if isinstance(job, tuple):
        write_speech(*job)
        return
    with suppress(VideogenError):  # the first sentence will raise it
        engines.load(job)
