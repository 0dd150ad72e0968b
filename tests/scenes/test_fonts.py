from __future__ import annotations

import pytest

from videogen.errors.rendering import FontMissing
from videogen.scenes.text import fonts
from videogen.scenes.text.fonts import Face, face_for, han_face

EVERY_FACE = [
    fonts.INTER,
    fonts.INTER_ITALIC,
    fonts.JETBRAINS,
    fonts.JETBRAINS_ITALIC,
    fonts.EMOJI,
    fonts.COLOUR_EMOJI,
    fonts.JAPANESE,
    fonts.KOREAN,
    fonts.CHINESE,
    *fonts.SCRIPTS,
]


@pytest.mark.parametrize("face", EVERY_FACE, ids=lambda face: f"{face.file.rsplit('/', 1)[-1]}-{face.index}")
def test_face_loads_at_every_weight(face: Face) -> None:
    assert fonts.characters(face)
    assert fonts.font(face, 30.0, 400).advance("a") >= 0
    assert fonts.font(face, 30.0, 800) is not fonts.font(face, 30.0, 400)


def test_bold_is_wider_than_regular() -> None:
    assert fonts.font(fonts.INTER, 40.0, 800).advance("Width") > fonts.font(fonts.INTER, 40.0, 400).advance("Width")


@pytest.mark.parametrize(
    ("cluster", "file"),
    [
        ("a", "Inter"),
        ("→", "Inter"),
        ("漢", "CJK"),
        ("ع", "Arabic"),
        ("✅", "ColorEmoji"),
        ("⚠\ufe0f", "ColorEmoji"),
        ("⚠", "Inter"),
        ("🇩🇪", "ColorEmoji"),
        ("👩\u200d💻", "ColorEmoji"),
        ("👍🏽", "ColorEmoji"),
        ("1\ufe0f\u20e3", "ColorEmoji"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "ColorEmoji"),
        ("✅\ufe0e", "NotoEmoji"),
        ("1", "Inter"),
        ("ह", "Devanagari"),
        ("☑", "Emoji"),
    ],
)
def test_characters_come_from_the_face_made_for_them(cluster: str, file: str) -> None:
    face = face_for(cluster, "text", fonts.CHINESE)
    assert face is not None and file in face.file


def test_italic_falls_back_to_the_upright_face_that_has_the_character() -> None:
    face = face_for("ع", "mono", fonts.CHINESE, False, True)
    assert face is not None and ord("ع") in fonts.characters(face)


def test_character_that_no_font_has_has_no_face() -> None:
    assert face_for("𒀀", "text", fonts.CHINESE) is None


def test_han_characters_follow_the_language_beside_them() -> None:
    assert han_face("漢字かな") is fonts.JAPANESE
    assert han_face("漢字 한글") is fonts.KOREAN
    assert han_face("汉字") is fonts.CHINESE


def test_package_that_is_not_there_is_named() -> None:
    with pytest.raises(FontMissing, match="no_such_fonts"):
        Face("no_such_fonts", "a.ttf").path()
