"""What is larger than the owner of the server allows is refused at submission, with the place."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from videogen.web.services import services_of


def test_script_beyond_a_limit_is_refused_with_its_place(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    readers = services_of(app).readers
    monkeypatch.setattr(readers, "settings", readers.settings.model_copy(update={"max_scenes": 2}))
    answer = client.post("/api/tasks", json={"script": "# A\n\n# B\n\n# C\n"})
    assert answer.status_code == 422
    problem = answer.get_json()
    assert (problem["code"], problem["detail"]) == ("over_limit", "The script has 3 scenes, and at most 2 are allowed.")
    assert [fault["line"] for fault in problem["faults"]] == [5]
    assert client.post("/api/tasks", json={"script": "# A\n\n# B\n"}).status_code == 201
