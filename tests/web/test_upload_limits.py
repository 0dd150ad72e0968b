"""What may come in as files, and how much of a request is read before it is known who sends it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from models.files.blob_store import staged
from models.files.disk import DiskFiles
from tests.support.media_files import picture
from videogen.config import Settings
from videogen.errors.request import TooManyUploads, UploadQuotaFull
from videogen.errors.system import DiskLow
from videogen.files import disk_space
from videogen.files.password_file import Password
from videogen.web.auth import FORM_FIELDS, LOGIN_BYTES, SMALL_FORM_BYTES
from videogen.web.services import services_of
from videogen.web.upload_limits import UploadLimits

MIB = 1024 * 1024
LARGE = SMALL_FORM_BYTES + 10_000


def noisy_picture() -> bytes:
    """A picture that no encoder makes small."""
    file = io.BytesIO()
    Image.effect_noise((300, 300), 100).save(file, "PNG")
    return file.getvalue()


class Untouched(io.BytesIO):
    """A body that must not be read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def limits(data: Path, **settings: Any) -> UploadLimits:
    return UploadLimits(Settings(data=data, **({"disk_free_min_bytes": 0} | settings)), DiskFiles(data))


def post_unread(client: FlaskClient, path: str, size: int, content_type: str = "multipart/form-data; boundary=x") -> Any:
    """Announce a body of this size that fails the test if it is read."""
    environment = {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(size), "CONTENT_TYPE": content_type}
    return client.post(path, environ_overrides=environment)


def test_one_address_may_upload_so_much_a_minute_and_others_as_much(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("videogen.web.upload_limits.time.monotonic", lambda: now)
    admitted = limits(data, max_upload_bytes_per_minute=3 * MIB)
    admitted.admit("10.0.0.1", 2 * MIB)
    with pytest.raises(TooManyUploads, match="limit is 3,145,728"):
        admitted.admit("10.0.0.1", 2 * MIB)
    admitted.admit("10.0.0.2", 2 * MIB)
    now += 60.0
    admitted.admit("10.0.0.1", 2 * MIB)


def test_addresses_of_one_ipv6_network_count_together(data: Path) -> None:
    admitted = limits(data, max_upload_bytes_per_minute=3 * MIB)
    admitted.admit("2001:db8::1", 2 * MIB)
    with pytest.raises(TooManyUploads):
        admitted.admit("2001:db8::2", 2 * MIB)
    admitted.admit("2001:db8:0:1::1", 2 * MIB)


def test_a_single_file_may_be_larger_than_the_rate(data: Path) -> None:
    limits(data, max_upload_bytes_per_minute=MIB).admit("10.0.0.1", 5 * MIB)


def test_files_that_are_kept_and_those_on_their_way_stay_within_the_quota(data: Path) -> None:
    with staged(data, io.BytesIO(bytes(MIB))) as file:
        file.keep()
    admitted = limits(data, upload_quota_bytes=3 * MIB)
    admitted.admit("10.0.0.1", 2 * MIB)
    with pytest.raises(UploadQuotaFull, match="3,145,728 bytes of files are kept"):
        admitted.admit("10.0.0.2", 1)


def test_the_reserve_of_the_disk_is_not_given_to_uploads(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_space, "free_bytes", lambda _path: 10 * MIB)
    admitted = limits(data, disk_free_min_bytes=8 * MIB)
    with pytest.raises(DiskLow, match="10,485,760 free bytes"):
        admitted.admit("10.0.0.1", 2 * MIB + 1)
    admitted.admit("10.0.0.1", 2 * MIB)


def test_uploads_that_come_at_once_share_what_is_free(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_space, "free_bytes", lambda _path: 10 * MIB)
    admitted = limits(data, disk_free_min_bytes=8 * MIB)
    admitted.admit("10.0.0.1", MIB)
    with pytest.raises(DiskLow, match="9,437,184 free bytes"):
        admitted.admit("10.0.0.2", MIB + 1)
    admitted.finish(MIB)
    admitted.admit("10.0.0.2", MIB + 1)


def test_an_upload_that_was_answered_takes_no_more_space(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    services_of(app).upload_limits = limits(services_of(app).store.data, disk_free_min_bytes=8 * MIB)
    monkeypatch.setattr(disk_space, "free_bytes", lambda _path: 8 * MIB + 300_000)
    noise = noisy_picture()
    assert [client.post("/api/assets", data={"file": (io.BytesIO(noise), "noise.png")}).status_code for _ in range(3)] == [201] * 3


@pytest.mark.parametrize("path", ["/api/assets", "/api/imports", "/api/themes", "/api/tasks", "/api/preview", "/new"])
def test_files_beyond_a_limit_are_refused_before_they_are_read(app: Flask, client: FlaskClient, path: str) -> None:
    services_of(app).upload_limits = limits(services_of(app).store.data, upload_quota_bytes=LARGE)
    assert post_unread(client, path, LARGE + 1).status_code == 507


def test_uploads_count_and_scripts_do_not(app: Flask, client: FlaskClient) -> None:
    services_of(app).upload_limits = limits(services_of(app).store.data, max_upload_bytes_per_minute=1)
    noise = noisy_picture()
    assert len(noise) > SMALL_FORM_BYTES
    answers = [client.post("/api/assets", data={"file": (io.BytesIO(noise), "noise.png")}) for _ in range(2)]
    assert [(answer.status_code, answer.get_json().get("code")) for answer in answers] == [(201, None), (429, "too_many_uploads")]
    assert client.post("/api/assets", data={"file": (io.BytesIO(picture()), "small.png")}).status_code == 201


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/api/assets", {"file": "small.png"}),
        ("/api/tasks", {"script": "# One", "file": "small.png"}),
        ("/api/imports", {"file": "small.pdf"}),
        ("/api/brands", {"name": "acme", "file": "small.png"}),
    ],
)
def test_many_small_files_fill_no_quota_either(app: Flask, client: FlaskClient, path: str, fields: dict[str, str]) -> None:
    services_of(app).upload_limits = limits(services_of(app).store.data, upload_quota_bytes=10)
    form = {name: (io.BytesIO(picture()), value) if name == "file" else value for name, value in fields.items()}
    assert client.post(path, data=form).get_json()["code"] == "upload_quota_full"


def test_a_script_without_files_fits_into_any_quota(app: Flask, client: FlaskClient) -> None:
    services_of(app).upload_limits = limits(services_of(app).store.data, upload_quota_bytes=10)
    form = {"script": "# One\n\nText.", "options": '{"voice": "none"}'}
    assert client.post("/api/tasks", data=form, content_type="multipart/form-data").status_code == 201


def test_a_form_without_files_is_no_longer_than_a_script_and_has_few_fields(client: FlaskClient) -> None:
    form = "application/x-www-form-urlencoded"
    assert client.post("/", data="a" * (3 * 10_000 + SMALL_FORM_BYTES + 1), content_type=form).status_code == 413
    assert client.post("/", data="a&" * FORM_FIELDS, content_type=form).status_code == 413
    assert client.post("/", data="a&" * (FORM_FIELDS - 1), content_type=form).status_code == 403  # it has no token


def test_what_says_how_long_a_link_is_valid_is_short(client: FlaskClient) -> None:
    assert client.post("/api/tasks/nothing/shares", json={"days": 1, "more": "x" * 10_000}).status_code == 413


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(
    "path", ["/api/tasks", "/api/assets", "/api/imports", "/api/themes", "/api/preview", "/new", "/logout", "/nothing"]
)
def test_nothing_is_read_from_who_is_not_logged_in(app: Flask, client: FlaskClient, data: Path, path: str, content_type: str) -> None:
    (data / "password").write_text("anything")
    assert Password(data).exists()
    assert post_unread(client, path, 1000, content_type).status_code in (302, 303, 401)


def test_of_a_login_only_a_forms_few_bytes_are_read(app: Flask, client: FlaskClient, data: Path) -> None:
    (data / "password").write_text("anything")
    for content_type in ("multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        assert post_unread(client, "/login", LOGIN_BYTES + 1, content_type).status_code == 413
    chunks = io.BytesIO(b"password=" + b"x" * 10 * LOGIN_BYTES)
    environment = {"wsgi.input": chunks, "wsgi.input_terminated": True, "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert client.post("/login", environ_overrides=environment).status_code in (400, 403, 413)
    assert chunks.tell() <= 2 * LOGIN_BYTES
