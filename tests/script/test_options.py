from fractions import Fraction
from typing import Any

import pytest

from videogen.errors.script import BadOption
from videogen.script import read
from videogen.script.options import check, merge


def options_of(text: str) -> dict[str, Any]:
    """The options that a Markdown document names."""
    return read(text, "markdown").script.options.model_dump(exclude_unset=True)


def test_the_request_wins_over_the_script_and_the_script_over_the_settings() -> None:
    script = options_of("---\nvoice: espeak\nheight: 720\nmotion: none\n---\n# T\n")
    merged = merge(script, {"height": 480, "voice": None}, voice="hibari", theme="slate")
    assert (merged.voice, merged.height, merged.motion, merged.theme, merged.fps) == ("espeak", 480, "none", "slate", 30)


def test_only_what_somebody_said_counts_as_given() -> None:
    merged = merge({"cfr": True}, {"fps": 30}, voice="hibari", theme="slate")
    assert merged.model_fields_set == {"cfr", "fps"}
    assert (merged.voice, merged.theme) == ("hibari", "slate")
    assert merge(merged.model_dump(exclude_unset=True), {}, voice="none", theme="chalk").voice == "none"


@pytest.mark.parametrize("value", ["720", 720, 720.0])
def test_a_form_may_send_numbers_as_text(value: Any) -> None:
    assert merge({}, {"height": value, "fps": str(60), "cfr": "true"}, voice="v", theme="t").height == 720


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({"hieght": 720}, "options.hieght"),
        ({"height": 721}, "options.height"),
        ({"height": "tall"}, "options.height"),
        ({"height": 10**400}, "options.height"),
        ({"fps": "²"}, "options.fps"),
        ({"fps": 23}, "options.fps"),
        ({"fps": 29.5}, "options.fps"),
        ({"fps": 61}, "options.fps"),
        ({"lead_in_s": float("nan")}, "options.lead_in_s"),
        ({"padding_s": "inf"}, "options.padding_s"),
        ({"language": "en; rm -rf /"}, "options.language"),
        ({"aspect": ["16:9"]}, "options.aspect"),
        ({"voice": {"a": 1}}, "options.voice"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(request_: dict[str, Any], path: str) -> None:
    with pytest.raises(BadOption) as caught:
        merge({}, request_, voice="v", theme="t")
    assert [diagnostic.path for diagnostic in caught.value.diagnostics] == [path]


@pytest.mark.parametrize("value, style", [("true", "subtitles"), (True, "subtitles"), ("no", "none"), (False, "none")])
def test_the_old_name_of_captions_is_understood(value: object, style: str) -> None:
    assert check({"burn_captions": value}).captions == style
    assert check({"burn_captions": value, "captions": "karaoke"}).captions == "karaoke"


@pytest.mark.parametrize(
    "written, fps, rate",
    [
        (25, 25, Fraction(25)),
        ("48", 48, Fraction(48)),
        (23.976, 23.976, Fraction(24000, 1001)),
        ("29.97", 29.97, Fraction(30000, 1001)),
        (24000 / 1001, 23.976, Fraction(24000, 1001)),
        (59.94, 59.94, Fraction(60000, 1001)),
    ],
)
def test_frame_rates_are_exact(written: object, fps: float, rate: Fraction) -> None:
    options = check({"fps": written})
    assert (options.fps, options.frame_rate) == (fps, rate)
