"""One sample a kind of scene, in Markdown: what the page offers to insert, the gallery draws, and a test holds to the kinds there are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A kind's name for people, and Markdown that makes a scene of it wherever it stands; of a title, at the top of a document."""

    kind: str
    label: str
    markdown: str


_TITLE = """\
# A film about tea

From leaf to cup in three minutes
"""
_SECTION = """\
## Before the kettle boils
"""
_TEXT = """\
## Why tea leaves unfurl

Hot water softens the rolled leaf. As it opens, **colour and scent** go into the cup.
"""
_LIST = """\
## What you need

- Fresh water, just off the boil
- A spoonful of leaves for each cup
- **Patience**, three minutes of it
"""
_CODE = """\
## The recipe, in code

```python {2}
def brew(leaves: int, minutes: float = 3) -> Cup:
    water = boil(0.2 * leaves)
    return steep(leaves, water, minutes)
```
"""
_DIAGRAM = """\
## From leaf to cup

```
┌────────┐     ┌───────┐     ┌───────┐
│ Kettle │ ──→ │  Pot  │ ──→ │  Cup  │
└────────┘     └───────┘     └───────┘
```
"""
_TABLE = """\
## How long to wait

| Tea    | Water | Minutes |
|--------|------:|--------:|
| Green  | 75 °C |       2 |
| Oolong | 90 °C |       4 |
| Black  | 95 °C |       3 |
"""
_QUOTE = """\
> There is no trouble so great that a good cup of tea cannot make it smaller.
> — Bernard-Paul Heroux
"""
_OUTRO = """\
::: outro

# Put the kettle on

Thank you for watching

:::
"""

SAMPLES: dict[str, Sample] = {
    sample.kind: sample
    for sample in (
        Sample("title", "Title", _TITLE),
        Sample("section", "Part", _SECTION),
        Sample("text", "Text", _TEXT),
        Sample("list", "List", _LIST),
        Sample("code", "Code", _CODE),
        Sample("diagram", "Drawing", _DIAGRAM),
        Sample("table", "Table", _TABLE),
        Sample("quote", "Quotation", _QUOTE),
        Sample("outro", "The end", _OUTRO),
    )
}
"""In the order in which they are offered."""
