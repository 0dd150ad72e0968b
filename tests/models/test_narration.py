"""Videos are found by words of their generated narration, too."""

from __future__ import annotations

from models import attempt, search, task
from models.database import Store
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
