"""The task of a video of a script in one of its languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from models.database import Store
from models.intake import TaskSpec
from videogen.cli import script_assets
from videogen.cli.admission import admit
from videogen.config import Settings
from videogen.pipeline.script_files import ScriptFiles
from videogen.script.languages import name_of
from videogen.script.theme_names import use_theme_directory
from videogen.voices import engines


def spec_in_language(store: Store, settings: Settings, source: str, tag: str, options: Mapping[str, Any], files: ScriptFiles) -> TaskSpec:
    """Check the script in a language, and return its task. A voice that does not speak the language is left out."""
    engines.use_piper_directory(settings.piper_directory)
    use_theme_directory(settings.themes_directory)
    voice = options.get("voice")
    chosen = {name: value for name, value in options.items() if name != "voice" or engines.can_speak(str(voice), tag)} | {"language": tag}
    beside = script_assets.add_brands(store, source, chosen, files)
    admitted = admit(settings, source, "markdown", chosen, beside)
    copied = script_assets.copy_assets(settings, admitted.files, Console(stderr=True, highlight=False), store.files)
    return TaskSpec(
        source=source,
        format=admitted.format,
        title=f"{admitted.title} ({name_of(tag)})",
        options=chosen,
        attempts=settings.attempts,
        assets=script_assets.keep_look(settings, admitted, copied, store.files),
    )
