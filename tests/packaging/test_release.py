"""A release dates the changelog, sets the version and tags; what is not ready is refused and left as it was."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tests.packaging.release import CHANGELOG, VERSION_FILE, Refused, git, release

DATE = datetime.date(2026, 12, 1)
CHANGES = "# Changelog\n\n## Unreleased\n\n### Added\n\n- A thing.\n\n## 0.1.0 (2026-11-25)\n\n- The first.\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.com")
    (tmp_path / VERSION_FILE).parent.mkdir()
    (tmp_path / VERSION_FILE).write_text('__version__ = "0.1.0"\n')
    (tmp_path / CHANGELOG).write_text(CHANGES)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def test_release_dates_the_changelog_sets_the_version_and_tags(checkout: Path) -> None:
    assert release(checkout, "0.2.0", DATE) == "v0.2.0"
    assert (checkout / CHANGELOG).read_text() == CHANGES.replace("## Unreleased\n", "## Unreleased\n\n## 0.2.0 (2026-12-01)\n")
    assert (checkout / VERSION_FILE).read_text() == '__version__ = "0.2.0"\n'
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "describe", "--exact-match") == "v0.2.0"


@pytest.mark.parametrize(
    ("version", "unfinished", "why"),
    [
        ("next", "", "name it like"),
        ("0.0.9", "", "older than 0.1.0"),
        ("0.2.0", "draft", "has changes"),
    ],
)
def test_what_is_not_ready_is_refused(checkout: Path, version: str, unfinished: str, why: str) -> None:
    if unfinished:
        (checkout / unfinished).touch()
    with pytest.raises(Refused, match=why):
        release(checkout, version, DATE)
    assert (checkout / CHANGELOG).read_text() == CHANGES


def test_version_is_released_once_and_not_without_changes(checkout: Path) -> None:
    release(checkout, "0.2.0", DATE)
    with pytest.raises(Refused, match=r"v0\.2\.0 exists"):
        release(checkout, "0.2.0", DATE)
    with pytest.raises(Refused, match="nothing under Unreleased"):
        release(checkout, "0.3.0", DATE)
