from __future__ import annotations

import errno

import pytest
from flask.testing import FlaskClient

from videogen.web import about


def test_server_is_ready_while_the_disk_has_room_and_not_when_it_is_full(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/api/ready").status_code == 200
    monkeypatch.setattr(about, "FULL_BYTES", 2**63)  # more than any disk has free
    refused = client.get("/api/ready")
    assert (refused.status_code, refused.json["code"]) == (507, "disk_full")  # type: ignore[index]
    assert client.get("/api/health").status_code == 200


def test_server_is_not_ready_when_its_disk_takes_no_writes(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("videogen.web.about.tempfile.TemporaryFile", refuse)
    refused = client.get("/api/ready")
    assert (refused.status_code, refused.json["code"]) == (503, "store_unusable")  # type: ignore[index]
