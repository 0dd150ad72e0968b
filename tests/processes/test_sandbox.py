"""What a confined process cannot do, tried in a real one, on whatever this machine has; and what it still can."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.confined_process import confined, errors, tried
from videogen.errors.rendering import SandboxUnavailable
from videogen.media import svg
from videogen.processes import landlock, sandbox, seccomp
from videogen.processes.sandbox import Limits, Policy

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these mechanisms")
needs_landlock = pytest.mark.skipif(landlock.abi() < landlock.OLDEST_ABI, reason="this kernel has no Landlock")
MIB = 1024**2


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with secrets, another task's files, and one's own."""
    for name in ("videogen.db", "session-secret", "work/other/out/video.mp4", "assets/ab/theirs", "assets/cd/mine", "tmp/theirs"):
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("content")
    return tmp_path / "data"


def policy(data: Path) -> Policy:
    return Policy(read=(data / "assets/cd/mine",), use=(data / "cache",), private=data / "work" / "own")


def test_no_socket_opens_and_no_address_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        results = confined(
            tried(
                lambda: socket.create_connection(address, timeout=5),
                lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", address),
                lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM).connect(("::1", address[1])),
                lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
            )
        )
    assert all(isinstance(result, OSError) for result in results), results


@linux
def test_a_voice_that_needs_the_network_keeps_it_and_loses_all_else(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        results = confined(
            tried(
                lambda: socket.create_connection(address, timeout=5).close(),
                lambda: (data / "videogen.db").read_text(),
                lambda: os.setsid(),
            ),
            Policy(network=True),
            data=data,
        )
    assert errors(results) == ["None", "PermissionError", "PermissionError"]


@needs_landlock
def test_only_what_the_policy_names_is_read(data: Path) -> None:
    results = confined(
        tried(
            lambda: (data / "assets/cd/mine").read_text(),
            lambda: (data / "videogen.db").read_text(),
            lambda: (data / "session-secret").read_text(),
            lambda: (data / "work/other/out/video.mp4").read_text(),
            lambda: (data / "assets/ab/theirs").read_text(),
            lambda: (data / "tmp/theirs").read_text(),
            lambda: list(data.iterdir()),
            lambda: Path("/etc/shadow").read_text(),
            lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
            lambda: Path(f"/proc/{os.getppid()}/mem").read_bytes(),
        ),
        policy(data),
        data=data,
    )
    assert errors(results) == ["'content'", *["PermissionError"] * 9]


@needs_landlock
def test_a_data_directory_within_the_programs_own_directories_is_closed_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text("code")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "videogen.db").write_text("content")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    sandbox._programs.cache_clear()
    try:
        results = confined(
            tried(lambda: (tmp_path / "package" / "module.py").read_text(), lambda: (tmp_path / "data" / "videogen.db").read_text()),
            data=tmp_path / "data",
        )
    finally:
        sandbox._programs.cache_clear()
    assert errors(results) == ["'code'", "PermissionError"]


@needs_landlock
def test_only_the_private_directory_and_the_cache_are_written(data: Path, tmp_path: Path) -> None:
    own = data / "work" / "own"
    results = confined(
        tried(
            lambda: (own / "made").write_text("x"),
            lambda: os.link(own / "made", data / "cache" / "kept"),
            lambda: os.link(data / "cache" / "kept", own / "again"),
            lambda: (data / "assets/cd/mine").write_text("x"),
            lambda: (data / "videogen.db").write_text("x"),
            lambda: (data / "videogen.db").unlink(),
            lambda: os.truncate(data / "videogen.db", 0),
            lambda: (data / "videogen.db").chmod(0),
            lambda: (tmp_path / "new").write_text("x"),
            lambda: list((data / "cache").iterdir()),
            lambda: (own / "video.mp4").symlink_to(data / "videogen.db"),
            lambda: os.link(data / "videogen.db", own / "video.mp4"),
            lambda: os.mkfifo(own / "fifo"),
        ),
        policy(data),
        data=data,
    )
    assert errors(results[:3]) == ["1", "None", "None"]
    assert all(isinstance(result, OSError) for result in results[3:]), results
    assert (data / "videogen.db").read_text() == "content"


@linux
@pytest.mark.parametrize("user", [None, 12_345])
def test_a_thousand_processes_are_not_forked(user: int | None) -> None:
    if user and os.geteuid():
        pytest.skip("only root can become another user")

    def fork() -> int:
        children = []
        try:
            for _ in range(1000):
                if (child := os.fork()) == 0:
                    time.sleep(60)
                    os._exit(0)
                children.append(child)
        except BlockingIOError:
            pass
        for child in children:
            os.kill(child, signal.SIGKILL)
        return len(children)

    forked = confined(fork, limits=Limits(processes=300), user=user)
    assert 0 < forked < 1000
    if not os.geteuid() and user is None:  # a user of its own
        assert forked <= 300
    # Elsewhere, without user namespaces, others of the user's processes count: those of tests that run meanwhile come and go.


def test_a_file_does_not_grow_beyond_its_limit(data: Path) -> None:
    def write() -> object:
        with (data / "work" / "own" / "large").open("wb") as file:
            file.truncate(20 * 1024 * MIB)
        return file

    def append() -> object:
        with (data / "work" / "own" / "large").open("wb", buffering=0) as file:
            while file.write(bytes(MIB)):
                pass
        return (data / "work" / "own" / "large").stat().st_size

    results = confined(tried(write, append), policy(data), Limits(file_bytes=16 * MIB), data=data)
    assert errors(results) == ["OSError", "OSError"]
    assert (data / "work" / "own" / "large").stat().st_size <= 16 * MIB


@linux
def test_memory_and_processor_are_limited() -> None:
    limits = Limits(memory_bytes=512 * MIB, cpu_s=77)
    results = confined(tried(lambda: len(bytearray(1024 * MIB)), lambda: resource.getrlimit(resource.RLIMIT_CPU)[0]), limits=limits)
    assert errors(results) == ["MemoryError", "77"]


@linux
def test_other_processes_are_out_of_reach() -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        results = confined(
            tried(
                lambda: os.setsid(),
                lambda: os.setpgid(0, 0),
                lambda: resource.prlimit(other.pid, resource.RLIMIT_NOFILE, (1, 1)),
                lambda: landlock.checked(landlock.libc().unshare(sandbox.NEW_USER)),
                lambda: landlock.checked(landlock.libc().ptrace(16, other.pid, 0, 0)),
                *([lambda: os.kill(other.pid, signal.SIGKILL)] if landlock.abi() >= 6 or not os.geteuid() else []),
            )
        )
        assert other.poll() is None
        other.kill()
    assert all(isinstance(result, PermissionError) for result in results), results


@linux
def test_capabilities_are_given_up_and_cannot_come_back() -> None:
    def status() -> dict[str, str]:
        lines = Path("/proc/self/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    confinement = confined(status)
    dac_override = f"{(1 << sandbox.CAP_DAC_OVERRIDE) * (not os.geteuid()):016x}"
    # Only root can lower the bound of what may be gained; to nobody else, without new privileges, it gives nothing.
    names = ("CapPrm", "CapEff", "CapBnd") if not os.geteuid() else ("CapPrm", "CapEff")
    assert {confinement[name] for name in names} == {dac_override}
    assert confinement["NoNewPrivs"] == "1"
    assert os.geteuid() or "0" not in confinement["Uid"].split()[:3]
    assert confinement["Uid"].split()[3] == str(os.geteuid()), "files are no longer those of the user that the server runs as"


@linux
def test_an_environment_passes_on_what_is_needed_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIDEOGEN_TOKEN", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL", "GITHUB_TOKEN", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    environment = sandbox.environment({"TMPDIR": "/there"})
    assert "secret" not in environment.values()
    assert environment["LC_ALL"] == "C.UTF-8"
    assert environment["TMPDIR"] == "/there"
    assert environment["PATH"] == os.environ["PATH"]
    assert sandbox.environment(network=True)["HTTPS_PROXY"] == "secret"


def test_programs_still_run_and_drawings_are_still_drawn(data: Path) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3" fill="#ff0000"/></svg>'
    results = confined(
        tried(
            lambda: subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True, check=True).stdout,
            lambda: subprocess.run([shutil.which("sh") or "sh", "-c", "echo out"], capture_output=True, text=True, check=True).stdout,
            lambda: svg.draw(drawing)[1, 1].tolist(),
        ),
        policy(data),
        data=data,
    )
    assert errors(results) == ["'42\\n'", "'out\\n'", "[255, 0, 0, 255]"]


def test_programs_it_starts_use_its_private_files(data: Path) -> None:
    """A renderer starts ffmpeg and voices; they read what it wrote for them, whoever owns the data directory."""
    private = data / "work" / "own"
    private.mkdir(mode=0o700)
    (private / "sound").write_text("sound")
    (private / "sound").chmod(0o600)
    copied = [sys.executable, "-c", f"import shutil; shutil.copyfile({str(private / 'sound')!r}, {str(private / 'copy')!r})"]
    done = confined(lambda: subprocess.run(copied, capture_output=True, text=True), policy(data), data=data)
    assert (done.returncode, done.stderr) == (0, "")
    assert (private / "copy").read_text() == "sound"


def test_off_confines_nothing(data: Path) -> None:
    assert confined(lambda: (data / "videogen.db").read_text(), policy(data), Limits(mode="off"), data=data) == "content"


def test_auto_goes_on_without_a_mechanism_and_require_refuses(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    assert confined(lambda: "went on", policy(data), Limits(mode="auto"), data=data) == "went on"
    refused = confined(lambda: "went on", policy(data), Limits(mode="require"), data=data)
    assert isinstance(refused, SandboxUnavailable)
    assert "files" in refused.detail


def test_without_namespaces_the_filter_still_refuses_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    if not seccomp.available():
        pytest.skip("this machine has no filter")

    def not_allowed(network: bool) -> bool:
        raise PermissionError(1, "user namespaces are not allowed")

    monkeypatch.setattr(sandbox, "_new_namespaces", not_allowed)
    assert isinstance(confined(socket.socket, limits=Limits(mode="require" if landlock.abi() >= 2 else "auto")), PermissionError)


def test_the_probe_says_what_holds_here() -> None:
    confinement = sandbox.probe(Limits())
    assert confinement.landlock == (landlock.abi() if landlock.abi() >= landlock.OLDEST_ABI else 0)
    assert confinement.seccomp == seccomp.available()
    assert sandbox.probe(Limits(mode="off")).missing == ("VIDEOGEN_SANDBOX is off.",)
