"""Files in a bucket of S3 or of anything that speaks its protocol, by the library obstore.

Endpoint, region and credentials are those of the usual variables (AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, ...), which obstore
reads itself. Its calls block and release the GIL: a web process calls them in threads. Its messages can hold signed addresses and key ids,
so none of them is passed on.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import hmac
import io
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.files import walk
from models.files.blob_store import ID
from models.files.disk import TEMPORARY
from models.files.storage import RemoteFiles, StoredFile, open_in_ranges
from videogen.errors.system import FilesOfAnotherStore, FilesUnavailable
from videogen.files.share_link import server_secret

if TYPE_CHECKING:
    from obstore.store import S3Store

COPIES = "copies"
"""The directory of copies of files that were needed on this machine."""
OWNER = "owner"
"""The key of a mark: which store may remove files here."""
REMOVALS = "removals/"
"""Where the marks are that assets are just being removed."""
WAIT_S, REMOVAL_S, ABANDONED_S = 0.2, 60.0, 600.0
"""How often to look for the end of a removal, how long to wait for it, and after what time its process must have been killed."""
KEEP_S = 12 * 3600.0
"""An asset that was written longer ago is written again when somebody is about to use it."""
PART_BYTES = 8 * 1024 * 1024
CONNECTIONS = 4
"""How many parts of a large file are sent at once."""
DELETED_AT_ONCE = 1000
REQUEST_TIMEOUT_S, CONNECT_TIMEOUT_S, RETRY_S = 60, 5, 60
SHOWN = re.compile(r"(?:image/(?:png|jpeg|gif|webp|avif)|audio/[a-z0-9]+|video/(?:mp4|webm))", re.ASCII)
"""Media types that a browser may show when it loads a file from the bucket itself."""
CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")


class S3Files(RemoteFiles):
    """The files below `s3://bucket/prefix`. `data` is where copies of them are on this machine."""

    def __init__(self, url: str, data: Path) -> None:
        self.data = Path(data)
        self._location = url.rstrip("/")
        self.bucket, _, self.prefix = self._location.removeprefix("s3://").partition("/")

    @property
    def location(self) -> str:
        return self._location

    @cached_property
    def _client(self) -> S3Store:
        from obstore.store import S3Store

        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        options: dict[str, Any] = {"timeout": f"{REQUEST_TIMEOUT_S}s", "connect_timeout": f"{CONNECT_TIMEOUT_S}s"}
        if endpoint.startswith("http://"):
            options["allow_http"] = True
        retries: Any = {"max_retries": 6, "retry_timeout": timedelta(seconds=RETRY_S)}
        with self._translated():
            return S3Store(self.bucket, prefix=self.prefix or None, client_options=options, retry_config=retries)  # type: ignore[arg-type]

    def put(self, key: str, source: Path, media_type: str = "") -> None:
        if key.startswith("assets/"):
            self._put_asset(key, source)
            path = self._copy_of(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            source.replace(path)
        else:
            self._upload(key, source, media_type)
            source.unlink()

    def open(self, key: str) -> io.BufferedIOBase:
        stored = self.stat(key)
        if stored is None:
            raise FileNotFoundError(errno.ENOENT, "No such file in the storage", key)
        return open_in_ranges(self, stored)

    def range(self, key: str, start: int, stop: int) -> bytes:
        if stop <= start:
            return b""
        import obstore

        with self._translated(key):
            return bytes(obstore.get_range(self._client, key, start=start, end=stop))

    def stat(self, key: str) -> StoredFile | None:
        import obstore

        with contextlib.suppress(FileNotFoundError), self._translated(key):
            return _stored(obstore.head(self._client, key))
        return None

    def url(self, key: str, valid_s: float) -> str:
        import obstore

        with self._translated(key):
            return obstore.sign(self._client, "GET", key, timedelta(seconds=valid_s))

    def delete(self, keys: Iterable[str]) -> None:
        import obstore

        remaining = list(keys)
        if remaining:
            self.check_owner()
        while remaining:
            batch, remaining = remaining[:DELETED_AT_ONCE], remaining[DELETED_AT_ONCE:]
            with contextlib.suppress(FileNotFoundError), self._translated():
                obstore.delete(self._client, batch)
            for key in batch:
                if not key.startswith("assets/"):  # somebody may be writing one anew from its copy: `forget_copies` takes those
                    self._copy_of(key).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[StoredFile]:
        import obstore

        for part in [prefix] if prefix else ["tasks/", "assets/"]:
            with self._translated():
                for page in obstore.list(self._client, prefix=part):
                    yield from map(_stored, page)

    def fetch(self, key: str) -> Path:
        """Return the path of a copy. One of a file that is not there has a path, too: whoever opens it finds out."""
        path = self._copy_of(key)
        try:
            os.utime(path)
        except FileNotFoundError:
            with contextlib.suppress(FileNotFoundError):
                self._download(key, path)
        return path

    def keep(self, key: str) -> Path:
        path = self.fetch(key)
        self._put_asset(key, path)
        return path

    def check_owner(self) -> None:
        import obstore

        own = self._owner()
        with contextlib.suppress(FileNotFoundError), self._translated():
            marked = bytes(obstore.get(self._client, OWNER).bytes())
            if marked != own:
                raise FilesOfAnotherStore(f"The files at {self.location} belong to another store.")
            return
        with self._translated():
            obstore.put(self._client, OWNER, own, mode="create")

    def adopt(self) -> None:
        import obstore

        with self._translated():
            obstore.put(self._client, OWNER, self._owner())

    def delete_unused(self, key: str, unused_s: float, is_used: Callable[[], bool]) -> bool:
        import obstore

        # Whoever is about to use the file writes it, and then waits until no such mark is there (`_put_asset`). No lock of one machine
        # would do: others use the same bucket.
        mark = _mark_of(key)
        self.check_owner()
        with self._translated():
            obstore.put(self._client, mark, b"")
        try:
            stored = self.stat(key)
            if stored is None or time.time() - stored.modified_at < unused_s or is_used():
                return False
            self.delete([key])
        finally:
            self.delete([mark])
        return True

    def forget_copies(self, unused_s: float) -> int:
        before, size = time.time() - unused_s, 0
        for path in walk.below(self.data / COPIES):
            status = walk.stat(path)
            if status and stat.S_ISREG(status.st_mode) and status.st_mtime < before:
                size += status.st_size
                path.unlink(missing_ok=True)
        return size

    def try_out(self) -> None:
        """Write, read, list and remove a small file. Raises FilesUnavailable."""
        import obstore

        key = f"check/{secrets.token_hex(8)}"
        with self._translated():
            obstore.put(self._client, key, b"ok")
            if bytes(obstore.get_range(self._client, key, start=0, end=2)) != b"ok" or not any(obstore.list(self._client, prefix="check/")):
                raise FilesUnavailable(f"{self.location} does not return what was written there.")
            obstore.delete(self._client, [key])
            if self.stat(key):
                raise FilesUnavailable(f"{self.location} does not remove files.")

    def _put_asset(self, key: str, path: Path) -> None:
        """Write an asset unless it has been written lately. Raises FileNotFoundError if there is neither the file nor its copy."""
        stored = self.stat(key)
        if stored is None or time.time() - stored.modified_at > KEEP_S:
            self._upload(key, path, "")
        # A removal that begins from now on finds the file young. One that has begun before may still take it: wait for its end.
        give_up_at = time.monotonic() + REMOVAL_S
        while True:
            removal, stored = self.stat(_mark_of(key)), self.stat(key)
            if stored is None:
                self._upload(key, path, "")
            elif removal is None or stored.modified_at - removal.modified_at > ABANDONED_S:
                return
            elif time.monotonic() > give_up_at:
                raise FilesUnavailable(f"The file {key} is just being removed as unused.")
            else:
                time.sleep(WAIT_S)

    def _upload(self, key: str, source: Path, media_type: str) -> None:
        import obstore

        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)  # a link would show another file to whoever downloads it
        with os.fdopen(descriptor, "rb") as content:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, f"{source.name} is not a file")
            shown = media_type if SHOWN.fullmatch(media_type) else "application/octet-stream"
            with self._translated():
                obstore.put(
                    self._client, key, content, attributes={"Content-Type": shown}, chunk_size=PART_BYTES, max_concurrency=CONNECTIONS
                )

    def _download(self, key: str, path: Path) -> None:
        """Bring a file to this machine, whole or not at all. Raises FileNotFoundError."""
        stored = self.stat(key)
        if stored is None:
            raise FileNotFoundError(errno.ENOENT, "No such file in the storage", key)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
        digest = hashlib.sha256()
        try:
            with temporary.open("xb") as copy:
                for start in range(0, stored.bytes, PART_BYTES):
                    part = self.range(key, start, min(start + PART_BYTES, stored.bytes))
                    digest.update(part)
                    copy.write(part)
            if ID.fullmatch(path.name) and digest.hexdigest() != path.name:
                raise FilesUnavailable(f"The file {key} at {self.location} is not what it was.", hint="Upload it again.")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _copy_of(self, key: str) -> Path:
        return self.data.resolve() / COPIES / key

    def _owner(self) -> bytes:
        """Return what marks this store: all servers that share its secret have it, a backup that is opened elsewhere does not."""
        return hmac.new(server_secret(self.data).encode(), b"owner of files", "sha256").hexdigest()[:32].encode()

    @contextmanager
    def _translated(self, key: str = "") -> Iterator[None]:
        """Translate the library's errors, which can hold secrets, into ours. For a `key` a missing file is FileNotFoundError."""
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            code = found.group(1) if (found := CODE.search(str(error))) else ""
            if code == "NoSuchBucket":
                problem = FilesUnavailable(f"There is no bucket {self.bucket}.", hint="Create it, or correct VIDEOGEN_FILES_URL.")
            elif isinstance(error, FileNotFoundError):
                raise FileNotFoundError(errno.ENOENT, "No such file in the storage", key) from None
            elif isinstance(error, PermissionDeniedError | UnauthenticatedError) or code in ("InvalidAccessKeyId", "SignatureDoesNotMatch"):
                hint = "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and what they may do: docs/scaling.md."
                problem = FilesUnavailable(f"{self.location} refuses access{_named(code)}.", hint=hint)
            else:
                problem = FilesUnavailable(f"{self.location} does not answer as it should{_named(code)}.")
            raise problem from None


def _mark_of(key: str) -> str:
    """Return the key of the mark that says that an asset is just being removed."""
    return f"{REMOVALS}{key.rpartition('/')[2]}"


def _stored(meta: Any) -> StoredFile:
    return StoredFile(meta["path"], meta["size"], meta["last_modified"].timestamp())


def _named(code: str) -> str:
    return f" ({code})" if code else ""
