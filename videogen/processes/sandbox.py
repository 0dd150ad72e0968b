"""Confines a process that reads a stranger's bytes: network, files, privileges, processes and what it may use of the machine.

`enter` is called in a process that was just forked, with one thread, before it looks at what it was asked. All that it starts is confined
as well, and nothing can be taken back. Each mechanism is used where the system has it, and one that is missing stops nothing unless the
mode is `require`; `Confinement` says which hold. docs/security.md says against whom they stand, and against whom they do not.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from videogen import ROOT
from videogen.errors.rendering import SandboxUnavailable
from videogen.processes import landlock, seccomp

PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 4, 24, 28, 47
NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT_RAISE = 2
CAPSET, CAPABILITY_VERSION = {"x86_64": 126, "aarch64": 91}, 0x20080522
CAP_DAC_OVERRIDE, LAST_CAPABILITY = 1, 63
NEW_USER, NEW_NETWORK, NEW_IPC = 0x10000000, 0x40000000, 0x08000000
FIRST_USER, USERS = 60_700, 480
"""User ids that neither Debian nor systemd gives to anybody; those who run as root take one of them for each confined process."""
COUNTS_BY_NAMESPACE = (5, 14)
"""Since this Linux a user's processes are counted in each user namespace by themselves."""
GIB = 1024**3

PASSED_ON = frozenset(
    [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "VIRTUAL_ENV",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "MPLCONFIGDIR",
        "ORT_DISABLE_TELEMETRY",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH",
        "ESPEAK_DATA_PATH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MALLOC_ARENA_MAX",
        "IMAGEIO_FFMPEG_EXE",
    ]
)
PASSED_ON_BEGINNINGS = ("LC_", "PYTHON", "COVERAGE_", "COV_CORE_")
PROXIES = frozenset(name for one in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY") for name in (one, one.lower()))

# What programs need of the system, for reading and running. What is not there is left out.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/opt/homebrew", "/home/linuxbrew", "/snap/core")
CONFIGURATION = [
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "timezone",
    "locale.conf",
    "mime.types",
    "nsswitch.conf",
    "passwd",
    "group",
    "fonts",
    "alternatives",
    "os-release",
    "lsb-release",
    "debian_version",
    "gai.conf",
    "ImageMagick-6",
    "ImageMagick-7",
    "libreoffice",
]
OF_NETWORK = ["resolv.conf", "hosts", "host.conf", "services", "protocols", "ssl", "ca-certificates", "pki", "crypto-policies"]
MACHINE = ("/proc", "/sys/devices/system", "/sys/fs/cgroup", "/var/cache/fontconfig", "/var/spool/libreoffice", "/var/lib/libreoffice")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full")
RANDOM = ("/dev/random", "/dev/urandom")
OF_CHECKOUT = ("videogen", "models", "examples", "static", "templates", "pyproject.toml")


@dataclass(frozen=True)
class Limits:
    """What confined processes may use, and whether they are confined: `mode` is auto, require or off.

    `file_bytes` is the largest file, `processes` the most processes and threads, `cpu_s` the seconds of processor of one process, and
    `memory_bytes` what may be mapped beyond what is mapped at the begin. 0 stands for no limit.
    """

    mode: str = "auto"
    file_bytes: int = 8 * GIB
    processes: int = 512
    cpu_s: int = 6 * 3600
    memory_bytes: int = 0


@dataclass(frozen=True)
class Policy:
    """What a confined process may reach beyond the system, Python and this program.

    `read` may be read, `write` also written and listed; of `use` files may be read and written by who knows their names. `private` is a
    directory of the process's own, which also takes its temporary files. `network` is for voices that are spoken elsewhere.
    """

    read: Sequence[Path] = ()
    write: Sequence[Path] = ()
    use: Sequence[Path] = ()
    private: Path | None = None
    network: bool = False


@dataclass(frozen=True)
class Confinement:
    """Which mechanisms hold in this process; an empty text or 0 where none does."""

    network: tuple[str, ...] = ()
    landlock: int = 0
    seccomp: bool = False
    user: str = ""
    processes: str = ""
    missing: tuple[str, ...] = field(default=())
    """Why a mechanism does not hold, a sentence each."""


def environment(more: Mapping[str, str] | None = None, *, network: bool = False) -> dict[str, str]:
    """Return the environment of a process that is to be confined: what is known to be harmless and needed, and `more`.

    Settings, tokens, keys and whatever else the owner was started with stay with the owner; addresses of proxies, which may hold a
    password, go only to who speaks over the `network`.
    """
    passed = {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name.startswith(PASSED_ON_BEGINNINGS) or (network and name in PROXIES)
    }
    return passed | dict(more or {})


def enter(policy: Policy, limits: Limits, *, protected: Sequence[Path] = ()) -> Confinement:
    """Confine this process, which has one thread, for good. Directories of the policy that are missing are made.

    Nothing below `protected` (the data directory) is reached but for what the policy names, also where it lies within the program's own
    directories. Raises SandboxUnavailable in the mode `require` when network or files stay open.
    """
    confinement = isolate(policy.network, limits)
    return restrict_files(policy, limits, confinement, protected=protected)


def isolate(network: bool, limits: Limits) -> Confinement:
    """Do the first half of `enter`, which does not depend on the policy's files."""
    if limits.mode == "off":
        return Confinement(missing=("VIDEOGEN_SANDBOX is off.",))
    unavailable: list[str] = []
    missing: list[str] = []
    alone = False
    if sys.platform == "linux":
        try:
            alone = _new_namespaces(network)
            unavailable += [] if network else ["network namespace"]
        except OSError as error:
            missing.append(f"No namespaces: {error.strerror}.")
    user, changed = _drop_privileges(missing) if sys.platform == "linux" else ("", False)
    alone = alone or changed
    _limit(limits, alone)
    filtered = False
    try:
        seccomp.refuse(sockets=network)
        filtered = True
        unavailable += [] if network else ["seccomp"]
    except OSError as error:
        missing.append(f"No seccomp: {error.strerror}.")
    return Confinement(tuple(unavailable), 0, filtered, user, "counted alone" if alone else "counted with the user's", tuple(missing))


def restrict_files(policy: Policy, limits: Limits, confinement: Confinement, *, protected: Sequence[Path] = ()) -> Confinement:
    """Do the second half of `enter`, in a process that is isolated."""
    for directory in (*policy.write, *policy.use, *([policy.private] if policy.private else [])):
        directory.mkdir(parents=True, exist_ok=True)
    if policy.private:
        os.environ["TMPDIR"] = str(policy.private)
        tempfile.tempdir = None  # found out anew
    if limits.mode == "off":
        return confinement
    version, missing, network = 0, confinement.missing, confinement.network
    try:
        version = landlock.restrict(_rules(policy, [path.resolve() for path in protected]), network=policy.network)
        network += () if policy.network or version < 4 else ("Landlock",)
    except OSError as error:
        missing += (f"No Landlock: {error.strerror or error}.",)
    confinement = replace(confinement, network=network, landlock=version, missing=missing)
    if limits.mode == "require":
        lacking = ["the network"] * (not policy.network and not {"network namespace", "seccomp"} & set(network)) + ["files"] * (not version)
        if lacking:
            raise SandboxUnavailable(f"Renderers cannot be kept from {' and '.join(lacking)} on this machine. {' '.join(missing)}")
    return confinement


def probe(limits: Limits) -> Confinement:
    """Return what holds on this machine, found out by a process that confines itself and ends."""
    receiving, sending = os.pipe()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            os.close(receiving)
            confinement = enter(Policy(), replace(limits, mode="auto" if limits.mode == "require" else limits.mode))
            os.write(sending, json.dumps(asdict(confinement)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(sending)
    with os.fdopen(receiving, "rb") as reader:
        answer = reader.read()
    os.waitpid(pid, 0)
    values: dict[str, Any] = json.loads(answer or b'{"missing": ["The attempt ended without an answer."]}')
    return Confinement(**values | {name: tuple(values[name]) for name in ("network", "missing") if name in values})


def _new_namespaces(network: bool) -> bool:
    """Leave the network and the System V objects of the machine. Return whether the user's processes are counted anew from here.

    Who is not root becomes the only user of a namespace, and stays himself. Raises OSError where the system does not allow it.
    """
    user, group = os.geteuid(), os.getegid()
    libc = landlock.libc()
    flags = (0 if network else NEW_NETWORK) | NEW_IPC
    if user and libc.unshare(NEW_USER | flags) == 0:
        libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # else its own files in /proc belong to root
        for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            Path("/proc/self", name).write_text(line)
        return tuple(map(int, os.uname().release.split("-")[0].split(".")[:2])) >= COUNTS_BY_NAMESPACE
    if user:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed")
    landlock.checked(libc.unshare(flags))
    return False


def _drop_privileges(missing: list[str]) -> tuple[str, bool]:
    """Give up capabilities, and for root its user. Return who the process is, in words, and whether it became another user.

    Files stay root's: the user for files (fsuid) is kept, with the capability to use files whatever their mode, so that a data directory
    that root has filled works as before. Which files those are is for Landlock to say. Everything else (signals, limits, memory of other
    processes) goes by the new user.
    """
    libc = landlock.libc()
    root = not os.geteuid()
    capabilities, who, alone = (1 << CAP_DAC_OVERRIDE) * root, "as it was started, without capabilities", False
    if root:
        # Otherwise access(2), which goes by the real user, would say that its own files are not writable.
        libc.prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0)
    for capability in range(LAST_CAPABILITY + 1):
        if not capabilities >> capability & 1:
            libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if root:
        number = FIRST_USER + os.getpid() % USERS
        try:
            # Its own group is among them: an exec whose group is not one of the process's drops the ambient capability (Linux 6.16 on).
            os.setgroups([number])
            os.setresgid(number, number, number)
            os.setresuid(number, number, number)
            libc.setfsgid(0)
            libc.setfsuid(0)
            alone, who = True, f"user {number}, for files root"
        except OSError as error:
            missing.append(f"Root cannot become another user: {error.strerror}.")
    try:
        _keep_capabilities(libc, capabilities, inheritable=capabilities)
    except OSError as error:
        missing.append(f"Capabilities cannot be given up: {error.strerror}.")
    if capabilities:  # for the programs it starts
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # its owner measures its memory; another user's processes cannot look into it anyway
    return who, alone


def _keep_capabilities(libc: ctypes.CDLL, capabilities: int, *, inheritable: int) -> None:
    """Give up all capabilities but those in the mask.

    As <linux/capability.h> has them: the lower words of effective, permitted and inheritable, then the upper ones.
    """
    number = CAPSET.get(os.uname().machine)
    if number is not None:
        landlock.checked(
            libc.syscall(
                number, (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)(capabilities, capabilities, inheritable)
            )
        )


def _limit(limits: Limits, counted_alone: bool) -> None:
    """Limit the size of files, processes, processor and address space; no core dumps, which would lie on the disk."""
    _at_most(resource.RLIMIT_CORE, 0)
    if limits.file_bytes:
        _at_most(resource.RLIMIT_FSIZE, limits.file_bytes)
    if limits.cpu_s:
        _at_most(resource.RLIMIT_CPU, limits.cpu_s)
    if limits.processes:
        _at_most(resource.RLIMIT_NPROC, limits.processes + (0 if counted_alone else _threads_of(os.getuid())))
    if limits.memory_bytes and sys.platform == "linux":
        maps = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        _at_most(resource.RLIMIT_AS, maps + limits.memory_bytes)


def _at_most(what: int, most: int) -> None:
    """Lower a limit of this process. Ignore it where the system does not know it."""
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _threads_of(user: int) -> int:
    """Return how many processes and threads a user has: the limit counts them all, also those of other programs."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == user:
                count += len(list((process / "task").iterdir()))
    return count


def _rules(policy: Policy, protected: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    """Yield Landlock's rules: paths, and the rights to them."""
    for readable in _programs():
        yield from _outside(readable, landlock.RUN, protected)
    for readable in _configuration(policy.network):
        yield readable, landlock.READ
    yield Path("/sys/bus/pci"), landlock.READ_DIR  # onnxruntime looks whether there are graphics cards
    for name in DEVICES:
        yield Path(name), landlock.DEVICE
    for path in policy.read:
        yield path, landlock.READ
    for path in policy.use:
        yield path, landlock.USE
    for path in (*policy.write, *([policy.private] if policy.private else [])):
        yield path, landlock.WRITE


@cache
def _programs() -> tuple[Path, ...]:
    """Return the paths of the system's programs, of Python and its packages, and of this program's own files.

    The program's directory as a whole, and the one it was started in, are left out: the data directory may be there, and anything else.
    """
    paths = {*map(Path, SYSTEM), Path(sys.executable)}
    paths |= {Path(entry) for entry in (sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *sys.path) if entry}
    paths |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    paths = {path.resolve() for path in paths} - {ROOT, Path.cwd()}
    paths |= {ROOT / name for name in OF_CHECKOUT} | {Path(__file__).resolve().parents[1]}
    return tuple(sorted(path for path in paths if path.exists() and not set(path.parents) & paths))


@cache
def _configuration(network: bool) -> tuple[Path, ...]:
    """Return what of the system's configuration and state may be read. resolv.conf and the like are often links."""
    paths = [Path("/etc", name) for name in (*CONFIGURATION, *(OF_NETWORK if network else ()))]
    paths += [path.resolve() for path in paths if path.is_symlink()]
    return (*paths, *map(Path, (*MACHINE, *RANDOM)))


def _outside(path: Path, rights: int, protected: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    """Yield a rule for a place; where something protected lies below it, rules for all that is beside that."""
    if any(path.is_relative_to(one) for one in protected):
        return
    if any(one.is_relative_to(path) for one in protected):
        with contextlib.suppress(OSError):
            for below in path.iterdir():
                if not below.is_symlink():
                    yield from _outside(below, rights, protected)
        return
    yield path, rights


def prepare() -> None:
    """Find out in advance what `enter` needs to know of this machine: forked processes then start in milliseconds."""
    landlock.libc()
    _programs()
    _configuration(False)
    seccomp.available()
