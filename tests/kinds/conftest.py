"""A package with a kind of task, installed as docs/kinds.md says, and a data directory for servers and workers that know it."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes.conftest import Workspace

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kinds.md"


def example(language: str) -> str:
    """Return the example of the document in a language."""
    match = re.search(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert match
    return match[1]


def install(directory: Path, name: str, module: str, entry_points: dict[str, str]) -> Path:
    """Lay a package down as pip installs it: its module, and the metadata with its entry points."""
    (directory / f"{name}.py").write_text(module, encoding="utf-8")
    metadata = directory / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"{entry} = {value}" for entry, value in entry_points.items()]
    (metadata / "entry_points.txt").write_text("\n".join(["[videogen.kinds]", *lines, ""]), encoding="utf-8")
    return directory


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A directory with the package of the document."""
    project = tomllib.loads(example("toml"))["project"]
    directory = tmp_path / "packages"
    directory.mkdir()
    return install(directory, "videogen_primes", example("python"), project["entry-points"]["videogen.kinds"])


@pytest.fixture
def known(packages: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every process that the test starts find the packages."""
    before = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(packages), *([before] if before else [])]))
    return packages


@pytest.fixture
def workspace(data: Path) -> Iterator[Workspace]:
    workspace = Workspace(data)
    yield workspace
    workspace.close()
