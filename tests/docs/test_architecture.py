"""docs/architecture.md shows the packages as the imports have them, and names only what exists."""

from __future__ import annotations

import re

from tests.docs.architecture import PICTURE, drawing, package_imports, reachable
from tests.docs.test_docs import DOCS, ROOT

PAGE = (DOCS / "architecture.md").read_text(encoding="utf-8")


def test_picture_is_drawn_from_the_imports() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawing(), "draw it again: .venv/bin/python -m tests.docs.architecture"


def test_packages_import_in_no_cycle() -> None:
    edges = package_imports()
    assert [package for package in edges if any(package in reachable(edges, target) for target in edges[package])] == []


def test_modules_and_directories_named_exist() -> None:
    names = re.findall(r"`((?:videogen|models)(?:\.\w+)*)`", PAGE)
    assert names
    for name in names:
        path = ROOT / name.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").is_file(), name
    for name in re.findall(r"`(tests/[\w/.]+)`", PAGE):
        assert (ROOT / name).exists(), name


def test_every_package_is_described() -> None:
    packages = {f"videogen.{path.parent.name}" for path in (ROOT / "videogen").glob("*/__init__.py")}
    assert packages - set(re.findall(r"^\| `(videogen\.\w+)` \|", PAGE, re.MULTILINE)) == set()
