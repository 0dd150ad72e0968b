"""Checks of what videos are rendered with: fonts, theme, voices, encoder."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.codec import Codec
from av.codec.codec import UnknownCodecError

from videogen.cli.checks.check import Check
from videogen.config import Settings
from videogen.errors.rendering import FontMissing
from videogen.scenes.text import fonts, glyphs
from videogen.scenes.theme_list import list_themes
from videogen.script import languages, theme_names
from videogen.voices import engines

FACES = (fonts.INTER, fonts.JETBRAINS, fonts.EMOJI, fonts.COLOUR_EMOJI, fonts.JAPANESE, *fonts.SCRIPTS)
CODECS = ("libx264", "aac")


def checks(settings: Settings) -> Iterator[Check]:
    yield faces()
    yield theme(settings)
    yield language(settings)
    yield from voices(settings)
    yield encoder()


def faces() -> Check:
    try:
        for face in FACES:
            fonts.font(face, 24).run("A").mask(0.0)
    except (FontMissing, OSError) as error:
        return Check("fonts", "bad", str(error), FontMissing.hint)
    return Check("fonts", "good", f"{len(FACES)} faces from installed packages, drawn by HarfBuzz {glyphs.harfbuzz_version()}")


def theme(settings: Settings) -> Check:
    """Check that the default theme and each theme in the user's directory can be used."""
    listed = list_themes(theme_names.own_files(settings.themes_directory).items())
    known = list(dict.fromkeys(theme["name"] for theme in listed))
    if settings.theme not in known:
        return Check("theme", "bad", f"there is no {settings.theme}", f"Set VIDEOGEN_THEME to one of: {', '.join(known)}.")
    for broken in (theme for theme in listed if theme["problem"]):
        is_needed = broken["name"] == settings.theme and broken["name"] not in theme_names.bundled()
        return Check("theme", "bad" if is_needed else "warning", broken["problem"]["message"], broken["problem"]["hint"])
    return Check("theme", "good", f"{settings.theme}, of {', '.join(known)}")


def language(settings: Settings) -> Check:
    """Check that the default language is one, and that the default voice speaks it."""
    tag = languages.tag_of(settings.language)
    if tag is None or languages.primary(tag) not in languages.LANGUAGES:
        near = languages.tag_of(languages.primary(settings.language)) if tag is None else None
        hint = f"Set VIDEOGEN_LANGUAGE to the tag of a language, such as {near or ', '.join(languages.FIRST[:6])}."
        return Check("language", "bad", f"{settings.language} names no language that is known here", hint)
    name = languages.name_of(tag)
    if not engines.can_speak(settings.voice, tag):
        hint = "Set VIDEOGEN_VOICE to a voice that speaks it: videogen voices lists them."
        return Check("language", "warning", f"{settings.language} ({name}), which the default voice {settings.voice} does not speak", hint)
    return Check("language", "good", f"{settings.language} ({name}), of scripts whose own cannot be told")


def voices(settings: Settings) -> Iterator[Check]:
    """Check all voices. Only the default voice has to work; others give a warning."""
    engines.use_piper_directory(settings.piper_directory)
    for offer in engines.list_voices():
        default = offer.name == settings.voice.partition(":")[0]
        name = f"voice {offer.name}"
        if offer.why_not is None:
            spoken = "any language" if "*" in offer.languages else f"{len(offer.languages)} languages" if len(offer.languages) > 5 else None
            online = "; online: the text leaves this machine" if offer.online else ""
            yield Check(name, "good", f"{spoken or ', '.join(offer.languages)}{online}{'; the default' if default else ''}")
        else:
            hint = "Set VIDEOGEN_VOICE to a voice that works." if default else "Only needed by scripts that name it."
            yield Check(name, "bad" if default else "warning", offer.why_not, hint)
    if settings.voice.partition(":")[0] not in engines.ENGINES:
        yield Check("voice", "bad", f"there is no {settings.voice}", f"Set VIDEOGEN_VOICE to one of: {', '.join(engines.ENGINES)}.")


def encoder() -> Check:
    missing = []
    for name in CODECS:
        try:
            Codec(name, "w")
        except UnknownCodecError:
            missing.append(name)
    if missing:
        return Check("encoder", "bad", f"PyAV has no {' and no '.join(missing)}", "Install PyAV from its wheel: pip install av")
    return Check("encoder", "good", f"PyAV {av.__version__} with {' and '.join(CODECS)}")
