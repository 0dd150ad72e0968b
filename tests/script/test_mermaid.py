"""What of a Mermaid diagram is drawn, and what is about its looks alone."""

from __future__ import annotations

import pytest

from videogen.script import mermaid

MIND_MAP = """%%{init: {'theme': 'dark'}}%%
mindmap
  root((Tea))
    ::icon(fa fa-leaf)
    id1[Green]
      Cool water
      :::calm large
    %% nobody reads this
    black))Black tea((
    Two words(With milk)
    white["`**White** tea`"]:::rare
"""


def test_a_mind_map_is_drawn_with_its_words_alone() -> None:
    drawn = mermaid.drawn(MIND_MAP)
    assert all(words in drawn for words in ("Tea", "Green", "Cool water", "Black tea", "With milk", "White tea"))
    assert not any(raw in drawn for raw in ("icon", "fa-leaf", ":::", "%%", "init", "((", "id1", "root", "calm", "`", "**", "rare"))


@pytest.mark.parametrize(
    "source",
    [
        "%%{init: {'flowchart': {\n'curve': 'linear'}}}%%\nflowchart LR\nA[fa:fa-leaf Tea]:::hot --> B\n"
        "classDef hot fill:#f00\nclass A hot\n",
        "---\nconfig:\n  theme: dark\n---\nflowchart LR\nA[Tea] --> B\nstyle B fill:#fff\nlinkStyle 0 stroke:red\n%% no\n",
        "stateDiagram-v2\n%% no\nclassDef hot fill:red\nTea --> Cup\nclass Tea hot\n",
    ],
)
def test_styles_comments_and_directives_are_not_drawn(source: str) -> None:
    drawn = mermaid.drawn(source)
    assert "Tea" in drawn
    assert not any(raw in drawn for raw in ("%%", "fa-", "classDef", "style", "hot", "theme", "fill", "curve"))


def test_the_title_of_a_diagram_stands_above_it() -> None:
    assert mermaid.drawn("---\ntitle: How to brew\n---\nflowchart LR\nA[Tea] --> B\n").splitlines()[0].strip() == "How to brew"
