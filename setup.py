"""Puts the folders beside the package into it when a wheel is built; `videogen.ROOT` finds them. All else is in pyproject.toml."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FOLDERS = ("models", "migrations", "templates", "static", "examples")
TARGET = Path("videogen") / "_bundled"


class Bundle(build_py):
    """The packages, and the folders below `videogen/_bundled`. An editable install finds them in the checkout."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            shutil.rmtree(Path(self.build_lib) / TARGET, ignore_errors=True)  # what an earlier build has left
            for source, target in self.bundled():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def bundled(self) -> Iterator[tuple[Path, Path]]:
        """Each file, and where it goes."""
        for folder in FOLDERS:
            for source in sorted(Path(folder).rglob("*")):
                if source.is_file() and "__pycache__" not in source.parts:
                    yield source, Path(self.build_lib) / TARGET / source

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        return [*super().get_outputs(include_bytecode), *[str(target) for _, target in self.bundled()]]


setup(cmdclass={"build_py": Bundle})
