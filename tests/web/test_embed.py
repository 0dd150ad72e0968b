"""The package for other people's pages: served to any site at an address that stays, and whole for npm."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.support.paths import ROOT

PACKAGE = ROOT / "static" / "video-progress"


@pytest.mark.parametrize("name", ["video-progress.js", "sse-client.js"])
def test_modules_are_for_pages_of_any_site(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/embed/v1/{name}", headers={"Origin": "https://other.example"}, buffered=True)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "text/javascript", (PACKAGE / name).read_bytes())
    assert (answer.headers["Access-Control-Allow-Origin"], answer.headers["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert client.get("/embed/v1/package.json").status_code == 404


def test_package_names_files_that_are_there_and_the_version_that_the_module_has() -> None:
    package = json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))
    named = [*package["files"], *(path for entry in package["exports"].values() for path in entry.values())]
    assert all((PACKAGE / path).is_file() for path in [*named, "README.md", "LICENSE"])
    assert f'VERSION = "{package["version"]}"' in (PACKAGE / "video-progress.js").read_text(encoding="utf-8")
    assert package["version"].split(".")[0] == "1", "another major version needs an address of its own beside /embed/v1/"
    assert (PACKAGE / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
