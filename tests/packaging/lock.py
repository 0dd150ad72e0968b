"""Locks every version that an installation takes: `make lock`, which needs the network and uv.

`requirements.lock` is what videogen runs on, `requirements-test.lock` what its tests run on besides, each with hashes and without an
address. `requirements-hosts.lock` adds to the first what several hosts need, with the second's versions and hashes. `wheels.json` beside
this module holds the tags of the wheels that the index has of each locked version, also of the extras: {name: {version: [tag, ...]}}, a tag
as the end of a wheel's name, `cp311-cp311-macosx_11_0_arm64`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"requirements.lock": (), "requirements-test.lock": ("test",)}
WHEELS = Path(__file__).with_name("wheels.json")
HOSTS = ROOT / "requirements-hosts.lock"
HOSTS_PACKAGES = ("obstore", "psycopg", "psycopg-binary")
"""Of the extras postgres and s3, beyond what videogen runs on anyway."""
EXTRAS = ("edge", "export", "import", "inspect", "kokoro", "mcp", "piper", "postgres", "s3", "test")
OLDEST = "3.11"
UNIVERSAL = ("pyproject.toml", "--universal", "--python-version", OLDEST, "--quiet", "--no-header")
WITHOUT_ADDRESSES = ("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate")


def compile_lock(output: Path, *options: str) -> None:
    """Resolve pyproject.toml for all Pythons and platforms. Versions that `output` has already stay where they can."""
    subprocess.run([sys.executable, "-m", "uv", "pip", "compile", *UNIVERSAL, *options, "-o", str(output)], cwd=ROOT, check=True)


def hosts_lock() -> str:
    """Return the entries of `HOSTS_PACKAGES` in the tests' lock."""
    entries = re.split(r"^(?=[a-z])", (ROOT / "requirements-test.lock").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.partition("==")[0] in HOSTS_PACKAGES)


def extras(*names: str) -> Iterator[str]:
    for name in names:
        yield from ("--extra", name)


def tags_of(pylock: Path) -> dict[str, dict[str, list[str]]]:
    """Return the wheel tags of every package of a lock in the form of PEP 751."""
    tags: dict[str, dict[str, list[str]]] = {}
    for package in tomllib.loads(pylock.read_text(encoding="utf-8"))["packages"]:
        names = [wheel["url"].rpartition("/")[2].removesuffix(".whl") for wheel in package.get("wheels", ())]
        tags.setdefault(package["name"], {})[package["version"]] = sorted("-".join(name.split("-")[-3:]) for name in names)
    return tags


def main() -> None:
    for name, of in LOCKS.items():
        compile_lock(ROOT / name, *WITHOUT_ADDRESSES, *extras(*of))
    HOSTS.write_text(hosts_lock(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        pylock = Path(scratch) / "pylock.toml"
        # What the locks hold is given again as constraints, so that this resolution is theirs.
        constraints = [argument for name in LOCKS for argument in ("--constraints", name)]
        compile_lock(pylock, "--format", "pylock.toml", *extras(*EXTRAS), *constraints)
        WHEELS.write_text(json.dumps(tags_of(pylock), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
