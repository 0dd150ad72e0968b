"""A script larger than the owner of a server allows is refused, with each limit and the place where it is passed."""

from __future__ import annotations

import time
from typing import Any

import pytest

from videogen import script
from videogen.errors.script import OverLimit
from videogen.script.limits import ScriptLimits
from videogen.script.options import merge

FIVE = "".join(f"# Scene {number}\n\nSome words.\n\n" for number in range(1, 6))


def refused(text: str, **limits: Any) -> OverLimit:
    reading = script.read(text, "markdown", set_formulas=False)
    with pytest.raises(OverLimit) as caught:
        ScriptLimits(**limits).check(reading.script, reading.script.options)
    return caught.value


def test_the_scene_beyond_the_limit_is_named() -> None:
    error = refused(FIVE, scenes=3)
    assert error.detail == "The script has 5 scenes, and at most 3 are allowed."
    assert [diagnostic.line for diagnostic in error.diagnostics] == [15]
    assert (error.code, error.status) == ("over_limit", 422)
    assert "VIDEOGEN_MAX_SCENES" in error.hint


@pytest.mark.parametrize(
    ("text", "limits", "message", "line"),
    [
        ("# A\n\nWith $a$ and $b$.\n\n# B\n\n$$\nc\n$$\n", {"formulas": 2}, "the script has 3 formulas, and at most 2 are allowed", 7),
        ("# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", {"table_cells": 3}, "the script has 4 cells of tables, and at most 3 are allowed", 3),
    ],
)
def test_formulas_and_cells_are_counted(text: str, limits: dict[str, Any], message: str, line: int) -> None:
    (diagnostic,) = refused(text, **limits).diagnostics
    assert (diagnostic.message, diagnostic.line) == (message, line)


def test_each_limit_is_told_at_once() -> None:
    text = f"---\nheight: 1440\nfps: 60\n---\n\n{FIVE}"
    diagnostics = refused(text, scenes=1, height=1080, fps=30).diagnostics
    assert [(diagnostic.path, diagnostic.message) for diagnostic in diagnostics[1:]] == [
        ("options.height", "height is 1440, and at most 1080 pixels are allowed"),
        ("options.fps", "fps is 60, and at most 30 frames a second are allowed"),
    ]


def test_a_default_beyond_a_limit_is_lowered() -> None:
    reading = script.read(FIVE, "markdown", set_formulas=False)
    limits = ScriptLimits(height=720, fps=24)
    options = limits.lower_defaults(merge({}, {}, voice="none", theme="slate"))
    limits.check(reading.script, options)
    assert (options.height, options.fps) == (720, 24)
    assert limits.lower_defaults(merge({"height": 1080}, {}, voice="none", theme="slate")).height == 1080


def test_seconds_that_a_script_asks_for_are_added_up() -> None:
    scenes = "".join(f"  - kind: title\n    title: Scene {number}\n    duration_s: 600\n" for number in range(7))
    reading = script.read(f"title: Long\nscenes:\n{scenes}", "yaml")
    with pytest.raises(OverLimit, match="about 70 minutes long, and at most 60 are allowed"):
        ScriptLimits(minutes=60).check(reading.script, reading.script.options)
    ScriptLimits(minutes=70).check(reading.script, reading.script.options)


@pytest.mark.parametrize(
    "text",
    [
        "```{r " + "_a" * 10_000 + "}\nx\n```",
        "[!_:" * 4_000,
        "/// A|a" + "\t" * 20_000 + "x\ntext\n///",
        "a []( " + "\t " * 10_000 + "b",
        "::: { }" + "\t" * 20_000 + "x\ntext\n:::",
        "```js\n//highlight-end" + "\t" * 20_000 + "x\n```",
    ],
)
def test_reading_takes_no_longer_for_signs_that_might_begin_something(text: str) -> None:
    began = time.process_time()
    assert script.read(f"{text}\n\nThe end.\n", "markdown").script.scenes
    assert time.process_time() - began < 3.0
