"""share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import share
from models.database import Store
from tests.cli.conftest import Run
from tests.support.task_moves import Moves
from videogen.cli.common import public_address
from videogen.config import Settings
from videogen.files.share_link import server_secret, share_id_of


def test_video_is_shared_listed_and_revoked(run: Run, store: Store) -> None:
    made = Moves(store).submit()
    url = run("share", "last", "--days", "2").stdout.strip()
    (row,) = share.of_task(store, made.id)
    assert share_id_of(server_secret(store.data), url.rpartition("/s/")[2]) == row.id
    listed = run("share", made.id, "--list").stdout.strip().split("\t")
    assert listed == [row.id, url, f"until {row.expires_at}", "never opened"]
    assert [entry["url"] for entry in json.loads(run("share", made.id, "--list", "--json").stdout)] == [url]
    assert run("share", made.id, "--revoke", row.id).stdout == "Revoked: 1.\n"
    assert share.check(store, row.id) is None
    assert run("share", made.id, "--revoke", row.id).exit_code == 1
    for _ in range(2):
        run("share", made.id)
    assert json.loads(run("share", made.id, "--revoke", "all", "--json").stdout) == {"revoked": 2}
    assert run("share", made.id, "--list").stdout == ""


@pytest.mark.parametrize("arguments", [["--days", "0"], ["--days", "4000"], ["--list", "--revoke", "all"]])
def test_typing_error_shares_nothing(run: Run, store: Store, arguments: list[str]) -> None:
    made = Moves(store).submit()
    assert run("share", made.id, *arguments).exit_code == 2
    assert share.of_task(store, made.id) == []


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"hosts": "box.lan, other.lan", "port": 8080}, "http://box.lan:8080"),
        ({"hosts": "videos.example.org", "proxies": 1, "prefix": "/videogen"}, "https://videos.example.org/videogen"),
    ],
)
def test_link_names_the_host_that_others_use(tmp_path: Path, settings: dict[str, object], address: str) -> None:
    assert public_address(Settings(data=tmp_path, **settings)) == address  # type: ignore[arg-type]
