"""Stage `parsing`, Planning scenes: turn a document into scenes that each fit the frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from videogen import scenes, script
from videogen.pipeline.brands import find_kit, with_brand, with_cards
from videogen.pipeline.input import Document
from videogen.pipeline.language import choose_language, with_scene_voices
from videogen.pipeline.reporter import Reporter, StageWarning
from videogen.pipeline.script_files import EmbeddedFiles, ScriptFiles, UploadedFiles, resolve
from videogen.scenes.scene_clip import RenderSettings
from videogen.script import options, theme_names
from videogen.script.inline import plain
from videogen.script.languages import ENGLISH
from videogen.script.lesson_words import lesson_words
from videogen.script.lexicon import lexicon
from videogen.script.limits import ScriptLimits
from videogen.script.models import (
    CalloutScene,
    CheckpointScene,
    CodeComparisonScene,
    ExerciseScene,
    LearningObjectivesScene,
    ProblemScene,
    Scene,
    Script,
    SolutionScene,
)
from videogen.script.point_words import number_style
from videogen.script.video_options import Options


@dataclass(frozen=True)
class Plan:
    """The script of a video with merged options and with scenes that fit the frame, and the warnings."""

    script: Script
    warnings: tuple[StageWarning, ...]
    language_detected: bool = False
    theme: str = ""
    """The theme as render settings refer to it; empty: it is looked up by its name."""
    music: Path | None = None
    """The sound file that the option `music` names; None if it names none, or one that is left out."""

    @property
    def look(self) -> RenderSettings:
        return look_of(self.script.options, self.theme)


@dataclass(frozen=True)
class ParsingStage:
    """The stage. `request` are the options of the submission, `voice` and `theme` the defaults, `language` that of a script whose own
    cannot be told. Embedded pictures go below `work`. A script beyond the `limits` is refused.
    """

    request: Mapping[str, Any]
    voice: str
    theme: str
    work: Path
    language: str = ENGLISH
    limits: ScriptLimits = field(default_factory=ScriptLimits)
    name = "parsing"

    def run(self, document: Document, report: Reporter) -> Plan:
        uploaded = UploadedFiles(document.assets)
        theme_names.use_theme_files(uploaded.find)
        reading = script.read(document.text, document.format)
        script_options = reading.script.options.model_dump(exclude_unset=True)
        kit, of_brand = find_kit(script_options, self.request, uploaded.find)
        merged = options.merge(script_options, self.request, voice=self.voice, theme=(kit.brand.theme if kit else None) or self.theme)
        chosen, detected, of_language = choose_language(reading.script, merged, self.language)
        self.limits.check(reading.script, chosen := self.limits.lower_defaults(chosen))
        look = look_of(chosen)
        if kit is not None:
            look, of_colours = with_brand(look, kit)
            of_brand += of_colours
        files: ScriptFiles = uploaded
        if reading.embedded:
            files = EmbeddedFiles(reading.embedded, self.work / "embedded", files)
        resolved = resolve(with_cards(reading.script, kit) if kit else reading.script, files, chosen.missing_images, chosen.music)
        warnings = [
            StageWarning(warning.code, warning.message, warning.hint, warning.line) for warning in (*reading.warnings, *resolved.warnings)
        ]
        voiced, of_scenes = with_scene_voices(resolved.script, chosen)
        warnings += [*of_language, *of_scenes, *of_brand]
        planned: list[Scene] = []
        for done, scene in enumerate(voiced.scenes):
            report(done / len(voiced.scenes), done=done, of=len(voiced.scenes))
            planned.extend(scenes.paginate(_with_translated_labels(scene, scene.lang or chosen.language), look))
        missing = sorted({letter for scene in planned for letter in scenes.missing_characters(scene, look)})
        if missing:
            warnings.append(_missing_characters(missing))
        for warning in warnings:
            report.warn(warning)
        report.outcome = {"language": chosen.language}
        planned_script = reading.script.model_copy(update={"options": chosen, "scenes": tuple(planned)})
        return Plan(planned_script, tuple(warnings), detected, look.theme, resolved.music)


def _with_translated_labels(scene: Scene, language: str) -> Scene:
    """Translate the labels that a scene gets from its syntax (Before and After, the kind of a callout)."""
    if isinstance(scene, (LearningObjectivesScene, CheckpointScene)):
        return scene if scene.heading.strip() else scene.model_copy(update={"heading": getattr(lesson_words(language), scene.kind)})
    if isinstance(scene, (ProblemScene, SolutionScene, ExerciseScene)):
        return scene.model_copy(update={"title": _lesson_title(scene, language)})
    words = lexicon(language)
    if isinstance(scene, CalloutScene):
        title = dict(words.callouts).get(scene.title.lower().replace(" ", "-"))
        return scene.model_copy(update={"title": title}) if title else scene
    if not isinstance(scene, CodeComparisonScene) or (scene.before_label, scene.after_label) != ("Before", "After"):
        return scene
    return scene.model_copy(update={"before_label": words.before, "after_label": words.after})


def _lesson_title(scene: ProblemScene | SolutionScene | ExerciseScene, language: str) -> str:
    """Return the text on the card: the title, by default what it is, unless the heading says so; and how long an exercise takes."""
    words = lesson_words(language)
    word, title = getattr(words, scene.kind), scene.title.strip()
    if not title or title.casefold() == scene.kind:
        title = "" if plain(scene.heading).strip().casefold() in (word.casefold(), scene.kind) else word
    minutes = words.minutes.format(n=scene.minutes) if isinstance(scene, ExerciseScene) and scene.minutes else ""
    return title if minutes and title.endswith(minutes) else ", ".join(part for part in (title, minutes) if part)


def look_of(chosen: Options, theme: str = "") -> RenderSettings:
    """Return the settings that the options mean. `theme` is a reference to the theme; empty: it is looked up by its name.

    Raises BadOption for a theme that does not exist or cannot be used.
    """
    assert chosen.theme is not None
    reference = theme or scenes.refer(chosen.theme)
    width, height = chosen.size
    return RenderSettings(
        width,
        height,
        chosen.frame_rate if isinstance(chosen.frame_rate, int) else float(chosen.frame_rate),
        reference,
        chosen.motion == "full",
        chosen.transition,
        captions=chosen.captions,
        caption_position=chosen.caption_position,
        numbers=number_style(chosen.language),
    )


def _missing_characters(missing: list[str]) -> StageWarning:
    named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing[:10])
    more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
    return StageWarning(
        "missing_characters", f"No font has these characters: {named}{more}.", "Write them in another way, or leave them out."
    )
