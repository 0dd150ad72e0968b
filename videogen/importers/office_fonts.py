"""Tells which letters no font has that LibreOffice draws with: those that fontconfig finds."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Iterable

MAX_SYSTEMS = 12
MAX_S = 20
LATIN_END = 0x24F


def letters_without_font(letters: Iterable[str]) -> dict[str, str]:
    """Return a letter of each writing system that no font has, {Hiragana: い}; none where fontconfig's `fc-list` is not installed."""
    program = shutil.which("fc-list")
    systems: dict[str, str] = {}
    for letter in sorted(letters) if program else ():
        if ord(letter) > LATIN_END and letter.isalpha():
            name = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
            systems.setdefault(name.capitalize() if name != "CJK" else "Chinese", letter)
    return {name: letter for name, letter in list(systems.items())[:MAX_SYSTEMS] if name and program and not _has_font(program, letter)}


def _has_font(program: str, letter: str) -> bool:
    command = [program, f":charset={ord(letter):x}", "family"]
    try:
        return bool(subprocess.run(command, capture_output=True, timeout=MAX_S, check=True).stdout.strip())
    except (OSError, subprocess.SubprocessError):
        return True  # what cannot be found out is not told of
