import pytest

from videogen.script.tex import rows, wrong


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (r"a &= b \\ &= c", (("a", "= b"), ("", "= c"))),
        (r"\begin{aligned} a &= \{b\} \\[2pt] c \, d \end{aligned}", (("a", r"= \{b\}"), (r"c \, d",))),
        (r"\substack{a \\ b} \\ c", ((r"\substack{a \\ b}",), ("c",))),
        (r"\frac12 + \sqrt{\frac{1}{2}}", ((r"\dfrac{1}{2} + \sqrt{\frac{1}{2}}",),)),
        ("a % why\nb \\tag{1}", (("a b",),)),
        (r"\bigl( \bigcup A \bigr) \implies B", ((r"( \bigcup A ) \Longrightarrow B",),)),
    ],
)
def test_rows_are_cut_where_tex_cuts_them(written: str, found: tuple[tuple[str, ...], ...]) -> None:
    assert rows(written) == found
    assert wrong(written) is None
