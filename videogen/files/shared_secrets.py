"""Keeps the secrets in the data directories of all hosts the same, by way of the database.

Each process reads the files of its own data directory, so nothing waits for the database to check a login. The first host's are the
database's, and replace what others have. On SQLite there is one host, and nothing to do.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from models import shared_secret
from models.database import Store, Write
from videogen.files.password_file import Password
from videogen.files.share_link import server_secret

log = logging.getLogger(__name__)

NAMES = ("secret", "password", "webhook-secret")
"""Files of the data directory: what signs cookies and links, the password's hash, what signs webhooks."""
LOCK = "shared secrets"


def share(store: Store) -> None:
    """Take over the secrets that the database has, and give it those that it has not. Raises StoreAway and its kind."""
    if not shared_secret.are_shared(store):
        return
    server_secret(store.data)
    with store.reading() as read:
        same = _own(store.data) == {name: value for name, value in shared_secret.every(read).items() if value}
    if same:
        return
    with store.writing() as write:
        write.lock(LOCK)
        own, shared = _own(store.data), shared_secret.every(write)
        for name in NAMES:
            if name in shared:
                _take_over(store.data / name, own.get(name, ""), shared[name])
            elif name in own:
                shared_secret.put(write, name, own[name])


def set_password(store: Store, chosen: str | None) -> None:
    """Set the password, or remove it, here and on all hosts. Raises StoreAway and its kind."""
    password = Password(store.data)
    with store.writing() as write:
        write.lock(LOCK)
        if chosen is None:
            password.remove()
        else:
            password.set(chosen)
        _publish_password(store, write)


def _publish_password(store: Store, write: Write) -> None:
    if shared_secret.are_shared(store):
        shared_secret.put(write, "password", _own(store.data).get("password", ""))


def _own(data: Path) -> Mapping[str, str]:
    """Return the secrets of the data directory."""
    found = {}
    for name in NAMES:
        with suppress(FileNotFoundError):
            found[name] = (data / name).read_text().strip()
    return found


def _take_over(path: Path, own: str, shared: str) -> None:
    if own == shared:
        return
    log.info("the %s of this host is the database's now", path.name)
    if not shared:
        path.unlink(missing_ok=True)
        return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(shared)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
