"""Make a release: check the tree, date the changelog, set the version, commit and tag; it pushes nothing. `make release VERSION=0.2.0`."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from pathlib import Path

VERSION_FILE = Path("videogen") / "__init__.py"
CHANGELOG = Path("CHANGELOG.md")
UNRELEASED = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


class Refused(Exception):
    """Why no release is made."""


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


def numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version such as 0.2.0."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise Refused(f"VERSION is {version!r}; name it like 0.2.0.")
    return tuple(map(int, version.split(".")))


def release(root: Path, version: str, date: datetime.date) -> str:
    """Commit and tag a version; return the tag. Raises Refused, and then nothing was changed."""
    code = (root / VERSION_FILE).read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([\d.]+)"$', code, re.MULTILINE)
    assert match, f"{VERSION_FILE} has no __version__"
    if numbers(version) < numbers(match[1]):
        raise Refused(f"{version} is older than {match[1]}.")
    if git(root, "status", "--porcelain"):
        raise Refused("The tree has changes. Commit or stash them first.")
    tag = f"v{version}"
    if git(root, "tag", "--list", tag):
        raise Refused(f"The tag {tag} exists.")
    changes = (root / CHANGELOG).read_text(encoding="utf-8")
    section = UNRELEASED.search(changes)
    if not section or not section[1].strip():
        raise Refused("CHANGELOG.md has nothing under Unreleased.")
    dated = f"## Unreleased\n\n## {version} ({date.isoformat()})\n{section[1]}"
    (root / CHANGELOG).write_text(changes[: section.start()] + dated + changes[section.end() :], encoding="utf-8")
    (root / VERSION_FILE).write_text(code.replace(match[0], f'__version__ = "{version}"'), encoding="utf-8")
    git(root, "commit", "--quiet", "--all", "--message", f"Release {version}")
    git(root, "tag", "--annotate", tag, "--message", f"videogen {version}")
    return tag


def main() -> None:
    try:
        tag = release(Path.cwd(), sys.argv[1] if len(sys.argv) > 1 else "", datetime.datetime.now(tz=datetime.UTC).date())
    except Refused as refused:
        raise SystemExit(f"No release: {refused}") from None
    print(f"Committed and tagged {tag}. Publish it with: git push --follow-tags")


if __name__ == "__main__":
    main()
