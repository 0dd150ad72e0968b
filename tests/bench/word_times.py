"""When each word of a sentence is spoken, by the word events of the library espeak-ng: the program of that name speaks the same samples."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes.util import find_library
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from videogen.voices.espeak import WORDS_A_MINUTE
from videogen.voices.voice import Speech
from videogen.voices.wav import KEEP_BEFORE_S, ONSET, RATE_HZ, resample

SYNCHRONOUS, CHARACTERS, UTF_8, RATE = 2, 1, 1, 1
"""Of espeak-ng's speak_lib.h: AUDIO_OUTPUT_SYNCHRONOUS, POS_CHARACTER, espeakCHARS_UTF8, espeakRATE."""
WORD, LAST = 1, 0
"""Types of events: a word begins; the list ends."""


class Event(ctypes.Structure):
    """`espeak_EVENT`. The position in the text counts characters from 1, that in the sound milliseconds."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class WordTime(NamedTuple):
    """Where a word begins in its sentence's text, counted from 0, and when in its sound as a video has it, in seconds."""

    at: int
    seconds: float


@cache
def _library() -> tuple[Any, int]:
    library = ctypes.CDLL(find_library("espeak-ng"))
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, None, 0)
    return library, rate


def word_times(text: str, identifier: str, speed: float = 1.0) -> Sequence[WordTime]:
    """Speak a sentence with a voice such as `en-us`, and return when its words begin once the silence before it is cut off."""
    library, rate = _library()
    samples: list[np.ndarray] = []
    words: list[tuple[int, int]] = []

    def heard(wave: Any, number: int, events: Any) -> int:
        if number and wave:
            samples.append(np.ctypeslib.as_array(wave, (number,)).copy())
        n = 0
        while events[n].type != LAST:
            if events[n].type == WORD:
                words.append((events[n].text_position - 1, events[n].audio_position))
            n += 1
        return 0

    callback = CALLBACK(heard)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetVoiceByName(identifier.encode())
    library.espeak_SetParameter(RATE, round(WORDS_A_MINUTE * speed), 0)
    encoded = text.encode()
    library.espeak_Synth(encoded, len(encoded) + 1, 0, CHARACTERS, 0, UTF_8, None, None)
    library.espeak_Synchronize()
    sound = resample(Speech(np.concatenate(samples).astype(np.float32) / 32768.0, rate))
    level = np.abs(sound)
    first = int(np.flatnonzero(level > ONSET * level.max())[0])
    cut_s = max(0.0, first / RATE_HZ - KEEP_BEFORE_S)
    # The first word is heard with the first sound, whatever silence the voice counts to it.
    return [WordTime(at, max(0.0, ms / 1000 - cut_s)) for at, ms in words]
