"""The language of a video, and who speaks it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from videogen.errors.rendering import LanguageNotSpoken
from videogen.pipeline import speakers
from videogen.pipeline.input import Document
from videogen.pipeline.language import choose_language
from videogen.pipeline.narration import Narration, NarrationStage
from videogen.pipeline.parsing import ParsingStage
from videogen.pipeline.reporter import Reporter
from videogen.script import options, read
from videogen.voices import engines
from videogen.voices.espeak import Espeak

GERMAN = "# Brot\n\n## Backen\n\nDas Brot wird bei großer Hitze gebacken und muss danach eine Stunde ruhen.\n"
JAPANESE = "# お茶\n\n## 入れ方\n\nお湯を沸かして、三分待ちます。\n"
ENGLISH = "# Bread\n\n## Baking\n\nThe bread is baked at a great heat and has to rest for an hour.\n"


def settled(text: str, *, voice: str = "hibari", **request: Any) -> Any:
    script = read(text, "markdown").script
    values = script.options.model_dump(exclude_unset=True)
    return choose_language(script, options.merge(values, request, voice=voice, theme="slate"))


@pytest.fixture
def no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Espeak, "available", lambda self: "the program espeak-ng is not installed")


def test_english_keeps_the_default_voice_and_warns_of_nothing() -> None:
    settings = settled(ENGLISH)
    assert (settings.options.language, settings.options.voice, settings.detected, settings.warnings) == ("en", "hibari", True, ())


@pytest.mark.skipif(Espeak().available() is not None, reason="espeak-ng is an optional program")
def test_language_that_the_default_voice_does_not_speak_gets_a_voice_that_does() -> None:
    settings = settled(GERMAN)
    assert (settings.options.language, settings.options.voice) == ("de", "espeak")
    assert [one.code for one in settings.warnings] == ["voice_for_language"]
    assert settings.warnings[0].message == "The video is in German, which the voice hibari does not speak: the voice espeak speaks it."


def test_language_that_no_voice_speaks_makes_a_silent_video_that_says_so(no_program: None) -> None:
    settings = settled(GERMAN)
    assert (settings.options.language, settings.options.voice) == ("de", "none")
    (warning,) = settings.warnings
    assert warning.code == "language_not_spoken"
    assert "German" in warning.message and "captions" in warning.message
    assert warning.hint.startswith(
        "The voice espeak once the program espeak-ng is installed, the voice piper with a model of that language or "
    )
    assert "piper" in warning.hint and "language" in warning.hint


def test_voice_is_never_online_unless_it_was_asked_for(no_program: None) -> None:
    assert "edge" not in {settled(GERMAN).options.voice, settled(JAPANESE).options.voice}


def test_language_that_is_named_is_not_looked_for() -> None:
    settings = settled(GERMAN, language="en")
    assert (settings.options.language, settings.options.voice, settings.detected) == ("en", "hibari", False)


def test_voice_that_was_chosen_stays_as_it_was_chosen() -> None:
    assert settled(GERMAN, voice="none").options.voice == "none"
    script = read(GERMAN, "markdown").script
    settings = choose_language(script, options.merge({}, {"voice": "hibari"}, voice="none", theme="slate"))
    assert (settings.options.voice, settings.warnings) == ("hibari", ())
    assert settings.options.model_fields_set == {"voice"}


@pytest.mark.skipif(Espeak().available() is not None, reason="espeak-ng is an optional program")
def test_program_that_only_names_the_characters_in_english_does_not_speak_japanese() -> None:
    command = ["espeak-ng", "-v", "ja", "-q", "--ipa", "--stdin"]
    if b"(en)" not in subprocess.run(command, input="日本語".encode(), capture_output=True, check=True).stdout:
        pytest.skip("this release reads Japanese")
    assert not engines.can_speak("espeak", "ja")
    assert settled(JAPANESE).options.voice == "none"


def narration_of(text: str) -> Narration:
    report = Reporter("parsing", lambda _: None)
    plan = ParsingStage({"voice": "none"}, "none", "slate", Path()).run(Document(text, "markdown", {}), report)
    return NarrationStage().run(plan, report)


def test_narration_has_what_is_written_beside_what_is_spoken() -> None:
    narration = narration_of(
        "# Orbit\n\n## News\n\nSee orbit.dev/changelog for v1.2.3. Commit a1b2c3d.\n\n- Call `send_all()` 🎉\n- 9f3c2ab\n\n"
        "<!-- say: Read **all** of it at orbit.dev. -->\n\n## More\n\nUse `a.b` now. It takes 5 km.\n"
    )
    (_, news, more) = narration.scenes
    assert news.lines == (("Read all of it at orbit.dev.", "Read all of it at orbit dot dev."),)
    assert more.lines == (
        ("More.", "More."),
        ("Use a.b now.", "Use a dot b now."),
        ("It takes 5 km.", "It takes 5 kilometers."),
    )


def test_hashes_and_link_definitions_of_a_changelog_are_not_spoken() -> None:
    narration = narration_of(
        "# Changes\n\n## 1.2.0\n\n- Faster start ([a1b2c3d](https://example.org/commit/a1b2c3d))\n- 0f9e8d7c\n\n"
        "[1.2.0]: https://example.org/compare/v1...v2\n"
    )
    spoken = " ".join(line for scene in narration.scenes for _, line in scene.lines)
    assert spoken == "Changes. 1 point 2 point 0. Faster start."


def test_video_in_german_announces_in_german_and_labels_what_it_compares() -> None:
    narration = narration_of(GERMAN + "\n```js before\nlet a = 1\n```\n\n```js after\nconst a = 1\n```\n")
    comparison = narration.scenes[-1]
    assert (comparison.scene.before_label, comparison.scene.after_label) == ("Vorher", "Nachher")
    assert comparison.sentences[-1] == "Hier der Vergleich: vorher und nachher."


def test_callout_without_a_title_is_called_by_the_language_of_the_video() -> None:
    narration = narration_of(
        GERMAN + "\n> [!warning]\n> Der Topf ist heiß.\n\n> [!tip] Tip\n> Kalt abspülen.\n\n::: seealso\nDer zweite Topf.\n:::\n"
    )
    assert [scene.scene.title for scene in narration.scenes[-3:]] == ["Warnung", "Tipp", "Siehe auch"]
    assert narration.scenes[-3].sentences[-2:] == ("Warnung.", "Der Topf ist heiß.")


MIXED = """# Bread

## Baking

The bread is baked and has to rest.

## Brot

<!-- language: german -->

Das Brot kostet 3,50 €.

```python
bake()
```
"""


def planned(text: str, voice: str = "hibari", language: str = "en", **request: object) -> Narration:
    plan = ParsingStage(request, voice, "slate", Path("unused"), language).run(
        Document(text, "markdown"), Reporter("parsing", lambda _: None)
    )
    return NarrationStage().run(plan, Reporter("narration", lambda _: None))


@pytest.mark.skipif(Espeak().available() is not None, reason="espeak-ng is an optional program")
def test_scene_in_a_language_of_its_own_is_spoken_by_a_voice_of_that_language() -> None:
    narration = planned(MIXED)
    assert narration.plan.script.options.language == "en"
    assert [(narrated.scene.lang, narrated.scene.voice) for narrated in narration.scenes] == [
        (None, None),
        (None, None),
        ("de", "espeak"),
    ]
    assert [(warning.code, warning.line) for warning in narration.plan.warnings] == [("voice_for_language", 11)]
    *_, spoken = (" ".join(narrated.spoken or narrated.sentences) for narrated in narration.scenes)
    assert spoken.startswith("Brot.")
    assert "Code in Python" in spoken and "Here" not in spoken


def test_scene_in_a_language_that_no_voice_speaks_is_silent_and_says_so(no_program: None) -> None:
    narration = planned(MIXED)
    assert [narrated.scene.voice for narrated in narration.scenes][2:] == ["none"]
    (warning,) = narration.plan.warnings
    assert (warning.code, warning.line) == ("language_not_spoken", 11)


def test_voice_that_a_scene_names_is_refused_where_it_does_not_speak_the_scene() -> None:
    script = read(MIXED.replace("<!-- language: german -->", "<!-- language: german -->\n<!-- voice: hibari -->"), "markdown").script
    chosen = choose_language(script, options.merge({}, {}, voice="none", theme="slate")).options
    with pytest.raises(LanguageNotSpoken, match="Line 12: The voice hibari does not speak German"):
        speakers.check(script, chosen)


def test_note_that_names_no_language_is_left_out_with_a_warning() -> None:
    reading = read("# A\n\n<!-- language: lang-python -->\n\nWords.\n", "markdown")
    assert [(warning.code, warning.line) for warning in reading.warnings] == [("left_out", 3)]
    assert all(scene.lang is None for scene in reading.script.scenes)


def test_language_that_cannot_be_told_is_that_of_the_settings() -> None:
    assert planned("# OK 1\n", voice="none", language="fr").plan.script.options.language == "fr"
    assert planned(GERMAN, voice="none", language="fr").plan.script.options.language == "de"


def test_scenes_in_languages_of_their_own_do_not_tell_the_language_of_the_video() -> None:
    assert (
        planned(
            GERMAN + "\n## Bread\n\n<!-- language: en -->\n\nThe bread is baked at a great heat.\n" * 5, voice="none"
        ).plan.script.options.language
        == "de"
    )
