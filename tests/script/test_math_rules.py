"""Where a displayed formula begins and ends, whatever stands around it."""

from __future__ import annotations

import pytest

from tests.script.scripts import scenes_of, shown
from videogen.script import read
from videogen.script.models import EquationScene, ListScene, TextScene


def formulas(text: str) -> list[str]:
    return [scene.tex for scene in scenes_of(f"# Tea\n\n## Heat\n\n{text}\n") if isinstance(scene, EquationScene)]


@pytest.mark.parametrize(
    "written",
    ["$$x = 1$$", "$$\nx = 1\n$$", "$$ x = 1\n$$", "$$x = 1$$ (eq-one)", "$$\nx = 1\n$$ {#eq-one}", "$$x = 1$$."],
)
def test_a_formula_by_itself_is_one_with_its_label_left_out(written: str) -> None:
    assert [tex.strip() for tex in formulas(written)] == ["x = 1"]
    assert "eq-one" not in shown(read(f"# T\n\n## H\n\n{written}\n\nEnd.\n", "markdown").script)


@pytest.mark.parametrize(
    "written",
    [
        "Boil $$x = 1$$ and wait.",
        "$$x = 1$$ is hot.",
        "It is $$\nx\n+ 1\n$$ and wait.",
        "It is $$a\n- b$$ now.",
        "$$a$$ and $$b$$",
        "Boil\n$$x = 1$$\nand wait.",
        "> Boil $$x$$ now",
    ],
)
def test_a_short_formula_within_a_paragraph_stays_in_its_text(written: str) -> None:
    scenes = scenes_of(f"# Tea\n\n## Heat\n\n{written}\n")
    assert len(scenes) == 2 or scenes[1].kind == "title"
    assert "$$" not in shown(read(f"# Tea\n\n## Heat\n\n{written}\n", "markdown").script)
    assert formulas(written) == []


def test_text_after_a_formula_of_several_lines_is_a_paragraph() -> None:
    _, equation, text = scenes_of("# Tea\n\n## Heat\n\nSo:\n$$\na = 1\n\nb = 2\n$$ where it *ends*\nwell.\n")
    assert isinstance(equation, EquationScene) and equation.lead == "So:" and "b = 2" in equation.tex
    assert isinstance(text, TextScene) and text.paragraphs == ("where it _ends_ well.",) and text.line == 10


def test_a_large_formula_within_a_paragraph_is_a_scene_of_its_own() -> None:
    _, equation, text = scenes_of("# Tea\n\n## Heat\n\nIt is $$\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned}\n$$ and so on.\n")
    assert isinstance(equation, EquationScene) and equation.lead == "It is" and r"\begin{aligned}" in equation.tex
    assert isinstance(text, TextScene) and text.paragraphs == ("and so on.",)


def test_formulas_in_points_stay_in_their_points() -> None:
    *_, points = scenes_of("# Tea\n\n## Heat\n\n1. first $$x = 1$$\n2. second\n   $$y = 2$$\n   tail\n")
    assert isinstance(points, ListScene) and len(points.items) == 2 and points.items[1].text.endswith("tail")


def test_two_dollars_of_money_or_of_a_shell_are_text() -> None:
    *_, scene = scenes_of("# Tea\n\n## Heat\n\nThe shell has $$ as its number, and tea costs $$5 or $$6 there.\n")
    assert isinstance(scene, TextScene) and "$$5" in scene.paragraphs[0]
