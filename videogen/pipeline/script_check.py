"""Check a script before a task is created: the validation of the web process and the command line."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from videogen import script
from videogen.pipeline import speakers
from videogen.pipeline.brands import find_kit
from videogen.pipeline.checked_script import CheckedScript
from videogen.pipeline.language import choose_language
from videogen.pipeline.script_files import EmbeddedFiles, ScriptFiles, UploadedFiles, resolve
from videogen.script import options, theme_names
from videogen.script.brand_names import FILE_SUFFIX
from videogen.script.formats import FORMATS, format_of
from videogen.script.languages import ENGLISH
from videogen.script.limits import ScriptLimits
from videogen.script.models import Script
from videogen.script.video_options import Options

if TYPE_CHECKING:
    from videogen.scenes.brand_file import BrandKit

FASTEST = 5.0
"""A script with no more characters for each second that is allowed is short enough: a person speaks three times as many."""

__all__ = ["FORMATS", "CheckedScript", "check_script", "format_of"]


def check_script(
    source: str,
    format: str | None,
    request: Mapping[str, Any],
    *,
    voice: str,
    theme: str,
    language: str = ENGLISH,
    limits: Mapping[str, Any] | None = None,
    files: ScriptFiles | None = None,
) -> CheckedScript:
    """Read the script as the pipeline will, without drawing or speaking.

    `voice` and `theme` are the defaults, `language` that of a script in an unrecognized language, `limits` the fields of `ScriptLimits`.

    Raises BadScript and its subclasses and MissingFile with diagnostics, VoiceUnavailable and LanguageNotSpoken. A theme that cannot
    be used is a BadOption.
    """
    files = files or UploadedFiles()
    theme_names.use_theme_files(files.find)
    format = format or script.detect_format(source)
    reading = script.read(source, format, set_formulas=False)  # no formula refuses a script
    script_options = reading.script.options.model_dump(exclude_unset=True)
    kit, _ = find_kit(script_options, request, files.find)
    chosen = choose_language(reading.script, options.merge(script_options, request, voice=voice, theme=theme), language).options
    speakers.check(reading.script, chosen)
    _check_limits(reading.script, chosen, ScriptLimits(**(limits or {})), len(source))
    own_theme = _own_theme(chosen.theme or theme)
    with tempfile.TemporaryDirectory(prefix="videogen-") if reading.embedded else nullcontext("") as directory:
        sources = EmbeddedFiles(reading.embedded, Path(directory), files) if reading.embedded else files
        used_files = resolve(reading.script, sources, chosen.missing_images, chosen.music).files
    used = {name: str(path) for name, path in used_files.items() if name not in reading.embedded}
    brand, brand_files = (kit.name, _brand_files(kit)) if kit else ("", {})
    return CheckedScript(format, reading.script.title, used, *own_theme, brand=brand, brand_files=brand_files)


def _brand_files(kit: BrandKit) -> dict[str, tuple[str, str]]:
    """Return the path and the media type of each file of a brand, by its name among the script's files."""
    files = {kit.names[file]: (str(path), kit.media_types[file]) for file, path in kit.paths.items()}
    return {kit.name + FILE_SUFFIX: (str(kit.path), "application/yaml")} | files


def _check_limits(read: Script, chosen: Options, limits: ScriptLimits, characters: int) -> None:
    """Raise OverLimit for a script that is too large, or would be too long. The narration is looked at only where it may be too long."""
    limits.check(read, limits.lower_defaults(chosen))
    if characters > FASTEST * limits.minutes * 60:
        from videogen.pipeline.narration import NarrationStage  # with what draws
        from videogen.pipeline.parsing import Plan
        from videogen.pipeline.reporter import SILENT_REPORTER

        narration = NarrationStage().run(Plan(read.model_copy(update={"options": chosen}), ()), SILENT_REPORTER)
        limits.check_length((narrated.scene, narrated.estimate_s) for narrated in narration.scenes)


def _own_theme(name: str) -> tuple[str, str]:
    """Return the name and the text of a theme of one's own; of one that comes with videogen two empty texts. Raises BadOption."""
    if name in theme_names.bundled():
        return "", ""
    from videogen.scenes.theme import own_theme  # what draws need not be loaded for the others

    return own_theme(name)
