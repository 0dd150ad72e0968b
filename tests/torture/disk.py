"""A disk of its own for the application's data (ext4 on a loop device), which can fill up, hang, turn read-only, die or lose its power.

It takes root on Linux. The mount is to be made in a mount namespace of its own, so that it ends with the process: `in_own_namespace`.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

MIB = 1024 * 1024
BYTES = 1536 * MIB
NAMESPACE = "TORTURE_MOUNTS"
# _IOR('X', 125, __u32) of linux/fs/ext4: the file system answers everything with EIO from then on.
EXT4_IOC_SHUTDOWN = 0x8004587D
FLUSH_EVERYTHING, FLUSH_NOTHING = 0, 2
UNMOUNT_S = 30.0


def in_own_namespace() -> bool:
    """Go on in a mount namespace of its own; returns False where that is not possible, and does not return if it has to begin anew."""
    if os.environ.get(NAMESPACE):
        return True
    probe = subprocess.run(["unshare", "--mount", "sh", "-c", "mkfs.ext4 -V && losetup --find"], capture_output=True, check=False)
    if os.geteuid() != 0 or probe.returncode != 0:
        return False
    os.environ[NAMESPACE] = "own"
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", "tests.torture", *sys.argv[1:]])


class Disk:
    """The disk, mounted at `place`."""

    def __init__(self, directory: Path) -> None:
        self.place = directory / "disk"
        self.place.mkdir()
        self._image = directory / "disk.img"
        with self._image.open("wb") as image:
            image.truncate(BYTES)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(self._image))
        self._mount()

    def fill(self) -> None:
        """Take all the space that is left."""
        with (self.place / "filling").open("ab", buffering=0) as file:
            for block in (MIB, 4096, 1):
                try:
                    while True:
                        file.write(bytes(block))
                except OSError:
                    continue

    def empty(self) -> None:
        (self.place / "filling").unlink()

    def hang(self, seconds: float) -> None:
        """Let everything that writes wait for so long. Another process does it: this one may write, too, and would wait for itself."""
        _run("sh", "-c", 'fsfreeze -f "$1" && sleep "$2"; fsfreeze -u "$1"', "sh", str(self.place), str(seconds))

    def turn_read_only(self) -> None:
        """Answer every write with EROFS, as the kernel does after an error of the disk."""
        _run("mount", "-o", "remount,abort", str(self.place))

    def die(self, flush: int = FLUSH_EVERYTHING) -> None:
        """Answer everything with EIO. With `FLUSH_NOTHING` all that was not synchronised is lost, as by a loss of power."""
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", flush))
        finally:
            os.close(descriptor)

    def repair(self) -> None:
        """Mount it again, with a new journal; nobody may have a file of it open."""
        self._unmount()
        _run("e2fsck", "-p", "-f", str(self._image), accepted=(0, 1))
        self._mount()

    def close(self) -> None:
        self._unmount()
        self._image.unlink()

    def _mount(self) -> None:
        _run("mount", "-o", "loop,errors=remount-ro", str(self._image), str(self.place))

    def _unmount(self) -> None:
        deadline = time.monotonic() + UNMOUNT_S
        while subprocess.run(["umount", str(self.place)], capture_output=True, check=False).returncode:
            assert time.monotonic() < deadline, f"somebody still has files of {self.place} open"
            time.sleep(0.1)


def _run(*command: str, accepted: tuple[int, ...] = (0,)) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode in accepted, f"{command[0]} ended with {ran.returncode}: {ran.stderr}"
