"""Limits what files, ports and processes this process reaches, by Landlock (Linux 5.19 and newer). Three system calls, by ctypes.

The rules hold for the calling thread and for all that it starts, for good; they need no privilege. What no rule names is refused. The
structures and flags are those of <linux/landlock.h>; https://docs.kernel.org/userspace-api/landlock.html describes them.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""The numbers of the system calls, the same on every architecture."""
VERSION_FLAG = 1
PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38
OLDEST_ABI = 2
"""The first version that lets files be renamed from one directory into another."""

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(13, 16))

READ = READ_FILE | READ_DIR
RUN = READ | EXECUTE
USE = READ_FILE | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER
"""Read and write files whose names are known. No links to elsewhere, no devices, no sockets."""
WRITE = USE | READ_DIR
DEVICE = READ_FILE | WRITE_FILE

_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
"""A rule for a file may name these alone."""
_HANDLED = {2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""The rights that each version of the interface knows."""
_ANY_TCP = 0b11
_SCOPED = 0b11
"""Abstract Unix sockets, and signals."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi() -> int:
    """Return the version of the interface that the running system has, 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(libc().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION_FLAG)))


def restrict(rules: Iterable[tuple[Path, int]], *, network: bool) -> int:
    """Allow this thread what the rules (a path, and the rights to it and all below) allow, and no more. Return the version in force.

    A path that does not exist is left out. Without `network` no TCP port may be bound or connected to (from version 4 on); signals reach
    only processes under the same rules (from version 6 on). Raises OSError where the system has no Landlock, or one too old.
    """
    version = abi()
    if version < OLDEST_ABI:
        raise OSError(f"Landlock is not to be had (version {version})")
    library = libc()
    handled = _HANDLED[min(version, max(_HANDLED))]
    asked = _Ruleset(handled, 0 if network or version < 4 else _ANY_TCP, _SCOPED if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = checked(library.syscall(CREATE_RULESET, ctypes.byref(asked), ctypes.c_size_t(size), 0))
    try:
        for path, rights in rules:
            _allow(library, ruleset, path, rights & handled)
        checked(library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        checked(library.syscall(RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return version


def _allow(library: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # it is not there, or this user cannot reach it anyway
        return
    try:
        if not path.is_dir():
            rights &= _OF_FILES
        rule = _PathBeneath(rights, descriptor)
        checked(library.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(descriptor)


def checked(result: int) -> int:
    """Return what a system call returned. Raises OSError for what it failed with."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


@cache
def libc() -> ctypes.CDLL:
    """Return the C library, whose calls set the error number that ctypes keeps."""
    return ctypes.CDLL(None, use_errno=True)
