"""The options of a video, from whoever says them: a request wins over the script, the script over the settings."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from models.errors import Diagnostic
from videogen.errors.script import BadOption
from videogen.errors.validation import in_words
from videogen.script.video_options import Options

Place = tuple[int | None, int | None]

OTHER_NAMES = ("lang", "burn_captions")
"""Names that options are also known by."""
MOST_OPTIONS = 200
"""Options of one video. Each that is not known has a diagnostic."""


def check(values: Mapping[str, Any], *, path: str = "options", position_of: Callable[[str], Place] = lambda name: (None, None)) -> Options:
    """Return the options given, checked; `model_fields_set` says which they are.

    An option that is null counts as not given.

    Raises BadOption for an unknown name or a value that cannot be used, with `path` and the place that `place(name)` tells.
    """
    if len(values) > MOST_OPTIONS:
        raise BadOption(f"There are {len(values):,} options.", diagnostics=[Diagnostic("has too many options", path=path)])
    try:
        return Options.model_validate({name: value for name, value in _renamed(values).items() if value is not None})
    except ValidationError as error:
        diagnostics = []
        for wrong in error.errors(include_url=False, include_input=False)[:20]:
            name = str(wrong["loc"][0]) if wrong["loc"] else ""
            message = _unknown(name) if wrong["type"] == "extra_forbidden" else in_words(wrong)
            line, column = position_of(name)
            diagnostics.append(Diagnostic(message, line=line, column=column, path=f"{path}.{name}".strip(".")))
        raise BadOption(f"{diagnostics[0].path}: {diagnostics[0].message}.", diagnostics=diagnostics) from error


def _renamed(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return options under the names that they have: `lang` is language, and a `burn_captions` that is true means subtitles."""
    others = {name: value for name, value in values.items() if name not in OTHER_NAMES}
    if values.get("lang") is not None:
        others = {"language": values["lang"], **others}
    if values.get("burn_captions") is not None:
        is_burned = str(values["burn_captions"]).strip().lower() in ("true", "yes", "on", "1")
        others = {"captions": "subtitles" if is_burned else "none", **others}
    return others


def nearest(name: str) -> str:
    """Return the option that someone who wrote `name` may have meant; empty if none is near."""
    return next(iter(difflib.get_close_matches(name[:40], Options.model_fields, n=1)), "")


def _unknown(name: str) -> str:
    near = nearest(name)
    known = f"did you mean {near}?" if near else f"known are {', '.join(Options.model_fields)}"
    return f"there is no such option; {known}"


def merge(script: Mapping[str, Any], request: Mapping[str, Any], *, voice: str, theme: str) -> Options:
    """Return the options of a video: those of the request, else of the script, else of the settings (`voice`, `theme`), else the defaults.

    `script` is what the source says (`script.options.model_dump(exclude_unset=True)`). `model_fields_set` of the result are the options
    that request or script gave, and no others.
    """
    values = check({**script, **check(request).model_dump(exclude_unset=True)})
    voice, theme = values.voice or voice, values.theme or theme
    return Options.model_construct(_fields_set=set(values.model_fields_set), **{**values.model_dump(), "voice": voice, "theme": theme})
