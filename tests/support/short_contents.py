"""Scenes that say little: what most people write, and what leaves a picture empty most easily. By a name, in Markdown."""

from __future__ import annotations

from tests.support.paths import ROOT
from videogen.pipeline.script_files import LocalFiles, resolve
from videogen.script import read
from videogen.script.models import Scene

SHORT: dict[str, str] = {
    "text": "## The question\n\nWhy is the sky blue?\n",
    "text, two paragraphs": "## The answer\n\nAir scatters blue light.\n\nRed light passes.\n",
    "text, no heading, two sentences": "Air scatters blue light. Red light passes straight through it, evening after evening.\n",
    "text over points": "## What to bring\n\nA day in the hills asks for little.\n\n- Water\n- A map\n",
    "prose over points": "## Before you go\n\nThe weather turns in an hour up there. Look at the forecast twice.\n\n- Water\n- A map\n",
    "list, two": "## Two colours\n\n- Red\n- Blue\n",
    "list, one": "## One rule\n\n- Ask before you change it\n",
    "list, three words": "## What it is\n\n- Fast\n- Small\n- Yours\n",
    "list, nested": "## Tools\n\n- Hand\n  - saw\n  - plane\n- Power\n",
    "numbers": "## The order\n\n1. Measure\n2. Cut\n",
    "steps, two": "## Begin\n\n1. **Install** it\n2. **Run** it\n",
    "columns": "## Two ways\n\n::: columns\n\n### Poll\n\nAsk.\n\n### Push\n\nBe told.\n\n:::\n",
    "callout": "## Careful\n\n> [!note]\n> Back up first.\n",
    "code, one line": "## Run it\n\n```python\nprint(42)\n```\n",
    "code, two lines": "## Run it\n\n```python\nfor n in range(3):\n    print(n)\n```\n",
    "terminal": "## Install\n\n```console\n$ pip install videogen\n```\n",
    "diagram": "## The path\n\n```\n+---+   +---+\n| a |-->| b |\n+---+   +---+\n```\n",
    "mermaid": "## The path\n\n```mermaid\nflowchart LR\n  A[Script] --> B[Speech] --> C[Pictures] --> D[Video]\n```\n",
    "mermaid, sequence": "## Who asks\n\n```mermaid\nsequenceDiagram\n  Browser->>Server: GET /\n  Server-->>Browser: 200\n```\n",
    "table": "## Sizes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
    "quote": "> Less is more.\n> — Mies\n",
    "equation": "## Energy\n\n$$\nE = mc^2\n$$\n",
    "quiz": "## Quick\n\n::: quiz\n\nIs ice water?\n\n- [x] Yes\n- [ ] No\n\n:::\n",
    "timeline": "## When\n\n::: timeline\n\n- **1969**: Moon\n- **2012**: Mars\n\n:::\n",
    "big number": "## Speed\n\n::: big-number\n\n3×\n\nfaster\n\n:::\n",
    "objectives": "## Goals\n\n::: objectives\n\n- Read a map\n- Use a compass\n\n:::\n",
    "checkpoint": "## So far\n\n::: checkpoint\n\n- [x] Map\n- [ ] Compass\n\n:::\n",
    "problem": "## Lost\n\n::: problem\n\nNo signal.\n\n:::\n",
    "exercise": "## Now you\n\n::: exercise 5 min\n\nDraw your street.\n\n:::\n",
    "chart": "## Two years\n\n```chart\ntype: bar\nx: [2024, 2025]\nseries: [3, 5]\n```\n",
    "pie": "## Shares\n\n```chart\ntype: pie\nx: [Tea, Coffee]\nseries: [60, 40]\n```\n",
    "picture and words": "## Ready\n\n![](tea.jpg)\n\nDrink it hot.\n",
}


def short_scene(name: str) -> Scene:
    """Return the scene that one of SHORT makes."""
    script = resolve(read(SHORT[name], "markdown").script, LocalFiles(ROOT / "examples"), "fail").script
    return next(scene for scene in script.scenes if scene.kind not in ("title", "section", "outro"))
