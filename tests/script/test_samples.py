"""Every kind of scene has a sample that makes it, and a small picture for the page."""

from typing import get_args

import pytest

from tests.support.paths import ROOT
from videogen.script import read
from videogen.script.models import Scene
from videogen.script.samples import SAMPLES

KINDS = [get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Scene)[0])]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sample_that_makes_it(kind: str) -> None:
    reading = read(SAMPLES[kind].markdown, "markdown")
    assert kind in [scene.kind for scene in reading.script.scenes]
    assert reading.warnings == ()
    assert (ROOT / "static" / "kinds" / f"{kind}.webp").is_file(), "drawn by: make gallery"
