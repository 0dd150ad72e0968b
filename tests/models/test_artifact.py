from __future__ import annotations

from pathlib import Path

import pytest

from models import artifact, attempt, event, retention, task
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from tests.support.task_moves import Moves, published, written


def test_published_file_is_registered_told_and_in_place_at_once(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    file = written(store.data / "work" / "film.mp4", b"all of it")
    attempt.report(store, lease, published(file))
    with store.reading() as read:
        (registered,) = artifact.of_task(read, made.id)
        assert artifact.one(read, made.id, "video") == registered
        assert artifact.one(read, made.id, "video", 1) is None
    assert registered.key == f"tasks/{made.id}/1/film.mp4"
    assert (registered.bytes, registered.sha256, registered.media_type) == (9, file.sha256, "video/mp4")
    assert (store.data / registered.key).read_bytes() == b"all of it"
    assert not file.path.exists()
    (described,) = moves.events(made.id)[-1].data["files"]
    assert (described["kind"], described["key"], described["bytes"]) == ("video", registered.key, 9)


def test_file_of_a_later_attempt_takes_the_place_and_leaves_the_earlier_one(store: Store) -> None:
    """A video that somebody downloads is not replaced under them."""
    moves = Moves(store)
    made = moves.submit()
    for content in (b"first", b"second"):
        lease = moves.claim().lease
        attempt.report(store, lease, published(written(store.data / "work" / "film.mp4", content)))
        attempt.requeue(store, lease)
    with store.reading() as read:
        (registered,) = artifact.of_task(read, made.id)
    assert (store.data / registered.key).read_bytes() == b"second"
    assert (store.data / registered.key.replace("/2/", "/1/")).read_bytes() == b"first"


def test_files_come_in_order(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    for position in (3, 1, 2):
        file = written(store.data / "work" / "scene.png", kind="scene_picture", name=f"{position}.png", position=position)
        attempt.report(store, lease, [Fact(EventType.SCENE_RENDERED, stage="video", data={"position": position}, files=(file,))])
    attempt.report(store, lease, published(written(store.data / "work" / "film.mp4")))
    with store.reading() as read:
        assert [stored_file.position for stored_file in artifact.of_task(read, made.id)] == [0, 1, 2, 3]


def test_files_go_back_when_the_commit_fails(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not only when a statement does: the move comes before the commit."""
    moves = Moves(store)
    made = moves.submit()
    lease = moves.claim().lease
    before = moves.events()
    file = written(store.data / "work" / "film.mp4")

    def append(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(event, "append", append)
    with pytest.raises(OSError, match="No space"):
        attempt.report(store, lease, published(file))
    assert file.path.read_bytes() == b"a film"
    assert not (store.data / f"tasks/{made.id}/1/film.mp4").exists()
    assert moves.events() == before
    with store.reading() as read:
        assert artifact.of_task(read, made.id) == []


def test_files_of_a_removed_task_are_registered_no_more(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit()
    attempt.report(store, moves.claim().lease, published(written(store.data / "work" / "film.mp4")))
    task.delete(store, made.id)
    retention.purge(store, 0)
    with store.reading() as read:
        assert artifact.of_task(read, made.id) == []


def test_file_name_cannot_lead_out_of_its_directory(store: Store, tmp_path: Path) -> None:
    moves = Moves(store)
    moves.submit()
    lease = moves.claim().lease
    for name in ("../../../etc/film.mp4", "a/b.mp4", "/film.mp4", "..", ".", ""):
        with pytest.raises(ValueError, match="not the name of a file"):
            attempt.report(store, lease, published(written(tmp_path / "film.mp4", name=name)))
    assert list(tmp_path.rglob("film.mp4")) == [tmp_path / "film.mp4"]
