"""Voice samples: a few words to judge a voice by."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from videogen.errors.rendering import VoiceUnavailable
from videogen.pipeline.audio import sound_key, write_speech
from videogen.render.cache import Cache
from videogen.voices.engines import load_voice, use_piper_directory

WORDS = {
    "ar": "مرحبا. هكذا أبدو عندما أتحدث.",
    "cs": "Dobrý den. Takto zním, když mluvím.",
    "da": "Goddag. Sådan lyder jeg, når jeg taler.",
    "de": "Guten Tag. So klinge ich, wenn ich spreche.",
    "en": "Hello. This is how I sound when I tell a story.",
    "es": "Hola. Así suena mi voz cuando hablo.",
    "fi": "Hyvää päivää. Tältä kuulostan, kun puhun.",
    "fr": "Bonjour. Voici ma voix quand je parle.",
    "it": "Buongiorno. Questa è la mia voce quando parlo.",
    "ja": "こんにちは。これが私の声です。",
    "ko": "안녕하세요. 이것이 제 목소리입니다.",
    "nl": "Goedendag. Zo klink ik wanneer ik spreek.",
    "pl": "Dzień dobry. Tak brzmi mój głos.",
    "pt": "Olá. É assim que soa a minha voz.",
    "ru": "Здравствуйте. Так звучит мой голос.",
    "sv": "God dag. Så här låter jag när jag talar.",
    "tr": "Merhaba. Konuşurken sesim böyle.",
    "uk": "Добрий день. Так звучить мій голос.",
    "zh": "你好。这就是我的声音。",
}
ELSEWHERE = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10."
"""For languages without words of their own: every voice can count."""


def sample(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Speak a sample with the voice `voice` in `language`. Return `{"file": path}` of a WAV in the cache.

    `cache` and `piper` are directories. Raises what choosing a voice raises, and VoiceUnavailable for the silent one.
    """
    use_piper_directory(Path(request["piper"]))
    voice = load_voice(request["voice"], request["language"])
    if voice.name == "none":
        raise VoiceUnavailable("The voice none is silent.")
    text = WORDS.get(request["language"].split("-")[0].lower(), ELSEWHERE)
    cache, key = Cache(Path(request["cache"])), sound_key(voice, text)
    with tempfile.TemporaryDirectory(prefix="sample-") as work:
        cache.make(key, Path(work) / "sample.wav", partial(write_speech, voice, text, 1.0))
    return {"file": str(cache.path(key))}
