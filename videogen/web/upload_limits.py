"""Limits on files that come in, checked before their bytes are read: a rate, a quota, and space left on the disk."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from models.failed_login import network_of
from models.files import blob_store
from models.files.storage import Files
from videogen.config import Settings
from videogen.errors.request import TooManyUploads, UploadQuotaFull
from videogen.errors.system import DiskLow
from videogen.files import disk_space
from videogen.web.file_access import in_file_thread

WINDOW_S = 60.0
MAX_CLIENTS = 1000
COUNT_AGAIN_S = 60.0


class UploadLimits:
    """Admits uploads by their announced size. Uploads of one address, or of one /64 of IPv6, count together.

    What is kept in all is counted anew once a minute; what was admitted since is added. What has been admitted and not finished counts as
    written: its place on the disk is not given away twice.
    """

    def __init__(self, settings: Settings, files: Files) -> None:
        self.settings, self.files = settings, files
        self._uploads: dict[str, deque[tuple[float, int]]] = defaultdict(deque)
        self._stored_bytes = 0
        self._arriving_bytes = 0
        self._counted_at = float("-inf")

    def admit(self, address: str, size: int) -> None:
        """Count an upload of `size` bytes, until `finish`. Raises TooManyUploads, UploadQuotaFull and DiskLow."""
        now = time.monotonic()
        client = network_of(address)
        self._check_disk(size)
        self._check_rate(client, size, now)
        self._check_quota(size, now)
        self._uploads[client].append((now, size))
        self._stored_bytes += size
        self._arriving_bytes += size

    def admit_small(self, size: int) -> None:
        """Count files that have arrived with a form too small to have a rate: a disk is filled by many of them, too.

        Raises UploadQuotaFull and DiskLow.
        """
        self._check_disk(size)
        self._check_quota(size, time.monotonic())
        self._stored_bytes += size

    def finish(self, size: int) -> None:
        """Note that an upload has arrived, or never will: what it wrote is on the disk."""
        self._arriving_bytes -= size

    def _check_disk(self, size: int) -> None:
        # Where files are in a bucket, an upload only passes through this disk.
        reserve = self.settings.disk_free_min_bytes if self.files.is_local else 0
        free = max(disk_space.free_bytes(self.settings.data) - self._arriving_bytes, 0)
        if free - size < reserve:
            hint = "Free some space or delete old tasks, then send the file again. Or lower VIDEOGEN_DISK_FREE_MIN_BYTES."
            raise DiskLow(f"An upload of {size:,} bytes would leave too little of {free:,} free bytes; {reserve:,} stay free.", hint=hint)

    def _check_rate(self, client: str, size: int, now: float) -> None:
        if len(self._uploads) > MAX_CLIENTS:
            recent = {known: uploads for known, uploads in self._uploads.items() if uploads and uploads[-1][0] > now - WINDOW_S}
            self._uploads = defaultdict(deque, recent)
        uploads = self._uploads[client]
        while uploads and uploads[0][0] <= now - WINDOW_S:
            uploads.popleft()
        sent, limit = sum(size for _, size in uploads), self.settings.max_upload_bytes_per_minute
        if uploads and sent + size > limit:  # a single file may always come: its own limit is upload_max_bytes
            raise TooManyUploads(
                f"{sent:,} bytes came from this address within a minute, and {size:,} more are sent; the limit is {limit:,}."
            )

    def _check_quota(self, size: int, now: float) -> None:
        if now >= self._counted_at + COUNT_AGAIN_S:
            self._counted_at = now
            self._stored_bytes = in_file_thread(blob_store.kept_bytes, self.files)
        quota = self.settings.upload_quota_bytes
        if self._stored_bytes + size > quota:
            raise UploadQuotaFull(f"{self._stored_bytes:,} bytes of files are kept, and {size:,} more are sent; the quota is {quota:,}.")
