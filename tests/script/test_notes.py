"""Comments that say of a scene what its text does not: what is spoken, by whom, and where the speaker is silent."""

from typing import Any

import pytest

from videogen import script
from videogen.errors.script import BadScript
from videogen.pipeline.narration import NarrationStage
from videogen.pipeline.parsing import Plan
from videogen.pipeline.reporter import Reporter
from videogen.script import inline, pauses
from videogen.script.models import Script


def scenes(text: str) -> Any:
    return script.read(text, "markdown").script.scenes


def narrated_scenes(source: Script) -> Any:
    return NarrationStage().run(Plan(source, ()), Reporter("narration", lambda report: None)).scenes


def spoken(text: str, format: str = "markdown") -> list[tuple[tuple[str, ...], tuple[float | None, ...]]]:
    return [(scene.sentences, scene.pauses) for scene in narrated_scenes(script.read(text, format).script)]


def test_pause_stays_where_it_was_written() -> None:
    for text in ("One. <!-- pause: 2 --> Two.", "One.\n\n<!-- pause: 2 -->\n\nTwo.", "One.\n<!-- pause 2s -->\n\nTwo."):
        ((sentences, silences),) = spoken(text)
        assert (sentences, silences) == (("One.", "Two."), (None, 2.0, None)), text


def test_pause_within_a_sentence_divides_it_for_the_speaker_alone() -> None:
    text = "And the winner is <!-- pause: 1.5 --> **Ada**."
    ((sentences, silences),) = spoken(text)
    assert (sentences, silences) == (("And the winner is", "Ada."), (None, 1.5, None))
    (scene,) = scenes(text)
    assert inline.plain(scene.paragraphs[0]) == "And the winner is Ada."


def test_pause_before_any_word_and_after_the_last() -> None:
    ((sentences, silences),) = spoken("<!-- pause -->\n\nOne. <!-- pause: 3 -->")
    assert (sentences, silences) == (("One.",), (1.0, 3.0))


def test_pause_in_points_and_in_what_a_scene_says() -> None:
    ((_, points),) = spoken("- One <!-- pause: 2 -->\n- Two\n")
    assert points == (None, 2.0, None)
    ((sentences, pauses),) = spoken("Text.\n\n<!-- say: Three. [pause] Two. [pause: 2.5s] One. -->")
    assert (sentences, pauses) == (("Three.", "Two.", "One."), (None, 1.0, 2.5, None))
    ((sentences, pauses),) = spoken('{"title": "T", "scenes": [{"kind": "title", "title": "T", "say": "A. <!-- pause: 2 --> B."}]}', "json")
    assert (sentences, pauses) == (("A.", "B."), (None, 2.0, None))


def test_pause_after_code_belongs_to_its_scene() -> None:
    _, code, _ = scenes("# T\n\n```python\na = 1\n```\n\n<!-- pause: 2 -->\n<!-- pause: 1 -->\n\n## Next\n\nText.")
    assert code.pause_s == 3.0


def test_text_cut_into_pages_keeps_its_pauses() -> None:
    from videogen import scenes as drawn
    from videogen.scenes.scene_clip import RenderSettings

    sentence = "This is a sentence of some length that is said again and again. "
    (scene,) = scenes(sentence * 20 + "<!-- pause: 2 --> " + sentence * 20 + "<!-- pause: 3 -->")
    pages = drawn.paginate(scene, RenderSettings(640, 360))
    assert len(pages) > 1
    planned = Script(title="T", scenes=pages)
    assert sorted(pause for one in narrated_scenes(planned) for pause in one.pauses if pause) == [2.0, 3.0]


def test_marks_of_pauses_cannot_be_written_by_hand() -> None:
    ((sentences, _),) = spoken(f"A.{pauses.mark(50.0)}B. &#xffff;9000&#xffff;")
    assert sentences[0].startswith("A.50000B.")


def test_voice_and_length_are_noted_of_the_scene_they_stand_in() -> None:
    title, one, two = scenes(
        "# T\n\n<!-- voice: espeak -->\n\n## A\n\nText.\n<!-- duration: 8s -->\n\n## B\n\n<!-- voice: none -->\n\nText."
    )
    assert (title.voice, one.voice, two.voice) == ("espeak", None, "none")
    assert one.duration_s == 8.0


def test_transition_is_noted_of_the_scene_that_comes_in() -> None:
    title, one, two = scenes("# T\n\n## A\n\nText.\n\n## B\n\n<!-- transition: Slide -->\n\nText.")
    assert (title.transition, one.transition, two.transition) == (None, None, "slide")


@pytest.mark.parametrize("note", ["pause: soon", "pause: -1", "pause: 100", "duration:", "duration: 1e9", "transition: spin"])
def test_note_that_cannot_be_used_is_a_fault_with_its_line(note: str) -> None:
    with pytest.raises(BadScript) as caught:
        scenes(f"Text.\n\n<!-- {note} -->\n")
    assert caught.value.diagnostics[0].line == 3


def test_other_comments_are_nobodys_business() -> None:
    for comment in ("pauses are good", "pause the film here", "voiceover to do", "TODO"):
        (scene,) = scenes(f"Text.\n\n<!-- {comment} -->\n")
        assert (scene.pause_s, scene.voice, scene.say) == (None, None, None), comment
