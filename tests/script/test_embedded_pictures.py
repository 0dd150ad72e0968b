"""Pictures that stand in a script itself: outputs and attachments of notebooks, and `data:` addresses."""

from __future__ import annotations

import base64
import json

import pytest

from tests.script.scripts import shown
from videogen.script import Reading, read
from videogen.script.models import ImageScene

PIXEL = b"\x89PNG not looked at here"
WRITTEN = base64.b64encode(PIXEL).decode()


def notebook(*cells: dict[str, object]) -> Reading:
    return read(json.dumps({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "markdown", "source": "# Tea"}, *cells]}), "json")


def code(**data: object) -> dict[str, object]:
    return {"cell_type": "code", "source": "plot()", "outputs": [{"output_type": "display_data", "data": data}]}


def pictures(reading: Reading) -> list[bytes]:
    return [reading.embedded[scene.file] for scene in reading.script.scenes if isinstance(scene, ImageScene)]


@pytest.mark.parametrize(
    "data",
    [
        {"image/png": WRITTEN},
        {"image/png": [WRITTEN[:9] + "\n", WRITTEN[9:] + "\n"], "text/plain": "<Figure size 640x480 with 1 Axes>"},
        {"image/svg+xml": "<svg/>", "image/jpeg": WRITTEN},
    ],
    ids=["one line", "many lines", "the kind that is shown first"],
)
def test_a_picture_that_code_put_out_is_shown(data: dict[str, object]) -> None:
    reading = notebook(code(**data))
    assert pictures(reading) == [PIXEL]
    assert reading.warnings == () and "Figure" not in shown(reading.script)


def test_a_drawing_that_code_put_out_is_shown() -> None:
    assert pictures(notebook(code(**{"image/svg+xml": ["<svg>\n", "</svg>"]}))) == [b"<svg>\n</svg>"]


def test_an_attachment_of_a_cell_is_shown_with_its_words() -> None:
    cell = {"cell_type": "markdown", "source": "![A pot](attachment:my%20pot.png)", "attachments": {"my pot.png": {"image/png": WRITTEN}}}
    reading = notebook(cell)  # type: ignore[arg-type]
    assert pictures(reading) == [PIXEL]
    assert [scene.alt for scene in reading.script.scenes if isinstance(scene, ImageScene)] == ["A pot"]


def test_a_picture_of_a_notebook_that_cannot_be_read_is_a_warning_with_its_line() -> None:
    text = '{"nbformat": 4, "metadata": {}, "cells": [\n{"cell_type": "markdown", "source": "# Tea"},\n'
    text += '{"cell_type": "code", "source": "",\n"outputs": [{"output_type": "display_data", "data": {"image/png": "%%"}}]}]}'
    reading = read(text, "json")
    assert [(warning.code, warning.line) for warning in reading.warnings] == [("picture_left_out", 4)]
    assert reading.embedded == {}


@pytest.mark.parametrize(
    "written",
    [
        "![A pot](data:image/png;base64,{})",
        "<img alt='A pot' src='data:image/svg+xml;base64,{}'>",
        "![A pot][1]\n\n[1]: data:image/svg+xml;base64,{}",
    ],
)
def test_a_picture_in_its_address_is_shown(written: str) -> None:
    reading = read(f"# Tea\n\n## Pot\n\n{written.format(WRITTEN)}\n", "markdown")
    assert pictures(reading) == [PIXEL]
    assert "base64" not in shown(reading.script) and reading.warnings == ()


def test_a_broken_picture_in_its_address_is_a_warning() -> None:
    reading = read("# Tea\n\n## Pot\n\n![A pot](data:image/png;base64,@@@)\n\nOf clay.\n", "markdown")
    assert [(warning.code, warning.line) for warning in reading.warnings] == [("picture_left_out", 5)]
    assert "base64" not in shown(reading.script)
