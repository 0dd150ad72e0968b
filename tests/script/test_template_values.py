"""Values that templates put into a text: those that a document gives are put in, others are named, and no sentence has a hole."""

from __future__ import annotations

import pytest

from tests.script.scripts import narrations_of, scenes_of, shown
from videogen.script import read
from videogen.script.dialects.template_values import GROWTH_MAX, VALUE_MAX, Values, named

MATTER = """---
title: Cups
price: 3
pot: {size: "two litres"}
tags: [green, black]
substitutions:
  shop: "[the shop](https://example.org)"
  owner: the *keeper* of {{ shop }}
  round: more {{ round }}
myst:
  substitutions:
    leaf: a leaf
variables: {water: {heat: 80}}
---
"""


def paragraph(text: str, matter: str = MATTER) -> str:
    """Return the only paragraph of a document."""
    (scene,) = [scene for scene in scenes_of(f"{matter}# Tea\n\n## Pot\n\n{text}\n") if scene.kind == "text"]
    (words,) = scene.paragraphs
    return str(words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It costs {{ price }} coins.", "It costs 3 coins."),
        ("It costs {{page.price}} coins, or {{ page.meta.price }}.", "It costs 3 coins, or 3."),
        ("It holds {{ pot.size }}, {{ pot['size'] }}.", "It holds two litres, two litres."),
        ("Take {{ leaf }} from {{ owner }}.", "Take a leaf from the _keeper_ of [the shop](<https://example.org>)."),
        ("Heat it to {{ water.heat }} and {{ variables.water.heat | round }} degrees.", "Heat it to 80 and 80 degrees."),
        ("We have {{ tags }}.", "We have green, black."),
        ("Read {{< meta title >}} for {{< param price >}}.", "Read Cups for 3."),
        ('{% set milk = "oat milk" %}Take {{ milk }}.', "Take oat milk."),
        ("{% assign cups = 4 %}Take {{ cups }} cups.", "Take 4 cups."),
        ('Write {{ "two cups" }} down.', "Write two cups down."),
        ("Pour **{{ price }}** now.", "Pour **3** now."),
    ],
)
def test_a_value_that_the_document_gives_is_put_in(text: str, words: str) -> None:
    assert paragraph(text) == words
    warnings = read(f"{MATTER}# Tea\n\n## Pot\n\n{text}\n", "markdown").warnings
    assert {warning.code for warning in warnings} <= {"unknown_front_matter"}  # what only other texts here use


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It costs {{ unit_price }} coins.", "It costs unit price coins."),
        ("Set it in {{ confpy }}, please.", "Set it in confpy, please."),
        ("We have **{{ page.meta.greenTea }}** of it.", "We have **green tea** of it."),
        ("It was {{ now().year }} then.", "It was year then."),
        ("It is {{ size|upper }} or {{ 3 * cups }}.", "It is size or …."),
        ("See {{ 'the {} pot'.format(1) }} here.", "See … here."),
        ("Use {{< var tool.version >}} of it.", "Use version of it."),
        ("Ask <%= user.first_name %> first.", "Ask first name first."),
        ("Pour\n{{ some_tea }}\nslowly.", "Pour some tea slowly."),
    ],
)
def test_a_value_that_is_not_known_is_named_and_told_of_with_its_line(text: str, words: str) -> None:
    assert paragraph(text) == words
    lines = {warning.line for warning in read(f"# Tea\n\n## Pot\n\n{text}\n", "markdown").warnings}
    assert lines <= {5, 6} and lines


def test_what_a_template_puts_in_as_a_block_is_left_out_with_its_marks() -> None:
    text = '# Tea\n\n## Pot\n\nOf clay.\n\n{{ button("Buy", "https://example.org") }}\n\n** {{ news }} **\n\n{{ a }} ({{ b }})\n'
    reading = read(text, "markdown")
    assert "".join(word for word in shown(reading.script).split() if not word.isalpha()) in ("clay.", "clay.clay.")
    assert [warning.line for warning in reading.warnings] == [7, 9, 11, 11]


def test_points_cells_and_headings_keep_their_place_by_a_name() -> None:
    points, table = scenes_of("# Tea\n\n## {{ site.pots }}\n\n- {{ first_cup }}\n- Two\n\n| A |\n|---|\n| {{ leaf }} |\n")[1:]
    assert (points.heading, [item.text for item in points.items]) == ("pots", ["first cup", "Two"])
    assert table.rows == (("leaf",),)


def test_a_value_that_is_a_directive_gives_its_words_or_its_picture() -> None:
    hint = "  hint: |\n    ```{note}\n    :class: wide\n    It is *hot*.\n    ```\n"
    matter = f"---\nsubstitutions:\n{hint}  cup: |\n    ```{{image}} cup.png\n    ```\n---\n"
    assert paragraph("Mind: {{ hint }}", matter) == "Mind: It is _hot_."
    assert [scene.file for scene in scenes_of(f"{matter}# Tea\n\n## Pot\n\n{{{{ cup }}}}\n") if scene.kind == "image"] == ["cup.png"]


def test_an_address_gets_no_name_for_a_value() -> None:
    assert paragraph("See [the shop]({{ base }}/shop) now.", "") == "See [the shop](</shop>) now."


MDX = """import Tabs from '@theme/Tabs';
export const version = '1.2';

# {frontMatter.title}

## Pot

Use {version} of {site.toolName}, with{' '}care and {props.children}. Keep {two words} and `{code}`.

<Tabs values={[
  {label: 'Green', value: 'g'},
]}>

{teas.map((tea) => (
  <li key={tea.id}>{tea.name}</li>
))}

Words after it.

</Tabs>
"""


def test_expressions_of_mdx_are_values_and_names() -> None:
    reading = read(MDX, "markdown")
    (text,) = [scene for scene in reading.script.scenes if scene.kind == "text"]
    assert text.paragraphs == ("Use 1.2 of tool name, with care and children. Keep {two words} and `{code}`.", "Words after it.")
    assert [(warning.code, warning.line) for warning in reading.warnings] == [
        ("left_out", 4),
        ("left_out", 8),
        ("left_out", 8),
        ("left_out", 14),
    ]


def test_braces_of_formulas_stay_in_a_document_with_components() -> None:
    formula = r"\begin{array}{c} \frac{a}{b} & x^{n} \end{array}"
    text = f"<Card />\n\n# Tea\n\n## Pot\n\n$$\n{formula}\n{{c}}\n$$\n\nIt is $y_{{i}}$ and ${{k}}$, or $\\frac{{a}}{{b}}$.\n"
    reading = read(text, "markdown")
    assert [scene.tex for scene in reading.script.scenes if scene.kind == "equation"] == [f"{formula}\n{{c}}"]
    assert reading.warnings == ()
    assert "y_{i}" in shown(reading.script) and "{k}" in shown(reading.script)


def test_braces_of_a_document_without_components_stay() -> None:
    assert paragraph("The set {a} and {b.c} stay.", "") == "The set {a} and {b.c} stay."


def test_keys_of_front_matter_that_the_text_uses_are_not_unknown() -> None:
    text = "---\nannouncement: Hot tea\nodd: 1\n---\n\n# Tea\n\nHear: {{ announcement }}.\n"
    ((code, message),) = [(warning.code, warning.message) for warning in read(text, "markdown").warnings]
    assert code == "unknown_front_matter" and "odd" in message and "announcement" not in message
    assert "Hot tea" in " ".join(narrations_of(text))


NAMES = {
    "a.b_c": "b c",
    "x | f('|')": "x",
    "f(a)(b)": "f",
    "": "…",
    "a +": "…",
    "größe": "größe",
    "teaPot2Size": "tea pot2 size",
    "HTML": "HTML",
}


@pytest.mark.parametrize(("expression", "words"), NAMES.items())
def test_the_words_that_an_expression_is_named_by(expression: str, words: str) -> None:
    assert named(expression) == words


def test_values_that_name_themselves_or_each_other_end() -> None:
    assert paragraph("Go {{ round }}.") == "Go more more more more round."
    names = "abcdef"
    values = Values({"substitutions": {name: f"{{{{ {after} }}}} " * 60 for name, after in zip(names, names[1:] + "x", strict=True)}})
    texts = [values.text("a") for _ in range(1000)]
    assert texts[0] is not None and len(texts[0]) <= VALUE_MAX and "{" not in texts[0]
    assert sum(len(text or "") for text in texts) <= GROWTH_MAX and texts[-1] is None
