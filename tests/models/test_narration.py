"""Videos are found by words of their generated narration, too."""

from __future__ import annotations

from pathlib import Path

from models import attempt, search, task
from models.database import Store
from models.migrate import migrate
from models.narration_backfill import BATCH, NarrationBackfill
from tests.models import released_schemas
from tests.support.task_moves import Moves, published, written


def find(store: Store, words: str) -> list[str]:
    with store.reading() as read:
        found, _ = task.page(read, words=words)
    return [row.title for row in found]


def test_words_that_only_the_narration_has_are_found_and_stay_found(store: Store) -> None:
    moves = Moves(store)
    made = moves.submit("Tea", options={})
    lease = moves.claim().lease
    assert find(store, "announced") == []
    text = "Tea\n\n## Tea\n\nHere is announced a table of leaves. Tea tea."
    transcript = written(store.data / "work" / "t.txt", text.encode(), kind="transcript", name="transcript.txt", media_type="text/plain")
    attempt.report(store, lease, published(transcript))
    attempt.complete(store, lease)
    assert find(store, "announced leaves") == find(store, "tea announced") == ["Tea"]
    with store.reading() as read:
        excerpt = search.excerpts(read, "announced", [made.id])
    assert not excerpt or ("announced", True) in excerpt[made.id]
    with store.writing() as write:
        write.connection.exec_driver_sql(f"UPDATE tasks SET title = 'Green tea' WHERE id = '{made.id}'")
    assert find(store, "announced") == ["Green tea"]
    with store.writing() as write:
        write.connection.exec_driver_sql(f"DELETE FROM tasks WHERE id = '{made.id}'")
    assert find(store, "announced") == []


def test_narration_of_videos_of_an_earlier_version_is_found_once_their_transcripts_are_read(tmp_path: Path) -> None:
    released_schemas.create("0014", tmp_path / "videogen.db")
    migrate(tmp_path)
    store = Store(tmp_path)
    try:
        for number in range(BATCH + 2):
            add_transcript(store, f"Old {number}", f"tasks/old-{number}/1/transcript.txt", f"Here is announced leaf {number}.")
        (tmp_path / "tasks" / "old-3" / "1" / "transcript.txt").unlink()
        add_transcript(store, "Quiet", "tasks/quiet/1/transcript.txt", "Quiet")
        backfill = NarrationBackfill(store)
        assert (find(store, "announced"), backfill.run_batch(), backfill.is_complete) == ([], BATCH, False)
        assert (backfill.run_batch(), backfill.is_complete, backfill.run_batch()) == (3, True, 0)
        assert sorted(find(store, "announced")) == sorted(f"Old {number}" for number in range(BATCH + 2) if number != 3)
        assert find(store, "announced leaf 5") == ["Old 5"]
        again = NarrationBackfill(store)
        assert (again.run_batch(), again.is_complete) == (0, True), "what has been read is not read again"
    finally:
        store.close()


def add_transcript(store: Store, title: str, key: str, text: str) -> None:
    """Add a video as the version before wrote it: with a transcript, and with nothing about what it says."""
    path = store.data / key
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    made = task.submit(store, source=title, title=title, options={})
    with store.writing() as write:
        write.connection.exec_driver_sql(
            "INSERT INTO artifacts (task_id, kind, position, key, media_type, bytes, sha256)"
            f" VALUES ('{made.id}', 'transcript', 0, '{key}', 'text/plain', {len(text)}, '')"
        )
