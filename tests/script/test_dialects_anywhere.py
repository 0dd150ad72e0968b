"""The syntax of every dialect at random places of ordinary documents: nothing fails, nothing of it is seen or heard, no word is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.script.scripts import shown
from videogen.script import read
from videogen.script.spoken_text import narration_of

WORDS = ("apple", "birch", "cedar", "daisy", "elder", "fennel", "ginger", "hazel")

ORDINARY = (
    "## {}",
    "{} and more.",
    "- {}\n- and more",
    "1. {}\n2. and more",
    "> {} as someone said",
    "| a | b |\n|---|---|\n| {} | c |",
    "```python\n{} = 1\n```",
    "![{}](a.png)",
    "---",
)
"""Blocks of Markdown in which `{}` stands for a word of their own."""

FRAGMENTS: list[tuple[str, str]] = [
    ("::right::\n\n{}", "::"),
    ("<v-click>\n\n{}\n\n</v-click>", "v-click"),
    ("<<< @/snippets/a.ts", "<<<"),
    ("Note: {}", "presenter-note"),
    ("???\n{}", "???"),
    (".pull-left[\n{}\n]", ".pull"),
    (".red[{}]", ".red"),
    ("::: {{.notes}}\n{}\n:::", ":::"),
    ("{} before\n\n. . .\n\nafter", ". . ."),
    ("```{{r, echo=TRUE}}\n{} <- 1\n```", "echo"),
    ("```{{r}}\n#| fig-cap: x\n{} <- 1\n```", "#|"),
    ('{{{{% alert title="Mind" %}}}}\n{}\n{{{{% /alert %}}}}', "{{"),
    ("{{% note %}}\n{}\n{{% endnote %}}", "{%"),
    ("{} is {{{{ site.x }}}} here", "{{"),
    ("see {} [@ada1843]", "@ada"),
    ("[[{}]]", "[["),
    ("{{ref}}`{}`", "{ref}"),
    (".. note::\n\n   {}", ".. "),
    ("<aside>\n{}\n\n</aside>", "aside"),
    ("<details><summary>{}</summary>\n\nmore\n\n</details>", "summary"),
    ("<ul>\n<li>{}</li>\n\n<li>more</li>\n</ul>", "<li"),
    ("<table><tr><td>{}</td><td>b</td></tr></table>", "<td"),
    ("<!-- markdownlint-disable -->\n\n{}", "markdownlint"),
    ("{}\n\n[back to top](#top)", "back to top"),
    ('<Tabs groupId="x">\n\n{}\n\n</Tabs>', "groupId"),
    ("import A from 'b';\n\n{}", "import A"),
]
"""What dialects write, with `{}` where a word stands, and a sign of it that is never shown nor spoken. Add those of a new dialect here."""


@pytest.mark.parametrize(("fragment", "sign"), FRAGMENTS, ids=[sign for _, sign in FRAGMENTS])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_syntax_of_a_dialect_is_never_seen_nor_heard_and_no_word_is_lost(fragment: str, sign: str, data: st.DataObject) -> None:
    before = data.draw(st.lists(st.sampled_from(ORDINARY), max_size=3))
    after = data.draw(st.lists(st.sampled_from(ORDINARY), max_size=3))
    blocks = [block.replace("{}", word) for block, word in zip([*before, *after], WORDS, strict=False)]
    blocks.insert(len(before), fragment.format("quince"))
    text = "# The title\n\n" + "\n\n".join(blocks) + "\n"
    reading = read(text, "markdown")
    script = reading.script
    all_text = " ".join(
        [shown(script), *(narration_of(scene, script) for scene in script.scenes), *(scene.say or "" for scene in script.scenes)]
    )
    assert sign not in all_text, text
    for word in re.findall(r"quince|\b(?:" + "|".join(WORDS) + r")\b", text):
        assert word in all_text or reading.warnings, (word, text)
