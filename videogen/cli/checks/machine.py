"""Checks of the machine: SQLite, memory, open files, file system and disk space."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from models.errors import VideogenError
from models.files import blob_store
from models.sqlite.driver import driver, has_wal_reset_bug, sqlite_version
from videogen import __version__
from videogen.cli.checks.check import Check
from videogen.config import GIB, MIB, Settings
from videogen.files import disk_space
from videogen.files.storage import open_storage
from videogen.processes import sandbox
from videogen.streams.listener import HAS_UNIX_SOCKETS

# SQLite's locks and the notifications between processes need a local file system.
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs"}
FILES_BESIDE_STREAMS = 200
SCARCE = 5
"""Free space is scarce below so many times VIDEOGEN_DISK_FREE_MIN_BYTES."""
NEARLY = 0.9
RETENTION = "VIDEOGEN_RETENTION_DAYS or VIDEOGEN_RETENTION_COUNT"
HERE = Path(__file__).resolve().parents[3]  # where this package is imported from
PATCHED = "import videogen.web.server, gevent.monkey as m; print(all(map(m.is_module_patched, ('socket', 'threading', 'ssl', 'time'))))"


def checks(settings: Settings) -> Iterator[Check]:
    yield Check("videogen", "good", f"{__version__} on Python {platform.python_version()}, {platform.platform()}")
    if not settings.server:
        yield sqlite()
    yield patched()
    yield sandbox_of_renderers(settings)
    yield open_files(settings)
    yield memory(settings)
    yield file_system(settings.data)
    yield free_space(settings)
    yield uploads(settings)
    if settings.server:
        return  # checks of the store see whether it notifies
    yield (
        Check("wakes", "good", "Unix datagram sockets")
        if HAS_UNIX_SOCKETS
        else Check("wakes", "warning", "no Unix sockets here", "It works, but half a second slower: processes poll the database.")
    )


def sqlite() -> Check:
    version = sqlite_version()
    seen = f"{'.'.join(map(str, version))} by {driver.__name__.partition('.')[0]}"
    if has_wal_reset_bug(version):
        hint = (
            "This one can damage a database when its write-ahead log is reset: install pysqlite3, or a Python with SQLite 3.51.3 or newer."
        )
        return Check("sqlite", "warning", seen, hint)
    return Check("sqlite", "good", seen)


def patched() -> Check:
    """Check in a separate process that gevent patches the web process."""
    result = subprocess.run([sys.executable, "-c", PATCHED], cwd=HERE, capture_output=True, text=True, check=False)
    if result.stdout.strip() == "True" and "MonkeyPatchWarning" not in result.stderr:
        return Check("web process", "good", "patched before anything else was imported")
    reason = result.stderr.strip().rpartition("\n")[2] or "not patched"
    return Check("web process", "bad", reason, "Run make setup again; nothing may be imported before videogen.web.server has patched.")


def sandbox_of_renderers(settings: Settings) -> Check:
    """Check what keeps renderers, which read strangers' files, from the rest of this machine.

    A process confines itself to find out.
    """
    if settings.sandbox == "off":
        return Check("sandbox", "warning", "off", "Renderers reach whatever this user does: set VIDEOGEN_SANDBOX to auto.")
    missing = sandbox.probe(sandbox.Limits(**settings.limits))
    network = f"no network ({', '.join(missing.network)})" if missing.network else "the network is open"
    files = f"few files (Landlock {missing.landlock})" if missing.landlock else "all files of this user"
    seen = "; ".join(filter(None, (network, files, "fewer system calls" if missing.seccomp else "", missing.user)))
    if missing.network and missing.landlock:
        return Check("sandbox", "good", seen)
    hint = f"{' '.join(missing.missing)} Renderers are confined by the rest: docs/security.md says what that leaves open."
    return Check("sandbox", "bad" if settings.sandbox == "require" else "warning", seen, hint)


def open_files(settings: Settings) -> Check:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_streams + FILES_BESIDE_STREAMS
    if limit != resource.RLIM_INFINITY and limit < needed:
        hint = f"{settings.max_streams} streams need {needed}: ulimit -n {needed}, or lower VIDEOGEN_MAX_STREAMS."
        return Check("open files", "warning", f"{limit} may be open", hint)
    return Check("open files", "good", "no limit" if limit == resource.RLIM_INFINITY else f"{limit} may be open")


def memory(settings: Settings) -> Check:
    cores = f"{os.cpu_count()} cores"
    meminfo = Path("/proc/meminfo")
    if not meminfo.exists():
        return Check("machine", "good", cores)
    available = next(int(line.split()[1]) * 1024 for line in meminfo.read_text().splitlines() if line.startswith("MemAvailable:"))
    seen = f"{cores}, {available / GIB:.1f} GiB of memory available"
    if available < settings.memory_limit_mb * MIB / 4:
        return Check("machine", "warning", seen, "Long videos at full height may not fit: lower VIDEOGEN_RENDER_PROCESSES.")
    return Check("machine", "good", seen)


def file_system(data: Path) -> Check:
    """Check the kind of file system of the data directory, which need not exist yet."""
    mounts = Path("/proc/self/mounts")
    path = data.resolve()
    if not mounts.exists():
        return Check("file system", "good", f"{path}, of unknown kind")
    kinds = {Path(point.replace(r"\040", " ")): kind for _, point, kind, *_ in map(str.split, mounts.read_text().splitlines())}
    kind = next((kinds[parent] for parent in (path, *path.parents) if parent in kinds), "unknown")
    if kind in NETWORK_FILE_SYSTEMS:
        hint = "SQLite's locks do not work reliably over a network: set VIDEOGEN_DATA to a local directory."
        return Check("file system", "bad" if kind.startswith(("nfs", "cifs", "smb")) else "warning", f"{path} on {kind}", hint)
    return Check("file system", "good", f"{path} on {kind}")


def free_space(settings: Settings) -> Check:
    """Check the free space, and suggest to remove old videos by themselves before it runs out."""
    if low := disk_space.shortage(settings):
        return Check("free space", "bad", low.detail, low.hint)
    free = disk_space.free_bytes(settings.data)
    seen = f"{free / GIB:.1f} GiB"
    if free < SCARCE * settings.disk_free_min_bytes and settings.retention_days is None and settings.retention_count is None:
        hint = f"Old videos stay until they are deleted: set {RETENTION}. What that would remove: app.py prune --dry-run --days 30"
        return Check("free space", "warning", seen, hint)
    return Check("free space", "good", seen)


def uploads(settings: Settings) -> Check:
    """Check how much of the quota the uploaded files take."""
    quota = settings.upload_quota_bytes
    try:
        kept = blob_store.kept_bytes(open_storage(settings))
    except VideogenError as error:
        return Check("uploads", "bad", error.detail, error.hint)
    seen = f"{kept / GIB:.1f} of {quota / GIB:.1f} GiB"
    if kept > NEARLY * quota:
        hint = f"Soon no file can be uploaded: delete tasks, set {RETENTION}, or raise VIDEOGEN_UPLOAD_QUOTA_BYTES."
        return Check("uploads", "warning", seen, hint)
    return Check("uploads", "good", seen)
