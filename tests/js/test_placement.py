"""Where a file goes in a script, and how its name is written, by the page's module: what a browser tries on some, here on all kinds."""

from __future__ import annotations

import pytest

from tests.support.node import answers
from videogen.script import read

CARET = "|"
NAMES = (
    "my photo (1).png", "a [draft].png", "50% off?.png", "one#two.png", "Größe & Co.png", "<x>.png", "it's.png", "日本.png", "a:b.png",
)  # fmt: skip
PLACES = {
    "---\ntitle: |A\n---\n\n# A\n": "---\ntitle: |A\n---\n\n![](x.png)\n\n# A\n",
    "# A\n\n```py\nx = |1\n\ny = 2\n```\n\nB\n": "# A\n\n```py\nx = |1\n\ny = 2\n```\n\n![](x.png)\n\nB\n",
    "- a|\n\n- b\n\n  more\n\nB\n": "- a|\n\n- b\n\n  more\n\n![](x.png)\n\nB\n",
    "1. a\n   ```\n   x|\n\n   y\n   ```\n2. b\n\nB\n": "1. a\n   ```\n   x|\n\n   y\n   ```\n2. b\n\n![](x.png)\n\nB\n",
    "> To be|\n\n— Hamlet\n\nB\n": "> To be|\n\n— Hamlet\n\n![](x.png)\n\nB\n",
    "# A\n\n```\nnever |closed\n\nmore\n": "# A\n\n![](x.png)\n\n```\nnever |closed\n\nmore\n",
    ":::columns\na\n\nb|\n\nc\n:::\n\nB\n": ":::columns\na\n\nb|\n\nc\n:::\n\n![](x.png)\n\nB\n",
    "A\n\n<!-- say:\n\nhello|\n\n-->\n\nB\n": "A\n\n<!-- say:\n\nhello|\n\n-->\n\n![](x.png)\n\nB\n",
    "$$\na|\n\nb\n$$\n\nB\n": "$$\na|\n\nb\n$$\n\n![](x.png)\n\nB\n",
    "A note[^1].\n\n[^1]: One|\n\n    more\n\nB\n": "A note[^1].\n\n[^1]: One|\n\n    more\n\n![](x.png)\n\nB\n",
    "# A|\nText\n": "# A|\n\n![](x.png)\n\nText\n",
    "A\n|": "A\n\n![](x.png)\n\n|",
    "A\n\n|\n\nB\n": "A\n\n![](x.png)\n\n|\n\nB\n",
}
NAMED = (
    "# A\n\n![A cat](cat.png)\n",
    "# A\n\n![A cat](pictures/cat.png 'caption')\n",
    "# A\n\n![A cat][c]\n\n[c]: cat.png\n",
    "# A\n\n![[cat.png]]\n",
    '# A\n\n<img src="cat.png">\n',
    "# A\n\n```{figure} cat.png\n```\n",
    "title: A\nscenes:\n  - kind: image\n    file: cat.png\n    alt: A cat\n",
    '{"title": "A", "scenes": [{"kind": "image", "file": "cat.png", "alt": "A cat"}]}',
)


def test_a_picture_never_goes_into_another_block() -> None:
    """The text around it stays as it is, to the letter."""
    scripts = [before.replace(CARET, "") for before in PLACES]
    calls = [["placement", "placeInMarkdown", before.replace(CARET, ""), "![](x.png)", before.index(CARET)] for before in PLACES]
    placements = answers({}, calls)
    put = [
        script[: placement["from"]] + placement["text"] + script[placement["to"] :]
        for script, placement in zip(scripts, placements, strict=True)
    ]
    assert put == [after.replace(CARET, "") for after in PLACES.values()]


def test_a_name_is_read_back_as_it_is_and_found_again() -> None:
    written = [f"# A\n\n![]({name})\n" for name in answers({}, [["placement", "markdownName", name] for name in NAMES])]
    read_back = [scene.file for text in written for scene in read(text, "markdown").script.scenes if scene.kind == "image"]
    assert read_back == list(NAMES)
    names = answers({}, [["placement", "namedAt", text, name, "markdown"] for text, name in zip(written, NAMES, strict=True)])
    assert min(names) >= 0


@pytest.mark.parametrize(("format", "scripts"), [("markdown", NAMED[:-2]), ("yaml", NAMED[-2:-1]), ("json", NAMED[-1:])])
def test_a_file_that_a_script_names_is_found_however_it_is_named(format: str, scripts: tuple[str, ...]) -> None:
    assert min(answers({}, [["placement", "namedAt", script, "cat.png", format] for script in scripts])) >= 0
    assert max(answers({}, [["placement", "namedAt", script, "dog.png", format] for script in scripts])) == -1
