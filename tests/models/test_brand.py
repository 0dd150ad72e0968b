"""Brand kits in the store."""

from __future__ import annotations

import pytest

from models import asset, brand
from models.database import Store
from models.errors import BrandNotFound, TooManyBrands
from models.registered_file import registered
from tests.models.test_asset import uploaded
from tests.support.sqlite_shell import sqlite


def test_a_brand_is_kept_replaced_found_and_removed(store: Store) -> None:
    logo = uploaded(store, b"logo")
    first = brand.put(store, "tea", '{"footer": "a"}', [logo], {"text": [1, 2, 3]})
    second = brand.put(store, "tea", '{"footer": "b"}', [logo], {"text": [1, 2, 3]})
    assert (second.created_at, second.definition) == (first.created_at, '{"footer": "b"}')
    with store.reading() as read:
        assert brand.every(read) == [second] == [brand.find(read, "tea")]
        assert brand.of_names(read, ["tea", "coffee"]) == [second]
        assert brand.of_names(read, []) == []
    assert brand.remove(store, "tea") == second
    with store.reading() as read, pytest.raises(BrandNotFound, match="'tea'"):
        brand.find(read, "tea")
    with pytest.raises(BrandNotFound):
        brand.remove(store, "tea")


def test_files_of_a_brand_are_in_use_and_part_of_a_backup(store: Store) -> None:
    logo = uploaded(store, b"logo")
    brand.put(store, "tea", "{}", [logo], {})
    with store.reading() as read:
        assert asset.is_used(read, logo.id)
        assert logo.key in {file.key for file in registered(read)}
    brand.remove(store, "tea")
    with store.reading() as read:
        assert not asset.is_used(read, logo.id)


def test_what_a_hand_damages_in_a_brand_is_left_out(store: Store) -> None:
    brand.put(store, "tea", "{}", [uploaded(store, b"logo")], {"text": [1, 2, 3]})
    sqlite(store.path, """UPDATE brands SET assets = '[{"name": "x", "id": "../../etc"}, 3]', colours = '{"text": "red"}'""")
    with store.reading() as read:
        found = brand.find(read, "tea")
    assert (found.assets, found.colours) == ([], {})


def test_there_are_no_more_brands_than_may_be(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brand, "MAX_BRANDS", 1)
    brand.put(store, "tea", "{}", [], {})
    with pytest.raises(TooManyBrands, match="There are 1 brands; the limit is 1"):
        brand.put(store, "coffee", "{}", [], {})
    brand.put(store, "tea", "{}", [], {})
