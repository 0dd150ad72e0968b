import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from videogen.render.cache import TEMPORARY, Cache, Key, key


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    (tmp_path / "work").mkdir()
    return Cache(tmp_path / "cache")


def fill(cache: Cache, name: str, content: bytes, age_s: float = 0.0) -> Key:
    """Puts a file that nobody holds on to, last used `age_s` ago."""
    cached = key("things", "bin", {"name": name})
    made = cache.root.parent / "work" / name
    made.write_bytes(content)
    cache.put(cached, made)
    made.unlink()
    used = cache.path(cached).stat().st_mtime - age_s
    os.utime(cache.path(cached), (used, used))
    return cached


def test_what_was_put_is_taken_in_another_place(cache: Cache, tmp_path: Path) -> None:
    cached = fill(cache, "a", b"content")
    assert cache.take(cached, tmp_path / "mine")
    assert (tmp_path / "mine").read_bytes() == b"content"


def test_what_was_never_put_is_not_there(cache: Cache, tmp_path: Path) -> None:
    assert not cache.take(key("things", "bin", {"name": "b"}), tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_key_depends_on_every_ingredient_and_on_nothing_else() -> None:
    assert key("a", "b", {"x": 1, "y": [2, 3]}) == key("a", "b", {"y": (2, 3), "x": 1})
    assert key("a", "b", {"x": 1}) != key("a", "b", {"x": 2})
    assert key("a", "b", {"x": "\ud800"}).hash  # text that is no text has a key too


def test_make_makes_once(cache: Cache, tmp_path: Path) -> None:
    cached = key("things", "bin", {"name": "c"})

    def write(file: Path) -> None:
        file.write_bytes(b"made")

    for target, made in (("one", True), ("two", False)):
        assert cache.make(cached, tmp_path / target, write) is made
        assert (tmp_path / target).read_bytes() == b"made"


def test_nothing_half_made_is_kept(cache: Cache, tmp_path: Path) -> None:
    cached = key("things", "bin", {"name": "d"})

    def fails(file: Path) -> None:
        file.write_bytes(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cache.make(cached, tmp_path / "target", fails)
    assert not cache.take(cached, tmp_path / "target")


def test_what_was_used_longest_ago_goes_first(cache: Cache, tmp_path: Path) -> None:
    old, older, new = (fill(cache, name, bytes(1000), age) for name, age in (("a", 100), ("b", 200), ("c", 50)))
    assert cache.take(older, tmp_path / "used") and (tmp_path / "used").unlink() is None  # used again just now
    assert cache.evict(2000) == 1000
    assert [cache.path(one).exists() for one in (old, older, new)] == [False, True, True]


def test_what_is_in_use_is_never_taken_away(cache: Cache, tmp_path: Path) -> None:
    used, unused = fill(cache, "a", bytes(1000), 100), fill(cache, "b", bytes(1000))
    cache.take(used, tmp_path / "mine")
    os.utime(cache.path(used), (0, 0))
    assert cache.evict(0) == 1000
    assert cache.path(used).exists() and not cache.path(unused).exists()


def test_a_file_in_use_outlives_its_place_in_the_cache(cache: Cache, tmp_path: Path) -> None:
    cached = fill(cache, "a", b"content")
    cache.take(cached, tmp_path / "mine")
    cache.forget(cached)
    assert (tmp_path / "mine").read_bytes() == b"content"


def test_a_file_that_is_given_its_name_again_is_never_away(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence that two scenes say is taken a second time while the first scene reads it."""
    cached = fill(cache, "a", b"content")
    assert cache.take(cached, tmp_path / "mine")
    linked = os.link

    def link(source: str, target: Path) -> None:
        assert (tmp_path / "mine").read_bytes() == b"content"
        linked(source, target)

    monkeypatch.setattr(os, "link", link)
    assert cache.take(cached, tmp_path / "mine")
    assert (tmp_path / "mine").read_bytes() == b"content"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine"]


def test_process_killed_while_it_puts_leaves_no_half_file(cache: Cache, tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import os, sys
        from pathlib import Path
        from videogen.render import cache
        os.link = lambda source, target: (Path(target).write_bytes(b"ha"), os.kill(os.getpid(), 9))
        made = Path(sys.argv[1]) / "made"
        made.write_bytes(b"half")
        cache.Cache(Path(sys.argv[1]) / "cache").put(cache.key("things", "bin", {"name": "e"}), made)
        """
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    left = [path for path in cache.root.rglob("*") if path.is_file()]
    assert [path.name.startswith(TEMPORARY) for path in left] == [True]
    assert not cache.take(key("things", "bin", {"name": "e"}), tmp_path / "target")
    os.utime(left[0], (0, 0))
    cache.evict(10**9)
    assert not left[0].exists()  # swept a day later


def test_without_hard_links_files_are_copied(cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    cached = fill(cache, "f", b"content")
    assert cache.take(cached, tmp_path / "mine")
    assert (tmp_path / "mine").read_bytes() == b"content"
