"""edge: the voices of Microsoft Edge, over the network. An optional part: pip install 'videogen[edge]'.

What is to be spoken leaves this machine, so this voice speaks only where it is asked for by name, never in another's place.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import io
import re
from dataclasses import dataclass

from videogen.errors.rendering import VoiceUnavailable
from videogen.voices import relay
from videogen.voices.voice import Speech, Voice, silence

TIMEOUT_S = 60.0
RATE_HZ = 24_000
# The voice taken for each language; the first of a language is its usual one. Any other may be named: edge:de-DE-ConradNeural.
_USUAL = (
    "ar-EG-SalmaNeural bg-BG-KalinaNeural bn-BD-NabanitaNeural ca-ES-JoanaNeural cs-CZ-VlastaNeural cy-GB-NiaNeural da-DK-ChristelNeural "
    "de-DE-KatjaNeural el-GR-AthinaNeural en-US-AriaNeural en-AU-NatashaNeural en-GB-SoniaNeural en-IN-NeerjaNeural es-ES-ElviraNeural "
    "es-MX-DaliaNeural et-EE-AnuNeural fa-IR-DilaraNeural fi-FI-NooraNeural fr-FR-DeniseNeural fr-CA-SylvieNeural ga-IE-OrlaNeural "
    "he-IL-HilaNeural hi-IN-SwaraNeural hr-HR-GabrijelaNeural hu-HU-NoemiNeural id-ID-GadisNeural is-IS-GudrunNeural it-IT-ElsaNeural "
    "ja-JP-NanamiNeural ko-KR-SunHiNeural lt-LT-OnaNeural lv-LV-EveritaNeural ms-MY-YasminNeural nb-NO-PernilleNeural nl-NL-ColetteNeural "
    "pl-PL-ZofiaNeural pt-BR-FranciscaNeural pt-PT-RaquelNeural ro-RO-AlinaNeural ru-RU-SvetlanaNeural sk-SK-ViktoriaNeural "
    "sl-SI-PetraNeural sr-RS-SophieNeural sv-SE-SofieNeural sw-KE-ZuriNeural ta-IN-PallaviNeural te-IN-ShrutiNeural th-TH-PremwadeeNeural "
    "tr-TR-EmelNeural uk-UA-PolinaNeural ur-PK-UzmaNeural vi-VN-HoaiMyNeural zh-CN-XiaoxiaoNeural zh-TW-HsiaoChenNeural"
)
USUAL = tuple(_USUAL.split())
_NAME = re.compile(r"([a-z]{2,3})-([A-Z]{2})-(?:[A-Za-z]+-)?[A-Za-z]+Neural")


@dataclass(frozen=True)
class EdgeVoice:
    """One of the service's voices, such as `en-US-AriaNeural`. What it sounds like tomorrow is the service's affair."""

    identifier: str
    release: str
    name: str = "edge"
    stresses: bool = False

    @property
    def version(self) -> str:
        return f"{self.release} {self.identifier}"

    def speak(self, text: str, *, speed: float = 1.0) -> Speech:
        if not any(map(str.isalnum, text)):
            return silence(RATE_HZ)
        if through := relay.connected():
            return through.speak(self.identifier, text, speed)
        return speak_online(self.identifier, text, speed)


def speak_online(identifier: str, text: str, speed: float) -> Speech:
    """Have the service speak. Raises VoiceUnavailable."""
    try:
        return _decoded(_awaited(identifier, text, round((speed - 1) * 100)))
    except Exception as error:  # of aiohttp, of the system's network, of the package, of the sound that came
        raise VoiceUnavailable(
            f"The online voice edge did not answer: {type(error).__name__}: {error}",
            hint="Check the network and try again: what was spoken is kept. Or choose an offline voice, or set voice_fallback.",
        ) from error


def _awaited(identifier: str, text: str, faster_percent: int) -> bytes:
    """Run in a thread of its own, because the caller may be within an event loop."""
    import asyncio  # of all voices this one alone needs it, and few have it
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        fetched = thread.submit(lambda: asyncio.run(asyncio.wait_for(_fetch(identifier, text, faster_percent), TIMEOUT_S)))
        return fetched.result()


async def _fetch(identifier: str, text: str, faster_percent: int) -> bytes:
    from edge_tts import Communicate

    audio = bytearray()
    async for chunk in Communicate(text, identifier, rate=f"{faster_percent:+d}%").stream():
        if chunk["type"] == "audio":
            audio += chunk["data"]
    return bytes(audio)


class Edge:
    """The engine."""

    name = "edge"
    online = True

    def available(self) -> str | None:
        if importlib.util.find_spec("edge_tts") is None:
            return "the package edge-tts is not installed"
        return None

    def languages(self, voice: str = "") -> tuple[str, ...]:
        if voice:
            match = _NAME.fullmatch(voice)
            return (f"{match[1]}-{match[2]}",) if match else ()
        return tuple(sorted({"-".join(name.split("-")[:2]) for name in USUAL}))

    def voices(self) -> tuple[str, ...]:
        return USUAL

    def voice(self, language: str, voice: str = "") -> Voice:
        tag = language.lower()
        relatives = [name for name in USUAL if name.lower().split("-")[0] == tag.split("-")[0]]
        usual = next((name for name in relatives if name.lower().startswith(f"{tag}-")), relatives[0] if relatives else "")
        return EdgeVoice(voice or usual, importlib.metadata.version("edge-tts"))


def _decoded(sound: bytes) -> Speech:
    import av
    import numpy as np

    with av.open(io.BytesIO(sound), "r") as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        frames = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        frames += resampler.resample(None)
    return Speech(np.concatenate([frame.to_ndarray()[0] for frame in frames]), RATE_HZ)
