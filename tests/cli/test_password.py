"""`app.py password` and `app.py token`: what lets others in."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from models import token
from models.database import Store
from tests.cli.conftest import Run
from videogen.files.password_file import Password


def test_password_is_set_changed_and_removed(run: Run, data: Path) -> None:
    password = Password(data)
    assert not password.exists()
    assert run("password", stdin="correct horse\n").exit_code == 0
    fingerprints = {password.fingerprint()}
    assert (password.check("correct horse"), password.check("wrong horse")) == (True, False)
    assert run("password", stdin="another horse\n").exit_code == 0
    fingerprints.add(password.fingerprint())
    assert (password.check("another horse"), password.check("correct horse")) == (True, False)
    assert len(fingerprints) == 2
    assert run("password", "--remove").exit_code == 0
    assert not password.exists()
    assert not password.check("another horse")


def test_password_is_stored_as_a_hash_that_only_its_owner_can_read(run: Run, data: Path) -> None:
    result = run("password", stdin="correct horse\n")
    file = data / "password"
    assert file.read_text().startswith("scrypt:")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "horse" not in file.read_text() + result.output


def test_short_password_is_refused(run: Run, data: Path) -> None:
    assert run("password", stdin="short\n").exit_code == 2
    assert not Password(data).exists()


def test_token_is_shown_once_listed_and_revoked(run: Run, store: Store) -> None:
    secret = run("token", "create", "laptop").stdout.strip()
    assert token.check(store, secret)
    listed = run("token", "list", "--json").stdout
    assert [row["name"] for row in json.loads(listed)] == ["laptop"]
    assert secret not in listed + run("token", "list").stdout
    assert "hash" not in listed
    assert run("token", "create", "laptop").exit_code == 1
    assert run("token", "revoke", "laptop").exit_code == 0
    assert token.check(store, secret) is None
    assert run("token", "revoke", "laptop").exit_code == 1
