"""Share links: the id of a share and a signature, which only this server can make and needs no row to check."""

from __future__ import annotations

import hmac
import re
import secrets
from pathlib import Path

from videogen.files.secret_file import load_or_create

ID_CHARACTERS = 16
SIGNATURE_CHARACTERS = 32
LINK = re.compile(f"[0-9a-f]{{{ID_CHARACTERS + SIGNATURE_CHARACTERS}}}")
PATH = "/s/"
"""Where links are below the server's own address."""
ANYWHERE = re.compile(f"(?<![0-9a-f])([0-9a-f]{{{ID_CHARACTERS}}})[0-9a-f]{{{SIGNATURE_CHARACTERS}}}(?![0-9a-f])", re.IGNORECASE)
IN_PATH = re.compile(rf"(?<={PATH})(/*[^/]{{0,{ID_CHARACTERS}}})[^/]*")


def server_secret(data: Path) -> str:
    """Return the secret that signs the cookies and links of a data directory. Create it if needed."""
    return load_or_create(data / "secret", lambda: secrets.token_hex(32))


def link_of(secret: str, share_id: str) -> str:
    """Return the link of a share: the last part of its address."""
    return share_id + _signature(secret, share_id)


def share_id_of(secret: str, link: str) -> str | None:
    """Return the id of the share that a link is for; None if the link was not made with this secret."""
    if not LINK.fullmatch(link):
        return None
    share_id, signature = link[:ID_CHARACTERS], link[ID_CHARACTERS:]
    return share_id if hmac.compare_digest(signature, _signature(secret, share_id)) else None


def without_signature(text: str) -> str:
    """Remove signatures of share links from a path or message, so that a log opens nothing."""
    return ANYWHERE.sub(r"\1…", IN_PATH.sub(r"\1…", text) if text.startswith("/") else text)


def _signature(secret: str, share_id: str) -> str:
    return hmac.new(secret.encode(), f"share link {share_id}".encode(), "sha256").hexdigest()[:SIGNATURE_CHARACTERS]
