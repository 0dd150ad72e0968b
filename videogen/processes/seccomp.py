"""Refuses system calls that drawing and speaking never need, by a seccomp filter. Small enough to need no library.

The filter is a list of what is refused, not of what is allowed: a list of what libraries may call would break with each new one. It refuses
sockets, what other processes' memory, keys and mounts are reached by, new namespaces, leaving the process group, changes of owner and mode
by path, and the newer interfaces through which kernels are attacked. It holds for all that the process starts, for good.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
PR_SET_NO_NEW_PRIVS = 38
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
"""BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JSET|BPF_K, BPF_RET|BPF_K of <linux/bpf_common.h>."""
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
"""Offsets in struct seccomp_data. Arguments are 64 bits each, the lower half first on both architectures."""
X32 = 0x40000000
NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET."""
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
"""Put characters into a terminal as if they were typed."""

# Name: the number on x86-64, and on aarch64; None where the architecture has no such call.
Numbers = Mapping[str, tuple[int | None, int | None]]
SOCKET = (41, 198)
CLONE, CLONE3 = (56, 220), (435, 435)
IOCTL = (16, 29)
PRLIMIT = (302, 261)
REFUSED: Numbers = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # keys, and files by handles
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "open_by_handle_at": (304, 265),
    # mounts and namespaces
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    # the machine
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    # interfaces with a long history of holes
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # owner, mode and attributes by path: Landlock has no say in them
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
}


@dataclass(frozen=True)
class Architecture:
    """`audit` is its AUDIT_ARCH constant, `column` its place in the tables above."""

    audit: int
    column: int


ARCHITECTURES = {"x86_64": Architecture(0xC000003E, 0), "aarch64": Architecture(0xC00000B7, 1)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def available() -> bool:
    """Return whether there is a filter for this machine, and the system takes filters."""
    status = Path("/proc/self/status")
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES or sys.maxsize < 2**32 or not status.exists():
        return False
    with status.open("rb") as lines:
        return any(line.startswith(b"Seccomp:") for line in lines)


def refuse(*, sockets: bool) -> None:
    """Have the kernel refuse the calls above to this thread and all that it starts: they fail with EPERM. `sockets` may be opened or not.

    Raises OSError where the system has no filters, or this module none for the machine.
    """
    if not available():
        raise OSError(errno.ENOSYS, "no seccomp filter for this machine")
    libc = ctypes.CDLL(None, use_errno=True)
    code = b"".join(program(ARCHITECTURES[platform.machine()], sockets=sockets))
    instructions = ctypes.create_string_buffer(code, len(code))
    asked = _Program(len(code) // 8, ctypes.cast(instructions, ctypes.c_void_p))
    for arguments in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(asked), 0, 0)):
        if libc.prctl(*arguments):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def program(architecture: Architecture, *, sockets: bool) -> Sequence[bytes]:
    """Return the filter's instructions, 8 bytes each."""
    column = architecture.column
    refused = [numbers[column] for numbers in REFUSED.values()]
    if not sockets:
        refused.append(SOCKET[column])
    eperm, enosys = _return(ERRNO | errno.EPERM), _return(ERRNO | errno.ENOSYS)
    code = [_at(ARCHITECTURE_AT), _if(EQUAL, architecture.audit, skip_unless=0, skip=1), eperm, _at(NUMBER_AT)]
    if architecture.column == 0:  # the same calls under other numbers
        code += [_if(ANY_BIT, X32, skip_unless=1), eperm]
    for number in refused:
        if number is not None:
            code += [_if(EQUAL, number, skip_unless=1), eperm]
    # Its flags lie in memory, where a filter cannot look; libraries then use clone.
    code += [_if(EQUAL, CLONE3[column], skip_unless=1), enosys]
    code += [_if(EQUAL, CLONE[column], skip_unless=3), _at(ARGUMENTS_AT), _if(ANY_BIT, NAMESPACES, skip_unless=1), eperm, _at(NUMBER_AT)]
    code += [_if(EQUAL, IOCTL[column], skip_unless=4), _at(ARGUMENTS_AT + 8)]
    code += [_if(EQUAL, TIOCSTI, skip_unless=0, skip=1), _if(EQUAL, TIOCLINUX, skip_unless=1), eperm, _at(NUMBER_AT)]
    # Limits of another process: its number is the first argument, 0 for one's own.
    code += [_if(EQUAL, PRLIMIT[column], skip_unless=3), _at(ARGUMENTS_AT), _if(EQUAL, 0, skip_unless=0, skip=1), eperm]
    return [*code, _return(ALLOW)]


def _at(offset: int) -> bytes:
    return struct.pack("<HBBI", LOAD, 0, 0, offset)


def _if(kind: int, value: int, *, skip_unless: int, skip: int = 0) -> bytes:
    """Jump over `skip` instructions when the loaded value equals (or has a bit of) `value`, else over `skip_unless`."""
    return struct.pack("<HBBI", kind, skip, skip_unless, value)


def _return(what: int) -> bytes:
    return struct.pack("<HBBI", RETURN, 0, 0, what)
