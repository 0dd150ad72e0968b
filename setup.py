"""Adds the directories beside the package to a wheel; `videogen.ROOT` finds them. Everything else is in pyproject.toml."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

DIRECTORIES = ("models", "migrations", "templates", "static", "examples")
TARGET = Path("videogen") / "_bundled"


class Bundle(build_py):
    """Builds the packages, and the directories below `videogen/_bundled`. An editable install uses those of the checkout."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib) / TARGET, ignore_errors=True)  # left by an earlier build
            for source, target in self.bundled():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def bundled(self) -> Iterator[tuple[Path, Path]]:
        """Yield each file and its target."""
        for directory in DIRECTORIES:
            for source in sorted(Path(directory).rglob("*")):
                if source.is_file() and "__pycache__" not in source.parts:
                    yield source, Path(self.build_lib) / TARGET / source

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return [*super().get_outputs(include_bytecode), *[str(target) for _, target in self.bundled()]]


setup(cmdclass={"build_py": Bundle})
