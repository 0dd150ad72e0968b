"""Documents written for other tools, as they are: what is shown, what is said, and what is left out with a warning."""

from __future__ import annotations

import pytest

from tests.script.scripts import kinds, narrations_of, scenes_of, shown
from videogen.errors.script import UnknownFormat
from videogen.script import detect_format, read
from videogen.script.models import CalloutScene, ImageScene, ListScene


def everything(text: str) -> str:
    """All that a document shows and says."""
    return " ".join([shown(read(text, "markdown").script), *narrations_of(text)])


def warned(text: str) -> list[tuple[str, int | None]]:
    return [(warning.code, warning.line) for warning in read(text, "markdown").warnings]


SLIDEV = """---
theme: tea
mdc: true
title: Brewing
---

# Brewing

Three minutes

---
layout: two-cols
---

## Green

- Cool water

::right::

## Black

- Hot water

<!-- an aside that nobody hears -->

<!--
Mind [click] the heat.
-->

---
hide: true
---

# Not for today

---
class: text-center
---

# Pour

<v-click at="2">

Slowly.

</v-click>

<<< @/pots/one.py

---
src: ./pages/leaves.md
---
"""


def test_slides_of_slidev_take_their_settings_columns_and_notes() -> None:
    title, columns, pour = scenes_of(SLIDEV)
    assert (title.kind, title.title, title.subtitle) == ("title", "Brewing", "Three minutes")
    assert [(column.heading, column.items[0].text) for column in columns.columns] == [("Green", "Cool water"), ("Black", "Hot water")]
    assert columns.say == "Mind the heat."
    assert (pour.heading, pour.paragraphs, pour.say) == ("Pour", ("Slowly.",), None)
    assert warned(SLIDEV) == [("front_matter_value", 2), ("left_out", 49), ("left_out", 52)]


REMARK = """class: middle

# Tea

---
layout: true

.logo[A firm]

---
name: water

## Water

It boils.

--

It cools.

.left-column[
- Soft
]

.right-column[
- Hard
]

???

Hold up the *kettle*.

---

## End
"""


def test_decks_of_remark_lose_their_properties_and_speak_their_notes() -> None:
    title, text, columns, end = scenes_of(REMARK)
    assert (title.title, text.paragraphs, columns.lead, end.title) == ("Tea", ("It boils.",), "It cools.", "End")
    assert [column.items[0].text for column in columns.columns] == ["Soft", "Hard"]
    assert "Hold up the kettle." in narrations_of(REMARK)
    all_text = everything(REMARK)
    assert not any(mark in all_text for mark in ("class", "layout", "name", "--", "???", ".left", "A firm", "]"))


def test_separators_of_reveal_come_from_the_front_matter() -> None:
    text = "---\ntitle: Tea\nseparator: <!--s-->\nverticalSeparator: ^\\r?\\n<!--v-->\\r?\\n$\n---\n\n# One\n\n<!--s-->\n\n## Two\n\n"
    text += '- A <!-- .element: class="fragment" -->\n\n<!--v-->\n\nOnly words.\n\nNote:\nSaid aloud.\n'
    assert kinds(text) == ["title", "section", "list", "text"]
    assert narrations_of(text) == ["Tea.", "One.", "Two. A.", "Said aloud."]


@pytest.mark.parametrize("begin", ["Note: Said aloud.", "Notes:\nSaid aloud.", "note: Said\naloud."])
def test_notes_of_reveal_are_said_and_not_shown(begin: str) -> None:
    scenes = scenes_of(f"# Tea\n\n---\n\n## One\n\n- A point\n\n{begin}\n\n---\n\n## Two\n\nWords.\n")
    assert [scene.say for scene in scenes] == [None, "Said aloud.", None]
    assert len(scenes[1].items) == 1


def test_a_remark_that_begins_with_note_is_text_in_a_document() -> None:
    assert "Note: it is hot." in everything("# Tea\n\n## One\n\nNote: it is hot.\n\n## Two\n\nWords.\n")


QUARTO = """---
title: Tea
author:
  - name: Ada
format:
  revealjs:
    theme: dark
---

# Part

## Columns

:::: {.columns}

::: {.column width="40%"}
Left.
:::

::: {.column width="60%"}
Right.
:::

::::

## Pause

First.

. . .

Second [@ada1843, p. 3].

::: {.notes}
- Said *aloud*.
:::

```{python}
#| label: fig-one
#| echo: true
x = 1
```

## Hidden

```{r setup, include=FALSE}
library(tea)
```

It is `r mean(x)` and @fig-one.

```{r, echo = FALSE, fig.cap = "Cups"}
plot(1)
```
"""


def test_quarto_and_pandoc_slides() -> None:
    title, part, columns, text, code, hidden = scenes_of(QUARTO)
    assert (title.title, title.subtitle, part.title) == ("Tea", "Ada", "Part")
    assert [column.paragraphs for column in columns.columns] == [("Left.",), ("Right.",)]
    assert (text.paragraphs, code.lead, text.say) == (("First.",), "Second.", "Said aloud.")
    assert (code.language, code.code) == ("python", "x = 1")
    assert hidden.paragraphs == ("It is `mean(x)` and the figure.", "Cups")
    assert warned(QUARTO) == [("left_out", 32), ("code_not_run", 52)]


def test_code_of_r_is_called_so() -> None:
    assert narrations_of("# T\n\n## A\n\n```{r}\nx <- 1\n```\n")[1] == "A. Here is the code in R."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{% alert title="Mind" color="red" %}}\nIt is hot.\n{{% /alert %}}', "**Mind**: It is hot."),
        ("{{< hint info >}}\nIt is hot.\n{{< /hint >}}", "It is hot."),
        ("{% tip %}\nIt is hot.\n{% endtip %}", "It is hot."),
        ("The heat is {{ site.heat_of_tea }}.", "The heat is heat of tea."),
        ("Its {{< param heat >}} is high.", "Its heat is high."),
        ("It is {/* a comment */} hot.", "It is hot."),
        ("It is %%a comment%% hot.", "It is hot."),
        ("Use `{{ x }}` for it.", "Use `{{ x }}` for it."),
        ("See [[Pots|the pots]] and [[Cups]].", "See the pots and Cups."),
        ("See {ref}`the pots <pots>` and :doc:`cups`.", "See the pots and cups."),
        ("Hot.\n\n{% comment %}\nNobody\n\nsees it.\n{% endcomment %}", "Hot."),
        ("import Tabs from '@theme/Tabs';\n\nHot.", "Hot."),
        ('{{< \n  hint\n  info="x" \n>}}\nHot.', "Hot."),
    ],
)
def test_tags_of_templates_are_not_shown_and_their_text_is(text: str, expected: str) -> None:
    (_, scene) = scenes_of(f"# T\n\n## A\n\n{text}\n")
    assert scene.paragraphs == (expected,)


def test_shortcodes_of_code_and_pictures() -> None:
    text = '# T\n\n## A\n\n{{< highlight go "linenos=table" >}}\nx := 1\n{{< /highlight >}}\n\n{{< figure src="a.png" caption="Cups" >}}\n'
    _, code, picture = scenes_of(f"{text}\n{{{{< youtube abc >}}}}\n")
    assert (code.language, code.code, picture.file, picture.caption) == ("go", "x := 1", "a.png", "Cups")
    assert warned(f"{text}\n{{{{< youtube abc >}}}}\n") == [("left_out", 11)]


@pytest.mark.parametrize(
    "comment",
    [
        "markdownlint-disable MD013",
        "prettier-ignore",
        "TODO: a picture of the pot",
        "SPDX-License-Identifier: MIT",
        "Copyright 2024 Ada. All rights reserved.",
        "\n\n---\n\n## A slide taken out\n\n- not shown\n\n",
        "![w:300](pot.png)",
        "cspell:ignore matcha",
        "ALL-CONTRIBUTORS-LIST:START - Do not remove",
        " _class: lead --\n\n- not shown\n",
        "<div>taken out</div>",
    ],
)
def test_comments_for_tools_are_no_narration(comment: str) -> None:
    scenes = scenes_of(f"---\nmarp: true\n---\n\n# T\n\n---\n\n## A\n\n- One\n- Two\n\n<!-- {comment} -->\n")
    assert [scene.say for scene in scenes] == [None, None]


@pytest.mark.parametrize(
    ("comment", "say"),
    [
        ("the sources", "A. One point to make. Two points to make. the sources."),
        ("Now the points are made, one after the other.", "Now the points are made, one after the other."),
        ("Note: the sources", "the sources."),
        ("Slowly.", "Slowly."),
    ],
)
def test_a_short_remark_adds_to_a_full_slide_and_a_note_replaces_its_words(comment: str, say: str) -> None:
    scene = scenes_of(f"---\nmarp: true\n---\n\n# T\n\n---\n\n## A\n\n- One point to make\n- Two points to make\n\n<!-- {comment} -->\n")[1]
    assert scene.say == say


@pytest.mark.parametrize(
    "link", ["[Back to top](#t)", "[⬆ back to top](#t)", "**[⬆ Top](#t)**", '<p align="right">(<a href="#t">back to top</a>)</p>']
)
def test_ways_back_to_the_top_are_left_out(link: str) -> None:
    assert "top" not in everything(f"# T\n\n## A\n\nWords.\n\n{link}\n").lower()


@pytest.mark.parametrize(
    "text", ["Fixed (1a2b3c4).", "Fixed ([1a2b3c4](https://e.org)).", "Fixed 1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b.", "Fixed `1a2b3c4`."]
)
def test_hashes_of_commits_are_shown_and_not_said(text: str) -> None:
    document = f"# T\n\n## A\n\n{text}\n"
    assert narrations_of(document)[1] == "A. Fixed."
    assert "1a2b3c4" in scenes_of(document)[1].paragraphs[0]


def test_directives_of_restructured_text_leave_their_text() -> None:
    (_, scene) = scenes_of(
        "# T\n\n## A\n\n.. note:: Mind it\n   :class: x\n\n   It is hot, says `Ada <https://e.org>`_.\n\n(pots)=\n\nMore.\n"
    )
    assert scene.paragraphs == ("**Note:** Mind it", "It is hot, says [Ada](<https://e.org>).", "More.")


HTML = """# T

## A

<details>
<summary>More of it</summary>
- [One](a.md)
- **Two**
</details>

Then:

<ol>
  <li><a href="#a">Pots</a></li>

  <li>Cups
    <ul><li>Small</li></ul>
  </li>
</ol>

<table><tr><th>Name</th><th>Age</th></tr>

<tr><td>Ada</td><td>36 &amp; up</td></tr></table>

Press <kbd>Ctrl</kbd> and <blink>drink</blink>.
"""


def test_lists_and_tables_of_html_are_as_their_markdown_would_be() -> None:
    _, more, pots, table, text = scenes_of(HTML)
    assert (more.lead, [item.text for item in more.items]) == ("**More of it**", ["[One](<a.md>)", "**Two**"])
    assert [(item.text, item.level, item.number) for item in pots.items] == [("[Pots](<#a>)", 0, 1), ("Cups", 0, 2), ("Small", 1, None)]
    assert (table.header, table.rows, table.line) == (("Name", "Age"), (("Ada", "36 & up"),), 21)
    assert len(text.paragraphs) == 1
    assert narrations_of(HTML)[-1] == "Press Ctrl and drink."


NOTEBOOK = """{"nbformat": 4, "metadata": {"kernelspec": {"language": "julia"}}, "cells": [
{"cell_type": "markdown", "source": [
"# Tea\\n",
"\\n",
"A lesson\\n"]},
{"cell_type": "code", "source": "x = 1", "outputs": [
{"output_type": "stream", "text": ["\\u001b[31m1\\n", "2\\n"]},
{"output_type": "display_data", "data": {"image/png": "iVBOR", "text/plain": "<Figure>"}},
{"output_type": "error", "ename": "TeaError", "evalue": "too hot", "traceback": []}]},
{"cell_type": "code", "source": "secret", "metadata": {"tags": ["remove-cell"]}, "outputs": []},
{"cell_type": "markdown", "source": "Slide {{< x >}} notes", "metadata": {"slideshow": {"slide_type": "notes"}}}
]}"""


def test_notebook_becomes_its_markdown_its_code_and_its_outputs() -> None:
    assert detect_format(NOTEBOOK) == "json"
    reading = read(NOTEBOOK, "json")
    title, code, output, error = reading.script.scenes
    assert (title.title, code.lead, title.line) == ("Tea", "A lesson", 3)
    assert (code.language, code.code, output.text, error.text) == ("julia", "x = 1", "1\n2", "TeaError: too hot")
    assert [(warning.code, warning.line) for warning in reading.warnings] == [("picture_left_out", 8)]


QUARTO_NOTEBOOK = """{"nbformat": 4, "cells": [
{"cell_type": "raw", "source": "---\\ntitle: Tea\\nexecute: {echo: false}\\n---"},
{"cell_type": "code", "source": "#| echo: true\\n#| output: false\\nboil()", "outputs": [{"output_type": "stream", "text": "noise"}]},
{"cell_type": "code", "source": "count()", "outputs": [{"output_type": "stream", "text": "4"}]},
{"cell_type": "code", "source": "#| include: false\\nsecret()", "outputs": [{"output_type": "stream", "text": "5"}]}
]}"""


def test_options_at_the_head_of_a_notebooks_cells_say_what_is_shown() -> None:
    scenes = read(QUARTO_NOTEBOOK, "json").script.scenes
    assert [getattr(scene, "code", getattr(scene, "text", "")) for scene in scenes] == ["", "boil()", "4"]


OLDER = """video:
  title: Tea
  voice: female
  height: 720
scenes:
  - scene_type: title
    narration: About ${what}
    visual_content: {title: Tea, subtitle: "In {{ time }}"}
  - type: list
    header: Why
    items:
      - {title: Fast, description: Three minutes}
      - Cheap
  - scene_type: command
    voice: male
    visual_content: {header: Boil, commands: ["$ boil", "done"]}
  - scene_type: quiz
    visual_content: {question: "How hot?", options: [Hot, Cold]}
  - scene_type: whatever
    visual_content: {title: Last, words: More of it}
variables: {what: leaves, time: short}
"""


def test_scripts_with_scene_types_are_read_as_they_are() -> None:
    assert detect_format(OLDER) == "yaml"
    reading = read(OLDER, "yaml")
    title, why, boil, quiz, last = reading.script.scenes
    assert (title.title, title.subtitle, title.say) == ("Tea", "In short", "About leaves")
    assert (why.heading, [item.text for item in why.items]) == ("Why", ["**Fast**: Three minutes", "Cheap"])
    assert (boil.kind, boil.text, boil.voice) == ("command", "$ boil\ndone", None)
    assert (quiz.heading, [item.text for item in quiz.items]) == ("How hot?", ["Hot", "Cold"])
    assert (last.heading, last.paragraphs, last.line) == ("Last", ("More of it",), 19)
    assert reading.script.options.model_dump(exclude_unset=True) == {"height": 720}
    assert [warning.line for warning in reading.warnings] == [3]


def test_templates_show_their_variables() -> None:
    text = "# first\n\ntemplate: lesson\nvariables:\n  title: Tea\n  points: [Hot, Cold]\n"
    assert detect_format(text) == "yaml"
    assert [scene.kind for scene in read(text, "yaml").script.scenes] == ["title", "list"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("= Tea\nAda\n:toc:\n\n== Pots\n\nNOTE: Hot.\n", "AsciiDoc"),
        ("// x\n= Tea\n\n[source,python]\n----\nx\n----\n", "AsciiDoc"),
        ("Tea\n###\n\n.. note::\n\n   Hot.\n", "reStructuredText"),
        ("Tea\n~~~\n\nPots\n~~~~\n\nHot.\n", "reStructuredText"),
        ("% x\n\\documentclass{beamer}\n\\begin{document}\n", "LaTeX"),
        ("#+TITLE: Tea\n\n* Pots\n", "Org"),
    ],
)
def test_other_formats_are_told_by_their_names(text: str, name: str) -> None:
    with pytest.raises(UnknownFormat) as refused:
        read(text, "markdown")
    assert name in refused.value.detail
    assert "pandoc" in refused.value.hint


@pytest.mark.parametrize(
    "text", ["= 5 is five\n\nWords.\n", "Tea\n===\n\nPots\n----\n\nWords.\n", "# T\n\n```rst\n.. note::\n\nA\n###\n```\n"]
)
def test_markdown_is_not_taken_for_another_format(text: str) -> None:
    assert scenes_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::: {#fig-tree layout-ncol=2}\n\nOak\n\nAn old one\n:::\n\nAfter", "Oak An old one After"),
        (
            ":::: {#fig-two}\n\n::: {#fig-one}\n\nOak\n\nFirst\n:::\n\n::: {#fig-other}\n\nElm\n\nSecond\n:::\n\nBoth\n::::",
            "Oak First Elm Second Both",
        ),
        ("::: {.wide}\n\n::: {.narrow}\nOak\n:::\n\n:::\n\nAfter", "Oak After"),
        ("Before\n:::\n\nAfter", "Before After"),
        ("- Oak\n\n  ::: {.wide}\n  ::: {.narrow}\n  Elm\n  :::\n  Ash\n  :::\n", "Oak Elm Ash"),
    ],
    ids=["attributes-alone", "nested", "of-one-length", "orphan", "in-a-list"],
)
def test_colons_of_divs_are_never_shown_however_they_nest(text: str, expected: str) -> None:
    document = f"# Trees\n\n## Kinds\n\n{text}\n"
    assert ":::" not in everything(document)
    seen = shown(read(document, "markdown").script).split()
    assert list(dict.fromkeys(word for word in seen if word in expected.split())) == expected.split()


def test_columns_of_pandoc_stand_side_by_side_though_all_fences_are_of_one_length() -> None:
    text = "# Trees\n\n## Two\n\n::: {.columns}\n\n::: {.column width=40%}\nOak\n:::\n\n::: {.column}\nElm\n:::\n\n:::\n\nAfter\n"
    assert kinds(text) == ["title", "columns", "text"]


SLIDEV_MORE = """---
mdc: true
---

# Brewing

---
src: ./other.md
---

Words that the other file takes the place of

---
steam: 3
---

# Heat

Rule
$$ {1|2|all} {at:1}
\\begin{aligned}
a &= b \\\\

c &= d
\\end{aligned}
$$

---

# Steps <carbon:cup-hot />

````md magic-move {lines: true}
```ts {*|1}
let cups = 1
```
Nobody reads this
```ts
let cups = 2
```
````
"""


def test_slidev_formulas_with_steps_magic_moves_and_icons() -> None:
    reading = read(SLIDEV_MORE, "markdown")
    assert kinds(SLIDEV_MORE) == ["title", "equation", "code"]
    move = reading.script.scenes[-1]
    assert move.kind == "code" and (move.code, [state.code for state in move.states]) == ("let cups = 1", ["let cups = 2"])
    seen = everything(SLIDEV_MORE)
    for sign in ("{1|2|all}", "$$", "carbon", "```", "steam", "takes the place", "Nobody"):
        assert sign not in seen
    assert warned(SLIDEV_MORE) == [("left_out", 8)]


REMARK_FOOTNOTES = """class: center

# Tea

Green<sup>1</sup> or black<sup>2,3</sup>

.footnote[
[1] See [the leaf](https://example.com/leaf).

[2] Strong
and dark.

[3] With milk
]

---
background-image: url(leaf.png)

# Pots

- Of clay

.footnote[Or [iron](https://example.com).]
"""


def test_footnotes_of_remark_are_footnotes_of_their_slides() -> None:
    reading = read(REMARK_FOOTNOTES, "markdown")
    first, ground, second = reading.script.scenes
    assert isinstance(ground, ImageScene) and ground.file == "leaf.png"
    notes = {note.mark: note.text for note in first.footnotes}
    assert next(iter(notes.values())) == "See [the leaf](<https://example.com/leaf>)."
    assert set(notes.values()) == {"See [the leaf](<https://example.com/leaf>).", "Strong and dark.", "With milk"}
    assert [note.text for note in second.footnotes] == ["Or [iron](<https://example.com>)."]
    assert "leaf" not in " ".join(narrations_of(REMARK_FOOTNOTES))
    assert warned(REMARK_FOOTNOTES) == []


def test_a_tag_within_code_is_kept_and_nothing_is_said_to_be_left_out() -> None:
    text = "# Files\n\n## How\n\nWrite `{{< include _tea.md >}}` on a line.\n"
    assert "include _tea.md" in shown(read(text, "markdown").script)
    assert warned(text) == []


def test_a_chunk_that_knitr_only_shows_loses_what_keeps_it_from_running() -> None:
    text = "# R\n\n## How\n\n````\n`r ''````{r tidy=FALSE}\nbrew(3)\n```\n````\n"
    assert "r ''" not in shown(read(text, "markdown").script)
    assert "```{r tidy=FALSE}" in shown(read(text, "markdown").script)


def test_braces_that_end_code_begin_no_role() -> None:
    text = "# Paths\n\n## How\n\nThe path `/cups/{cup_id}` has a _parameter_ `cup_id` and {kbd}`Enter`.\n"
    assert "The path `/cups/{cup_id}` has a _parameter_ `cup_id` and `Enter`." in shown(read(text, "markdown").script)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Green tea cools, as shown in [@brown2020].", "Green tea cools, as shown in Brown (2020)."),
        ("Green tea cools, according to [see @brown_2020a, p. 3].", "Green tea cools, according to Brown (2020)."),
        ("Green tea cools [@brown2020; @tea].", "Green tea cools."),
        ("Green tea cools (see [@leaf]).", "Green tea cools."),
        ("As @brown2020 found, it cools [@leaf].", "As Brown (2020) found, it cools."),
    ],
)
def test_a_citation_that_is_left_out_leaves_no_dangling_word(text: str, expected: str) -> None:
    assert expected in shown(read(f"# Tea\n\n## How\n\n{text}\n", "markdown").script)
    assert [code for code, _ in warned(f"# Tea\n\n## How\n\n{text}\n")] == ["left_out"]


CHANGES = """# Changes

- Mended by [@anna], [@ben][], [the team][@carol] and [@dora-b].
- Brewing as in [@green1998], said [@nobody].

[@anna]: https://example.com/anna
[@ben]: <https://example.com/ben>
[@carol]: https://example.com/carol "Carol"
[@Dora-B]:
  https://example.com/dora
"""


def test_a_name_that_the_document_defines_a_link_for_is_no_citation() -> None:
    *_, points = scenes_of(CHANGES)
    assert isinstance(points, ListScene)
    links = [f"[{words}](<https://example.com/{name}>)" for words, name in (("@anna", "anna"), ("@ben", "ben"), ("the team", "carol"))]
    assert points.items[0].text == f"Mended by {links[0]}, {links[1]}, {links[2]} and [@dora-b](<https://example.com/dora>)."
    assert points.items[1].text == "Brewing as in Green (1998), said."
    assert warned(CHANGES) == [("left_out", 4)]


def test_a_warning_of_citations_names_each_of_their_lines() -> None:
    text = "# Tea\n\nHot [@one].\n\nCold [@two] or warm.\n\nOld [@three].\n"
    (warning,) = read(text, "markdown").warnings
    assert warning.line == 3 and warning.message.endswith("also on lines 5, 7.")


def test_a_callout_of_quarto_has_the_heading_it_begins_with_as_its_title() -> None:
    *_, card = scenes_of("# Tea\n\n## Pot\n\n::: {.callout-tip collapse='true'}\n### With *care*\n\nOf clay.\n:::\n")
    assert isinstance(card, CalloutScene)
    assert (card.title, card.paragraphs) == ("With _care_", ("Of clay.",))


GROUNDS = [
    '---\nformat: revealjs\ntitle: Tea\n---\n\n## Pot {.x background-image="pot.png" background-size="cover"}\n\nOf clay.\n',
    "# Tea\n\n---\n\n<!-- .slide: data-background=\"pot.png\" class='x' -->\n## Pot\n\nOf clay.\n",
    "# Tea\n\n---\n\n<!-- .slide: data-background-image=\"url('pot.png')\" -->\n## Pot\n\nOf clay.\n",
    "---\nmdc: true\n---\n\n# Tea\n\n---\nlayout: image-right\nimage: pot.png\n---\n\n## Pot\n\nOf clay.\n",
    "class: center\n\n# Tea\n\n---\nbackground-image: url(pot.png)\n\n## Pot\n\nOf clay.\n",
]


@pytest.mark.parametrize("text", GROUNDS, ids=["quarto", "reveal.js", "reveal.js with url", "slidev", "remark"])
def test_the_background_of_a_slide_is_a_picture_that_fills_it(text: str) -> None:
    (picture,) = [scene for scene in scenes_of(text) if isinstance(scene, ImageScene)]
    assert (picture.file, picture.fit, picture.heading) == ("pot.png", "fill", "Pot")
    assert "background" not in everything(text) and warned(text) == []
    assert narrations_of(text)[-1].endswith("Of clay.")


@pytest.mark.parametrize("ground", ["#fff", "white", "linear-gradient(red, blue)"])
def test_a_background_that_is_a_colour_is_passed_over(ground: str) -> None:
    text = f'# Tea\n\n---\n\n<!-- .slide: data-background="{ground}" -->\n## Pot\n\nOf clay.\n'
    assert "image" not in kinds(text) and warned(text) == []


def test_a_page_behind_a_slide_is_warned_of_with_its_line() -> None:
    assert warned('# Tea\n\n---\n\n## Pot {background-iframe="https://example.com"}\n\nOf clay.\n') == [("left_out", 5)]
    assert warned("---\nmdc: true\n---\n\n# Tea\n\n---\nlayout: iframe\nurl: https://example.com\n---\n\n# Pot\n") == [("left_out", 7)]


def test_a_heading_without_words_begins_a_slide() -> None:
    text = "---\nformat: revealjs\ntitle: Tea\n---\n\n## Pot\n\nOf clay.\n\n## {.center}\n\nOr of glass.\n"
    assert [getattr(scene, "heading", "") for scene in scenes_of(text)] == ["", "Pot", ""]


def test_a_slide_of_notes_alone_shows_them_as_text() -> None:
    text = "class: center\n\n# Tea\n\n---\n\n???\n\nBy [Ada](https://example.com) and **Ben**.\n\n---\n\n# Pot\n"
    assert "[Ada](<https://example.com>) and **Ben**" in shown(read(text, "markdown").script)


def test_a_toggle_of_code_is_code() -> None:
    text = "# Tea\n\n## Pot\n\n{{< code-toggle file=hugo >}}\n[tea]\nhot = true\n{{< /code-toggle >}}\n\nDone.\n"
    assert kinds(text) == ["title", "code", "text"] and "hot = true" in everything(text)


def test_a_file_that_a_tag_would_include_is_named_without_its_quotation_marks() -> None:
    (warning,) = read('# Tea\n\nHot.\n\n{{% include "_tea.md" %}}\n', "markdown").warnings
    assert "'_tea.md'" in warning.message


def test_the_name_of_a_table_index_stands_in_its_header() -> None:
    head = "<thead><tr><th></th><th>hot</th></tr><tr><th>kind</th><th></th></tr></thead>"
    *_, table = scenes_of(f"# Tea\n\n## Pot\n\n<table>{head}<tbody><tr><th>green</th><td>70</td></tr></tbody></table>\n")
    assert (table.header, table.rows) == (("kind", "hot"), (("green", "70"),))


def test_names_of_typesetting_programs_are_said_and_shown() -> None:
    assert narrations_of("# Tea\n\n## Set\n\nWritten in $\\LaTeX$ or $\\TeX$ today.\n")[-1].endswith("Written in LaTeX or TeX today.")


def test_columns_that_cannot_stand_side_by_side_keep_the_heading_of_their_slide() -> None:
    columns = "::: {.column}\nOf clay.\n:::\n\n::: {.column}\n```r\nbrew()\n```\n:::\n"
    text = f"---\nformat: revealjs\ntitle: Tea\n---\n\n## Pot\n\n:::: {{.columns}}\n\n{columns}\n::::\n"
    assert {getattr(scene, "heading", "") for scene in scenes_of(text)[1:]} == {"Pot"}
