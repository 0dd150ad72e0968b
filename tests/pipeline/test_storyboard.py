import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.support.short_video import SCRIPT, RenderResult, run
from videogen.pipeline import storyboard as module
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.storyboard import draw_storyboard

PLANNED = module.plan_draft  # type: ignore[attr-defined]


def request(tmp_path: Path, source: str = SCRIPT, work: str = "work", **values: Any) -> RenderRequest:
    return RenderRequest(source, tmp_path / work, tmp_path / "cache", options={"height": 240}, **values)


def test_storyboard_has_the_scenes_of_the_video(tmp_path: Path, video: RenderResult) -> None:
    board = draw_storyboard(request(tmp_path))
    assert [(scene.kind, scene.title) for scene in board.scenes] == [(one["kind"], one["title"]) for one in video.metadata["scenes"]]
    assert board.title == video.metadata["title"]
    assert board.scenes[-1].line and board.scenes[0].narration
    for scene in board.scenes:
        with Image.open(scene.picture or "", formats=["PNG"]) as picture:
            assert picture.size == (426, 240)


def test_estimate_is_near_the_length_of_the_video(tmp_path: Path, video: RenderResult) -> None:
    assert draw_storyboard(request(tmp_path)).estimate_s == pytest.approx(video.metadata["duration_s"], rel=0.35)


def test_only_a_changed_scene_is_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_storyboard(request(tmp_path, render_processes=2))
    drawn = []
    draw = module._draw
    monkeypatch.setattr(module, "_draw", lambda drawing, cache: (drawn.append(drawing.narrated.scene.kind), draw(drawing, cache)))
    draw_storyboard(request(tmp_path, SCRIPT.replace("first point", "very first point"), "again"))
    assert drawn == ["list"]


def test_little_time_draws_the_nearest_scene_and_asking_again_the_others(tmp_path: Path) -> None:
    board = draw_storyboard(request(tmp_path), line=10_000, within_s=0)
    drawn = [scene.picture is not None for scene in board.scenes]
    assert drawn[-1] and not all(drawn)
    for _ in drawn:
        board = draw_storyboard(request(tmp_path), within_s=0)
    assert all(scene.picture for scene in board.scenes)


def test_scenes_are_sent_without_pictures_before_any_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a preview that is stopped while its formulas are set, or while it is drawn."""
    boards: list[module.Storyboard] = []
    source = "# A\n\n## B\n\n$$\\frac{a}{b}$$\n"
    monkeypatch.setattr(module, "plan_draft", lambda request: (boards.append(None), PLANNED(request))[1])  # type: ignore[arg-type]
    final = draw_storyboard(request(tmp_path, source), send_partial=boards.append)
    written, marker, planned = boards
    assert marker is None and final.unfinished is None
    for board in (written, planned):
        assert [scene.title for scene in board.scenes] == ["A", "B"]
        assert not any(scene.picture for scene in board.scenes) and board.unfinished == "drawing"


def test_an_empty_script_is_a_storyboard_that_says_so(tmp_path: Path) -> None:
    board = draw_storyboard(request(tmp_path, ""))
    assert board.scenes == () and board.problem and board.problem.code == "empty_script"


@pytest.mark.parametrize(
    ("source", "titles", "diagnostics"),
    [
        ("# A\n\n## B\n\n```chart\nx: [1\n```\n\n## C\n\n![](gone.png)\n\n## D\n\nEnd.\n", ["A", "C", "D"], [7]),
        ("# A\n\n## B\n\n```chart\ntype: bar\n```\n\n## C\n\nText.\n", ["A", "C"], [6]),
        ("---\nmissing_images: fail\n---\n# A\n\n## B\n\n~~~\n# C\n~~~\n\n![](gone.png)\n", ["A"], [12]),
        ("title: A\nscenes:\n- {kind: title, title: A}\n- kind: none\n- kind: text\n  heading: B\n  paragraphs: [C]\n", ["A", "B"], [4]),
        ("title: A\nscenes:\n  - {kind: title, title: A}\n  - kind: text\n    heading: B: C\n", ["A"], [5]),
        ('{"title": "A", "scenes": [\n{"kind": "title", "title": "A"},\n{"kind": "text",\n"paragraphs": 1}]}', ["A"], [4]),
        ('{"title": "A", "scenes": [\n{"kind": "no"},\n{"kind": "title", "title": "A"},\n{"kind": "no"}]}', ["A"], [2, 4]),
        ('{"title": "A", "scenes": [{"kind": "title", "title": "A"},]}', [], [1]),
    ],
)
def test_scenes_that_can_be_read_are_shown_beside_those_at_fault(
    tmp_path: Path, source: str, titles: list[str], diagnostics: list[int]
) -> None:
    board = draw_storyboard(request(tmp_path, source), within_s=0)
    assert [scene.title for scene in board.scenes] == titles
    assert board.problem and [diagnostic.line for diagnostic in board.problem.diagnostics] == diagnostics


@pytest.mark.parametrize("head", ["theme: none\nspeed: 1", "title: [x"])
def test_front_matter_that_cannot_be_used_is_a_warning_and_no_fault(tmp_path: Path, head: str) -> None:
    board = draw_storyboard(request(tmp_path, f"---\n{head}\n---\n# A\n\n## B\n\nText.\n"), within_s=0)
    assert [scene.title for scene in board.scenes] == ["A", "B"]
    assert board.problem is None and [warning.code[:12] for warning in board.warnings] == ["front_matter"]


def test_what_the_request_has_wrong_does_not_hide_the_scenes(tmp_path: Path) -> None:
    bad = replace(request(tmp_path, "# A\n"), options={"height": 240, "theme": "none"}, assets={"cat.png": tmp_path / "gone"})
    board = draw_storyboard(bad)
    assert [scene.title for scene in board.scenes] == ["A"]
    assert board.problem and [diagnostic.path for diagnostic in board.problem.diagnostics] == ["assets.cat.png"]


def test_pictures_that_never_come_leave_a_storyboard_without_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scene whose drawing hangs costs its picture, and not the storyboard."""
    draw = module._draw
    monkeypatch.setattr(module, "_draw", lambda drawing, cache: signal.pause() if drawing.narrated.position == 1 else draw(drawing, cache))
    source = "# A\n\n" + "".join(f"## Part {number}\n\nWords.\n\n" for number in range(module.FORK_ABOVE + 2))
    board = draw_storyboard(request(tmp_path, source, render_processes=2), at_most_s=0)
    assert len(board.scenes) > module.FORK_ABOVE and board.problem is None
    assert board.scenes[0].picture is None and board.unfinished == "too_long"


def test_storyboard_says_what_the_cache_has_of_the_video_already(tmp_path: Path) -> None:
    script, options = "## One\n\nFirst.\n\n## Two\n\nSecond.\n\n## Three\n\nThird.", {"height": 240, "fps": 24}

    def ready_parts(script: str, **more: str) -> list[tuple[bool, bool]]:
        work = tmp_path / f"board-{len(list(tmp_path.iterdir()))}"
        request = RenderRequest(script, work, tmp_path / "cache", options=options | more, voice="none")
        return [(scene.is_spoken, scene.is_rendered) for scene in draw_storyboard(request).scenes]

    assert ready_parts(script) == [(False, False)] * 3
    run(tmp_path / "work", tmp_path / "cache", script, options=options, voice="none")
    assert ready_parts(script) == [(True, True)] * 3
    assert ready_parts(script.replace("Second", "Another")) == [(True, True), (False, False), (True, False)], (
        "the third comes in over the second"
    )
    assert ready_parts(script, theme="paper") == [(True, False)] * 3
