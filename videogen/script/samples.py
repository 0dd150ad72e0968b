"""One sample a kind of scene, in Markdown: what the page offers to insert, the gallery draws, and a test holds to the kinds there are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SceneSample:
    """A kind's name for people, and Markdown that makes a scene of it wherever it stands; of a title, at the top of a document."""

    kind: str
    label: str
    markdown: str


_TITLE = """\
# A video about tea

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
_STEPS = """\
## Three things to do

1. **Boil** fresh water
2. **Steep**: green tea for two minutes, black tea for three
3. **Pour**. Enjoy it while it is hot
"""
_COLUMNS = """\
## Loose leaf or bags

::: columns

### Leaves

Room to unfold, and you choose how much.

- Many sorts
- A little work

### Bags

Measured, and quickly thrown away.

- Always at hand
- Less to taste

:::
"""
_CALLOUT = """
## Before you begin

> [!warning] Back up first
> The store is changed **in place**.
>
> - Stop the server
> - Copy the file
"""
_COMPARISON = """\
## A kinder kettle

```python before="Before"
while kettle.temperature < 95:
    time.sleep(1)
pour(kettle)
```

```python after="After"
kettle.on_boil(pour)
kettle.start()
```
"""
_COMMAND = """\
## Make it from the command line

```console
# a script goes in, a video comes out
$ videogen render tea.md -o tea.mp4
✓ 9 scenes, 48 seconds
→ tea.mp4
```
"""
_EQUATION = """\
## How fast it cools

$$
\\frac{dT}{dt} = -k \\left( T - T_{\\text{room}} \\right)
$$
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
_BIG_NUMBER = """\
## Every day

::: big-number

5 billion

cups of tea are drunk

:::
"""
_TIMELINE = """\
## How tea travelled

::: timeline

- **2737 BC**: Leaves fall into a pot. A legend from China
- **805**: Seeds come to Japan
- **1610**: The first chests reach Europe
- **1908**: The tea bag

:::
"""
_QUIZ = """\
## What do you remember?

::: quiz 5 s

Which tea is steeped for the shortest time?

- [ ] Black tea
- [x] Green tea
- [ ] Oolong

Hot water for long draws bitterness out of green leaves.

:::
"""
_OBJECTIVES = """\
## What you will learn

::: objectives

- **Choose** water of the right heat
- **Time** each kind of leaf
- **Taste** when it is ready

:::
"""
_PROBLEM = """\
## A bitter cup

::: problem

The tea tastes bitter, although the leaves are fresh and the water is soft.

- What was too hot?
- What took too long?

:::
"""
_SOLUTION = """\
## A bitter cup

::: solution

Water of 75 °C for green tea, and **two minutes** by the clock.

:::
"""
_CHECKPOINT = """\
## So far

::: checkpoint

- [x] Boil fresh water
- [x] Warm the pot
- [ ] Steep and wait

:::
"""
_EXERCISE = """\
## Your turn

::: exercise 10 min

Brew the same leaves three times.

1. Taste after one minute
2. Taste after two
3. Write down which you like best

:::
"""
_CHART = """\
## Cups a day

```chart
type: bar
x: [Mon, Tue, Wed, Thu, Fri]
series: [3, 5, 4, 6, 8]
```
"""
_IMAGE = """\
## Ready to drink

![A cup of black tea on a saucer](tea.jpg "Three minutes, no longer"){zoom in}
"""
_PICTURES = """\
## Two cups

![A cup of black tea on a saucer](tea.jpg "Black")
![A cup from near](tea.jpg "Blacker"){focus 40% 40%}
"""
_CLIP = """\
## Let it cool

![Steam rises from the cup](steam.mp4){from 0:00 to 0:04}
"""
_OUTRO = """\
::: outro

# Put the kettle on

Thank you for watching

:::
"""

SAMPLES: dict[str, SceneSample] = {
    sample.kind: sample
    for sample in (
        SceneSample("title", "Title", _TITLE),
        SceneSample("section", "Part", _SECTION),
        SceneSample("text", "Text", _TEXT),
        SceneSample("list", "List", _LIST),
        SceneSample("steps", "Steps", _STEPS),
        SceneSample("columns", "Columns", _COLUMNS),
        SceneSample("code", "Code", _CODE),
        SceneSample("callout", "Callout", _CALLOUT),
        SceneSample("code_comparison", "Code before and after", _COMPARISON),
        SceneSample("command", "Terminal", _COMMAND),
        SceneSample("equation", "Formula", _EQUATION),
        SceneSample("diagram", "Drawing", _DIAGRAM),
        SceneSample("table", "Table", _TABLE),
        SceneSample("quote", "Quotation", _QUOTE),
        SceneSample("big_number", "Large number", _BIG_NUMBER),
        SceneSample("timeline", "Timeline", _TIMELINE),
        SceneSample("quiz", "Quiz", _QUIZ),
        SceneSample("learning_objectives", "Objectives", _OBJECTIVES),
        SceneSample("problem", "Problem", _PROBLEM),
        SceneSample("solution", "Solution", _SOLUTION),
        SceneSample("checkpoint", "Checkpoint", _CHECKPOINT),
        SceneSample("exercise", "Exercise", _EXERCISE),
        SceneSample("chart", "Chart", _CHART),
        SceneSample("image", "Picture", _IMAGE),
        SceneSample("pictures", "Two pictures", _PICTURES),
        SceneSample("clip", "Video", _CLIP),
        SceneSample("outro", "The end", _OUTRO),
    )
}
"""In the order in which they are offered."""
