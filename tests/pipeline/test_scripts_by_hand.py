"""Scripts put into the store by hand, past all that a form or the API would refuse: each fails with an error that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.database import Store
from models.errors import VideogenError
from tests.support.sqlite_shell import sqlite
from tests.support.task_moves import Moves
from videogen.errors.script import BadOption, ScriptNotText, UnknownFormat
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.runner import render_video


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ("(source, format) VALUES ('# x', 'x')", UnknownFormat),
        ("(source) VALUES (x'23200041')", ScriptNotText),
        ("(source) VALUES (zeroblob(1000) || '# x')", ScriptNotText),
        ("(source) VALUES (x'fffefdfcfb')", ScriptNotText),
        ("(source, format) VALUES ('{\"a\":', 'json')", VideogenError),
        ("""(source, options) VALUES ('# x', '{"height": 1e999}')""", BadOption),
        ("""(source, options) VALUES ('# x', '{"height": [[]]}')""", BadOption),
        ("""(source, options) VALUES ('# x', '{"theme": "../../etc"}')""", BadOption),
        ("""(source, options) VALUES ('# x', '{"voice": {"a": null}}')""", BadOption),
        ("""(source, options) VALUES ('# x', '{"work": "/tmp"}')""", BadOption),
    ],
)
def test_garbage_put_in_by_hand_fails_with_a_hint(store: Store, tmp_path: Path, values: str, error: type[VideogenError]) -> None:
    sqlite(store.path, f"INSERT INTO submit{values}")
    claimed = Moves(store).claim()
    request = RenderRequest(
        source=claimed.source,
        format=claimed.format,
        options=claimed.options,
        work=tmp_path / "work",
        cache=tmp_path / "cache",
        render_processes=1,
        cache_max_bytes=10**6,
        thumbnail_s=30,
        voice="none",
        theme="slate",
    )
    with pytest.raises(error) as raised:
        render_video(request, lambda report: None)
    assert raised.value.hint
