"""The wheel is the whole program: installed where there is no checkout, it serves every page and makes a video from any directory."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.packaging.lock import ROOT
from videogen import __version__

pytestmark = pytest.mark.slow

# What is no part of a source tree: environments, results of runs, the history.
PASSED_OVER = shutil.ignore_patterns(".git", ".venv", "data", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis")
SCRIPT = "---\nvoice: none\nheight: 240\nfps: 24\n---\n# From a wheel\n\nOne sentence.\n"
# Modules of the standard library and of ours, by whose names a directory may well hold something else.
IN_THE_WAY = ("queue.py", "random.py", "selectors.py", "app.py", "models/__init__.py", "migrations/__init__.py", "videogen/__init__.py")


def build(kind: str, source: Path, target: Path) -> Path:
    """Build a wheel or an sdist with what the tests have installed already: nothing is downloaded."""
    command = (sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "-o", str(target), str(source))
    ran = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (built,) = target.iterdir()
    return built


class Built(NamedTuple):
    wheel: Path
    from_sdist: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel of the tree, and the one of its sdist. What is built leaves files beside its source: this is a copy."""
    directory = tmp_path_factory.mktemp("built")
    tree = shutil.copytree(ROOT, directory / "tree", ignore=PASSED_OVER)
    wheel = build("wheel", tree, directory / "wheel")
    sdist = build("sdist", tree, directory / "sdist")
    with tarfile.open(sdist) as packed:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.2, that of Debian 12, has none
            packed.extraction_filter = tarfile.data_filter
        packed.extractall(directory / "unpacked")
    (unpacked,) = (directory / "unpacked").iterdir()
    return Built(wheel, build("wheel", unpacked, directory / "again"))


def contents(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as packed:
        return {member.filename: member.CRC for member in packed.infolist()}


class Installation(NamedTuple):
    """An environment with the wheel in it, and a home that is empty."""

    python: Path
    command: Path
    home: Path

    def environment(self) -> dict[str, str]:
        """This process's own, without anything that would lead back to the checkout or to its data."""
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("VIDEOGEN_", "PYTHON", "XDG_"))}
        return variables | {"HOME": str(self.home)}

    def run(self, *words: str, cwd: Path = Path("/")) -> str:
        ran = subprocess.run(
            [self.command, *words], cwd=cwd, env=self.environment(), capture_output=True, text=True, timeout=300, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    directory = tmp_path_factory.mktemp("installed")
    venv.create(directory / "venv", symlinks=True)
    python = directory / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet")
    subprocess.run([*pip, "--no-deps", "--no-index", str(built.wheel)], cwd="/", check=True, timeout=300)
    # The dependencies are those of this process. A line in a .pth adds a directory, and not what the .pth files in that would add.
    (libraries,) = {str(Path(path)) for path in sys.path if path.endswith("site-packages") and path.startswith(sys.prefix)}
    (site,) = (directory / "venv" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(f"{libraries}\n")
    (directory / "home").mkdir()
    return Installation(python, python.with_name("videogen"), directory / "home")


@pytest.fixture(scope="module")
def url(installed: Installation) -> Iterator[str]:
    """A server of the installed command, started in the root directory."""
    command = [installed.command, "serve", "--port", "0"]
    with subprocess.Popen(command, cwd="/", env=installed.environment(), stdout=subprocess.PIPE, text=True) as server:  # type: ignore[arg-type]
        try:
            assert server.stdout is not None
            yield next(match[1] for line in server.stdout if (match := re.search(r"open (http\S+)", line)))
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=60)


def test_wheel_holds_every_file_of_the_folders(built: Built) -> None:
    packed = contents(built.wheel)
    for folder in ("models", "migrations", "templates", "static", "examples"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert files
        assert [str(path) for path in files if f"videogen/_bundled/{path.relative_to(ROOT)}" not in packed] == []
    sources = [path for path in (ROOT / "videogen").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert [str(path) for path in sources if str(path.relative_to(ROOT)) not in packed] == []


def test_wheel_takes_no_name_but_its_own(built: Built) -> None:
    assert {name.partition("/")[0] for name in contents(built.wheel)} == {"videogen", f"videogen-{__version__}.dist-info"}


def test_sdist_builds_the_same_wheel(built: Built) -> None:
    assert contents(built.from_sdist) == contents(built.wheel)


def test_command_knows_its_version_and_its_name(installed: Installation) -> None:
    assert installed.run("--version") == f"videogen {__version__}\n"
    help = installed.run("--help") + installed.run("backup", "--help") + installed.run("tasks", "--help")
    assert "Usage: videogen" in help
    assert "app.py" not in help


def test_every_page_and_static_file_is_served(installed: Installation, url: str) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        for page in ("/", "/tasks", "/status", "/api/docs", "/api/openapi.json", "/api/health", "/api/schema", "/api/voices", "/login"):
            answer = client.get(page)
            assert answer.status_code in (200, 302), (page, answer.text)
            assert "app.py " not in answer.text, page
        for path in sorted(file for file in (ROOT / "static").rglob("*") if file.is_file()):
            assert client.get(f"/static/{path.relative_to(ROOT / 'static')}").content == path.read_bytes(), path
        for path in sorted((ROOT / "examples").glob("*.md")):
            assert client.get("/", params={"example": path.name}).status_code == 200, path
        assert client.get("/api/openapi.json").json()["info"]["version"] == __version__


def test_video_is_made_and_served(installed: Installation, url: str, tmp_path: Path) -> None:
    (tmp_path / "talk.md").write_text(SCRIPT)
    installed.run("submit", str(tmp_path / "talk.md"), "--follow")
    with httpx.Client(base_url=url, timeout=60) as client:
        (made,) = client.get("/api/tasks").json()["tasks"]
        assert made["status"] == "completed"
        video = client.get(f"/api/tasks/{made['id']}/video")
        assert video.content[4:8] == b"ftyp"
        assert client.get(f"/tasks/{made['id']}").status_code == 200


def test_data_is_in_the_users_own_directory(installed: Installation, url: str) -> None:
    (directory,) = [path.parent for path in installed.home.rglob("videogen.db")]
    assert directory.name == "videogen"


def test_render_works_in_a_directory_full_of_other_modules(installed: Installation, tmp_path: Path) -> None:
    for name in IN_THE_WAY:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("raise RuntimeError('this is not what was meant')")
    (tmp_path / "talk.md").write_text(SCRIPT)
    installed.run("render", "talk.md", cwd=tmp_path)
    assert (tmp_path / "talk.mp4").read_bytes()[4:8] == b"ftyp"
    installed.run("doctor", cwd=tmp_path)


def test_module_can_be_run(installed: Installation) -> None:
    ran = subprocess.run(
        [installed.python, "-m", "videogen", "--version"], cwd="/", env=installed.environment(), capture_output=True, text=True
    )
    assert ran.stdout == f"videogen {__version__}\n"
