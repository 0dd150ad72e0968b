"""SVG is drawn as its author meant it, sharp at any size, and reaches nothing outside of itself."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import numpy as np
import pytest

from tests.support.media_files import picture
from videogen.errors.script import BadAsset
from videogen.media import svg

pytestmark = pytest.mark.integration

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="50">'


def drawing(inside: str, opening: str = OPEN) -> bytes:
    return f"{opening}{inside}</svg>".encode()


def test_drawing_has_its_colours_and_stays_transparent_elsewhere() -> None:
    drawn = svg.draw(drawing('<rect width="50" height="50" fill="#2266cc"/>'))
    assert drawn.shape == (50, 100, 4)
    assert tuple(drawn[25, 25]) == (0x22, 0x66, 0xCC, 255)
    assert drawn[25, 75, 3] == 0


def test_edges_are_as_sharp_at_ten_times_the_size() -> None:
    drawn = svg.draw(drawing('<rect x="10" y="10" width="30" height="30"/>'), (1000, 500))
    assert drawn.shape == (500, 1000, 4)
    assert (drawn[250, :, 3] == 255).sum() == 300
    assert set(np.unique(drawn[250, :, 3])) == {0, 255}


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="120" height="40"', (120, 40)),
        ('viewBox="0 0 64 32"', (64, 32)),
        ('width="1in" viewBox="0 0 2 1"', (96, 48)),
        ('width="100%" height="100%" viewBox="0 0 30 60"', (30, 60)),
        ("", (300, 150)),
    ],
)
def test_size_is_that_of_the_file(attributes: str, size: tuple[float, float]) -> None:
    assert svg.natural_size(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode()) == pytest.approx(size)


@pytest.mark.parametrize("name", ["href", "xlink:href"])
@pytest.mark.parametrize("scheme", ["", "file://", "FILE://"])
def test_no_file_of_the_machine_is_drawn(tmp_path: Path, name: str, scheme: str) -> None:
    (tmp_path / "secret.png").write_bytes(picture((20, 20)))
    inside = f'<image width="100" height="50" {name}="{scheme}{tmp_path}/secret.png"/>'
    assert not svg.draw(drawing(inside)).any()


def test_picture_that_it_carries_is_drawn() -> None:
    import base64

    data = base64.b64encode(picture((20, 10), colour=(10, 200, 30))).decode()
    drawn = svg.draw(drawing(f'<image width="100" height="50" href="data:image/png;base64,{data}"/>'))
    assert np.allclose(drawn[25, 20], (10, 200, 30, 255), atol=2)


@pytest.mark.parametrize("text", ["Plain words", "日本語", "हिन्दी", "עברית"])
def test_text_is_drawn_in_our_own_fonts(text: str) -> None:
    wide = svg.draw(drawing(f'<text x="2" y="30" font-family="Nobody has this" font-size="16">{text}</text>'))
    assert 60 < (wide[..., 3] > 128).sum() < 3000


def test_bold_text_is_bolder() -> None:
    ink = [svg.draw(drawing(f'<text y="40" font-size="40" font-weight="{w}">ill</text>'))[..., 3].sum(dtype=int) for w in (400, 700)]
    assert ink[1] > 1.2 * ink[0]


def test_gzipped_drawings_and_those_of_pages_without_a_namespace_are_drawn() -> None:
    assert svg.draw(gzip.compress(drawing('<rect width="100" height="50"/>')))[..., 3].all()
    assert svg.draw(b'<svg width="4" height="4"><rect width="4" height="4"/></svg>')[..., 3].all()


BOMB = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "content",
    [
        b"<svg",
        b"<html/>",
        b"\x1f\x8b and no more",
        f'<!DOCTYPE svg [<!ENTITY e0 "aaaaaaaaaa">{BOMB}]>{OPEN}<text>&e9;</text></svg>'.encode(),
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>{OPEN}<text>&x;</text></svg>'.encode(),
        drawing("<g>" * 100_000 + "</g>" * 100_000),
        drawing('<filter id="f"><feGaussianBlur stdDeviation="900"/></filter>' + '<rect width="99" height="49" filter="url(#f)"/>' * 4000),
    ],
    ids=["half", "HTML", "half a gzip", "entity bomb", "external entity", "deep", "slow"],
)
def test_hostile_drawing_ends_in_words_and_in_time(content: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(BadAsset) as refused:
        svg.draw(content, (1600, 800))
    assert refused.value.hint
    assert time.monotonic() - began < svg.DRAW_S + 10
