"""Drafts: nothing that was saved is lost, whoever saves last."""

from __future__ import annotations

import pytest

from models import asset, draft
from models.database import Store
from models.draft import DraftContent, Presence
from models.errors import DraftChanged, DraftNotFound, TooManyDrafts
from models.registered_file import registered
from tests.models.test_asset import uploaded
from tests.support.sqlite_shell import sqlite


def test_draft_is_saved_by_revisions_and_listed_by_its_last_change(store: Store) -> None:
    first = draft.add(store, DraftContent("# A", "A"))
    second = draft.add(store, DraftContent("# B", "B", "markdown", {"theme": "paper"}))
    saved = draft.save(store, first.id, DraftContent("# A, again", "A"), 1)
    assert (saved.revision, saved.content.script) == (2, "# A, again")
    assert draft.save(store, first.id, DraftContent("# A, again", "A"), 2).revision == 2  # nothing has changed
    with store.reading() as read:
        assert [(row.id, row.words) for row in draft.newest(read)] == [(first.id, 3), (second.id, 2)]
        assert draft.find(read, second.id) == second


def test_newer_revision_is_replaced_only_if_asked_and_is_a_version_then(store: Store) -> None:
    made = draft.add(store, DraftContent("mine"))
    draft.save(store, made.id, DraftContent("theirs"), 1)
    with pytest.raises(DraftChanged):
        draft.save(store, made.id, DraftContent("mine, too"), 1)
    assert draft.save(store, made.id, DraftContent("mine, too"), 1, replace=True).revision == 3
    draft.add_version(store, made.id, "task1")
    with store.reading() as read:
        versions = draft.versions_of(read, made.id)
        assert [(row.number, row.words, row.task_id) for row in versions] == [(2, 2, "task1"), (1, 1, None)]
        assert [draft.version(read, made.id, number).content.script for number in (1, 2)] == ["theirs", "mine, too"]
        with pytest.raises(DraftNotFound):
            draft.version(read, made.id, 3)


def test_only_the_newest_versions_stay(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "MAX_VERSIONS", 2)
    made = draft.add(store, DraftContent("a"))
    for _ in range(3):
        draft.add_version(store, made.id, None)
    with store.reading() as read:
        assert [row.number for row in draft.versions_of(read, made.id)] == [3, 2]


def test_pages_hear_of_each_other_until_they_are_gone(store: Store) -> None:
    made = draft.add(store, DraftContent("a"))
    assert draft.meet(store, made.id, "one", edits=True) == Presence(1, 0, 0)
    assert draft.meet(store, made.id, "two", edits=False) == Presence(1, 1, 1)
    assert draft.meet(store, made.id, "one", edits=False) == Presence(1, 1, 0)
    sqlite(store.path, "UPDATE draft_readers SET seen_at = '2020-01-01T00:00:00.000Z' WHERE page = 'two'")
    assert draft.meet(store, made.id, "one", edits=False) == Presence(1, 0, 0)


def test_files_of_drafts_and_of_their_versions_are_in_use(store: Store) -> None:
    made = draft.add(store, DraftContent("![](a.png)", assets=[uploaded(store, b"one", "a.png")]))
    (file,) = made.content.assets
    draft.add_version(store, made.id, None)
    draft.save(store, made.id, DraftContent("none"), 1)
    with store.reading() as read:
        assert asset.is_used(read, file.id)
        assert [entry.sha256 for entry in registered(read)] == [file.id]
    draft.remove(store, made.id)
    with store.reading() as read:
        assert not asset.is_used(read, file.id)


def test_there_are_no_more_drafts_than_may_be(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "MAX_DRAFTS", 1)
    draft.add(store, DraftContent("a"))
    with pytest.raises(TooManyDrafts):
        draft.add(store, DraftContent("b"))


def test_what_a_hand_damages_in_a_draft_is_left_out(store: Store) -> None:
    made = draft.add(store, DraftContent("a"))
    sqlite(store.path, """UPDATE drafts SET assets = '[{"name": "x", "id": "../../etc"}, 3]'""")
    with store.reading() as read:
        assert draft.find(read, made.id).content.assets == ()
