from typing import Any

from videogen.pipeline.audio import Sentence
from videogen.pipeline.metadata import PlacedScene, chapters_of, transcript_of
from videogen.script.models import SectionScene, TextScene, TitleScene

TITLE = TitleScene(kind="title", title="A **film**")
SECTION = SectionScene(kind="section", title="Part")
TEXT = TextScene(kind="text", heading="Point", paragraphs=("One.",))


def scenes(*kinds: Any) -> list[PlacedScene]:
    return [
        PlacedScene(n + 1, scene, 4.0 * n, 4.0 * (n + 1), 0.4, (Sentence(f"Words {n}.", 4.0 * n, 4.0 * n + 1),))
        for n, scene in enumerate(kinds)
    ]


def test_chapters_begin_at_titles_and_sections_and_leave_no_gap() -> None:
    chapters = chapters_of(scenes(TITLE, TEXT, SECTION, TEXT, TEXT))
    assert [(one.title, one.start, one.end) for one in chapters] == [("A film", 0.0, 8.0), ("Part", 8.0, 20.0)]


def test_video_that_opens_with_something_else_has_a_chapter_for_it() -> None:
    assert [one.title for one in chapters_of(scenes(TEXT, SECTION))] == ["Point", "Part"]


def test_one_chapter_alone_is_none() -> None:
    assert chapters_of(scenes(TITLE, TEXT)) == ()
    assert chapters_of(scenes(TEXT, TEXT)) == ()


def test_transcript_in_japanese_has_no_spaces_between_sentences() -> None:
    japanese = (Sentence("お湯。", 0.0, 1.0), Sentence("三分待つ。", 1.0, 2.0), Sentence("Tea.", 2.0, 3.0), Sentence("茶。", 3.0, 4.0))
    placed = PlacedScene(1, TITLE, 0.0, 4.0, 0.0, japanese)
    assert transcript_of("A film", [placed]) == "A film\n\nお湯。三分待つ。Tea. 茶。\n"


def test_transcript_says_each_heading_once() -> None:
    assert transcript_of("A film", scenes(TITLE, TEXT, TEXT)) == "A film\n\nWords 0.\n\n## Point\n\nWords 1.\n\nWords 2.\n"
