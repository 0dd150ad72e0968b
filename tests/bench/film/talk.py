"""A talk of fifty scenes, each as somebody would speak it: five sentences to points or to a paragraph, none of them said twice."""

from __future__ import annotations

SCENES = 50
THINGS = ("the queue", "the event log", "the worker", "the reader", "the lease", "the cache", "the browser")
QUALITIES = ("small", "slow", "honest", "easy to read", "hard to break", "cheap", "quick to start", "boring on purpose", "worth a test")
PLACES = (
    "on a laptop",
    "in a classroom",
    "on one small server",
    "over a bad line",
    "late at night",
    "behind a proxy",
    "in front of a crowd",
)
TOPICS = ("What a crash leaves behind", "Who reads the log", "Where time goes", "How a retry feels", "Why we write it down")


def talk(changed: int | None = None) -> str:
    """The script; in scene number `changed` a sentence is another one, in the picture and in what is said."""
    scenes = (_scene(number, "changed" if number == changed else "left as it was") for number in range(2, SCENES + 1))
    return "\n".join(["---", "outro: none", "---", "", "# Fifty scenes", "", *scenes])


def _scene(number: int, state: str) -> str:
    thing, other = THINGS[number % len(THINGS)], THINGS[(number * 3 + 1) % len(THINGS)]
    quality, location = QUALITIES[number % len(QUALITIES)], PLACES[number % len(PLACES)]
    heading = f"## {number}. {TOPICS[number % len(TOPICS)]}"
    begin = f"In part {number} we look at {thing}, and ask what makes it {quality}."
    middle = [
        f"Think of {thing} as you would use it {location}: nobody is there to help in minute {number}, and it has to go on by itself.",
        f"We tried {number + 3} ways to make it {quality}, and the one that stayed is the one that needs no explanation.",
        f"It was {state} after the last review, since {other} would have had to know about it, and that is how knots begin.",
    ]
    end = f"So before we come to part {number + 1}, remember this much: {thing} may fail, as long as it says so."
    if number % 2:
        points = [
            f"- {thing.capitalize()} {location}",
            f"- {number + 3} ways, one stayed",
            f"- {state.capitalize()}, for the sake of {other}",
        ]
        return "\n".join([heading, "", f"<!-- say: {' '.join([begin, *middle, end])} -->", "", *points, ""])
    return "\n".join([heading, "", f"{begin} {middle[2]}", "", f"<!-- say: {' '.join([begin, *middle, end])} -->", ""])
