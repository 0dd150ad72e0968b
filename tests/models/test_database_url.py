"""The address of a database that is not understood is refused without a word of its password."""

from __future__ import annotations

import pytest

from models.errors import StoreUnusable

engine = pytest.importorskip("models.postgres.engine")


@pytest.mark.parametrize("written", ["100%sure5ecret", "5e@cret", "5e cret", "5ecret@h/x?no=5ecret&w=1"])
def test_address_that_is_malformed_is_refused_and_not_quoted(written: str) -> None:
    with pytest.raises(StoreUnusable) as refused:
        engine.connect(f"postgresql://user:{written}@127.0.0.1:1/name")
    assert "cret" not in f"{refused.value.detail}{refused.value.__cause__}"
    assert "VIDEOGEN_DATABASE_URL" in refused.value.hint
