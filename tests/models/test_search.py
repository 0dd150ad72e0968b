"""Tasks are found by the words of their titles and scripts, as soon as they are there and for as long as they are."""

from __future__ import annotations

import pytest

from models import retention, search, task
from models.database import Store
from models.sqlite.driver import connect
from tests.support.postgres import hand
from tests.support.sqlite_shell import sqlite


def find(store: Store, words: str, **how: str) -> list[str]:
    with store.reading() as read:
        return [row.title for row in task.page(read, words=words, **how)[0]]  # type: ignore[arg-type]


@pytest.fixture
def searchable(store: Store) -> Store:
    task.submit(store, title="Why the sky is blue", source="# Why the sky is blue\n\nLight is *scattered*.", format="markdown")
    task.submit(store, title="Café culture", source="# Café culture\n\nSkylines and espresso.", format="markdown")
    return store


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("blue", ["Why the sky is blue"]),
        ("SCATTERED light", ["Why the sky is blue"]),
        ("sky", ["Café culture", "Why the sky is blue"]),
        ("cafe esp", ["Café culture"]),
        ("blue espresso", []),
        ('"; DROP TABLE tasks', []),
        ("blue OR espresso", []),
        ("title:blue*", []),
        ("(", []),
        ("?!", []),
    ],
)
def test_words_are_found_whatever_their_case_and_order(searchable: Store, words: str, expected: list[str]) -> None:
    assert find(searchable, words) == expected


def test_excerpt_shows_where_the_words_stand(searchable: Store) -> None:
    with searchable.reading() as read:
        tasks, _ = task.page(read, words="scattered")
        (excerpt,) = search.excerpts(read, "scattered", [row.id for row in tasks]).values()
    assert [text for text, hit in excerpt if hit] == ["scattered"]
    assert "".join(text for text, _ in excerpt).endswith("Light is *scattered*.")


@pytest.mark.sqlite_only
def test_deleted_task_is_found_no_more_and_leaves_nothing_in_the_index(searchable: Store) -> None:
    with searchable.reading() as read:
        (made,), _ = task.page(read, words="espresso")
    task.delete(searchable, made.id)
    assert find(searchable, "espresso") == []
    retention.purge(searchable, 0)
    assert sqlite(searchable.path, "SELECT count(*) FROM task_search") == "1"


def test_task_put_in_by_hand_is_found(store: Store) -> None:
    hand(store, "INSERT INTO submit(source) VALUES ('# By hand')")
    assert find(store, "hand") == ["By hand"]


@pytest.mark.sqlite_only
def test_index_agrees_with_the_tasks_also_after_vacuum(searchable: Store) -> None:
    connection = connect(searchable.path)
    with searchable.reading() as read:
        (first, _), _ = task.page(read)
    task.delete(searchable, first.id)
    retention.purge(searchable, 0)
    connection.execute("VACUUM")
    connection.execute("INSERT INTO task_search(task_search) VALUES ('integrity-check')")
    connection.close()
    assert find(searchable, "sky") == ["Why the sky is blue"]
