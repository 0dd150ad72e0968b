import pytest
from PIL import Image

from tests.pipeline.films import SCRIPT, Made
from videogen.errors import EmptyScript
from videogen.pipeline import sketch as module
from videogen.pipeline.order import Order
from videogen.pipeline.sketch import sketch


def order(tmp_path, source: str = SCRIPT, work: str = "work", **values) -> Order:
    return Order(source, tmp_path / work, tmp_path / "cache", options={"height": 240}, **values)


def test_storyboard_has_the_scenes_of_the_film(tmp_path, film: Made) -> None:
    board = sketch(order(tmp_path))
    assert [(scene.kind, scene.title) for scene in board.scenes] == [(one["kind"], one["title"]) for one in film.metadata["scenes"]]
    assert board.title == film.metadata["title"]
    assert board.scenes[-1].line and board.scenes[0].narration
    for scene in board.scenes:
        with Image.open(scene.picture, formats=["PNG"]) as picture:
            assert picture.size == (426, 240)


def test_estimate_is_near_the_length_of_the_film(tmp_path, film: Made) -> None:
    assert sketch(order(tmp_path)).estimate_s == pytest.approx(film.metadata["duration_s"], rel=0.35)


def test_only_a_changed_scene_is_drawn_again(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    sketch(order(tmp_path, render_processes=2))
    drawn = []
    draw = module._draw
    monkeypatch.setattr(module, "_draw", lambda drawing, cache: (drawn.append(drawing.told.scene.kind), draw(drawing, cache)))
    sketch(order(tmp_path, SCRIPT.replace("first point", "very first point"), "again"))
    assert drawn == ["list"]


def test_little_time_draws_the_nearest_scene_and_asking_again_the_others(tmp_path) -> None:
    board = sketch(order(tmp_path), line=10_000, within_s=0)
    drawn = [scene.picture is not None for scene in board.scenes]
    assert drawn[-1] and not all(drawn)
    for _ in drawn:
        board = sketch(order(tmp_path), within_s=0)
    assert all(scene.picture for scene in board.scenes)


def test_fault_in_the_script_is_raised_as_it_is(tmp_path) -> None:
    with pytest.raises(EmptyScript):
        sketch(order(tmp_path, ""))
