"""A question with its options: each comes in as it is read out, a countdown runs while viewers think, then the answer is shown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from videogen.scenes.drawing.canvas import Canvas
from videogen.scenes.kinds import plain_list as points
from videogen.scenes.kinds import text
from videogen.scenes.layout import (
    ENTRANCE_FRAMES,
    LEAST_BODY,
    REVEAL_FRAMES,
    Area,
    Head,
    Layer,
    Layout,
    build_head,
    largest_that_may_fit,
    placed,
)
from videogen.scenes.reveal_timing import AHEAD_FRAMES, spoken_from, starts
from videogen.scenes.scene_clip import SceneTiming
from videogen.scenes.text.splitting import MOST_CHARACTERS
from videogen.scenes.text.text_block import TextBlock, block, plain_block
from videogen.scenes.theme import mixed
from videogen.script import spoken_text
from videogen.script.models import ListItem, ListScene, QuizScene, Scene, TextScene

SIZES = (84, 78, 72, 66, 60, 55, 50, 46, 43, 40, 37)
"""Type sizes of options for 1080 lines."""

QUESTION_SHARE = 1.2
EXPLANATION_SHARE = 0.9
GAP = 22
PAD = 26
FILLED, MOST_ROOM = 0.96, 1.1
"""Cards grow up to that share of the body, and by so many sizes of their type."""
TINT = 0.2
"""Share of the colour of what is right in the ground of its card."""

TICK_SHARE = 0.62
"""Radius of the tick on the right option, as a share of that of the countdown."""

SECOND_FRAMES = 6
REVEAL_SHARE = 0.6
"""Where in a scene without narration the answer is shown."""


@dataclass(frozen=True)
class PlacedOption:
    """An option as set on its card, the corner of which is measured from the top of the content."""

    letter: TextBlock
    text: TextBlock
    card: Area


@dataclass(frozen=True)
class QuizLayout:
    """Question, options and explanation as set under a head; the disc of the countdown stands at the end of the question."""

    head: Head
    question: TextBlock
    options: tuple[PlacedOption, ...]
    explanation: TextBlock | None
    explanation_top: float
    radius: float
    pad: float

    @property
    def height(self) -> float:
        return self.explanation_top + (self.explanation.height if self.explanation else 0.0)

    @property
    def broken(self) -> bool:
        return self.question.broken or any(option.text.broken for option in self.options)


def _lay_out(scene: QuizScene, layout: Layout, head: Head, of: float, columns: int, room: float = 0.0) -> QuizLayout:
    """Lay the quiz out at a size, with so much more room in the height of each card."""
    size, gap, body = layout.size(of), layout.px(GAP), head.body
    radius = round(size * 0.8)
    larger = size * QUESTION_SHARE
    if head.block is not None:
        larger = min(larger, head.block.text_style.size)
    text_width = body.width - 2 * radius - round(size * 0.6)
    question = block(scene.question, layout.text_style(larger, weight=600, leading=1.28), text_width, balance=0.5)
    pad = min(layout.px(PAD), body.width * 0.03)
    width = (body.width - gap * (columns - 1)) / columns
    inset = 2 * pad + 2 * radius * 0.72
    lettering = layout.text_style(max(layout.size(LEAST_BODY), size * 0.72), layout.theme.accent, 700, 1.2)
    texts = [
        block(option, layout.text_style(size, leading=1.28), width - inset - pad - 2 * radius * TICK_SHARE, balance=0.85)
        for option in scene.options
    ]
    y = max(question.height, 2 * radius) + round(size * 0.7)
    placed_options: list[PlacedOption] = []
    for start in range(0, len(texts), columns):
        height = max(max(one.height for one in texts[start : start + columns]), 2 * radius * 0.72) + 2 * pad + room
        for n, one in enumerate(texts[start : start + columns]):
            letter = plain_block(spoken_text.letter(start + n), lettering, 2 * radius)
            placed_options.append(PlacedOption(letter, one, Area(n * (width + gap), y, width, height)))
        y += height + gap
    explanation = None
    if scene.explanation.strip():
        smaller = layout.text_style(max(layout.size(SIZES[-1]), size * EXPLANATION_SHARE), layout.theme.soft, leading=1.34)
        explanation = block(scene.explanation, smaller, body.width, balance=0.6)
        y += round(size * 0.4)
    else:
        y -= gap
    return QuizLayout(head, question, tuple(placed_options), explanation, y, radius, pad)


def _fit(scene: QuizScene, layout: Layout) -> QuizLayout | None:
    """Return the quiz at the largest size at which it fits and breaks no word, in two columns or one; None when it fits at none."""
    if len(scene.question) + len(scene.explanation) + sum(map(len, scene.options)) > MOST_CHARACTERS:
        return None
    head = build_head(layout, scene)
    fitting: list[QuizLayout] = []
    wide = layout.settings.width > layout.settings.height * 1.2
    most = math.inf
    for of in layout.body_sizes(SIZES, head):
        if layout.size(of) > most:
            continue
        for columns in (1, 2) if wide and len(scene.options) > 3 else (1,):
            quiz = _lay_out(scene, layout, head, of, columns)
            most = largest_that_may_fit(layout.size(of), quiz.height, head.body.height)
            if quiz.height <= head.body.height:
                if not quiz.broken:
                    free = (head.body.height * FILLED - quiz.height) / -(-len(scene.options) // columns)
                    return quiz if free < 1 else _lay_out(scene, layout, head, of, columns, min(free, layout.size(of) * MOST_ROOM))
                fitting.append(quiz)
    return fitting[0] if fitting else None


def split(scene: QuizScene, layout: Layout) -> tuple[Scene, ...]:
    """Return the quiz; the question as prose, the options as a list and the answer as prose when they are too long for one picture."""
    if _fit(scene, layout):
        return (scene,)
    options = tuple(ListItem(text=f"{spoken_text.letter(n)}. {option}") for n, option in enumerate(scene.options))
    answer = [f"{spoken_text.letter(scene.answer - 1)}. {scene.options[scene.answer - 1]}", scene.explanation]
    listed = ListScene(kind="list", heading=scene.heading, items=options, pages=2, footnotes=scene.footnotes, pause_s=scene.think_s)
    return (
        *text.split(
            TextScene(kind="text", heading=scene.heading, paragraphs=(scene.question,), pages=2, footnotes=scene.footnotes), layout
        ),
        *points.split(listed, layout),
        *text.split(
            TextScene(
                kind="text",
                heading=scene.heading,
                paragraphs=tuple(part for part in answer if part.strip()),
                pages=2,
                footnotes=scene.footnotes,
            ),
            layout,
        ),
    )


def layers(scene: QuizScene, layout: Layout, timing: SceneTiming) -> tuple[Layer, ...]:
    quiz = _fit(scene, layout)
    if quiz is None:
        return ()
    top = placed(quiz.head.body, quiz.height)
    units = [
        spoken_text.phrase(scene.question),
        *(spoken_text.option(n, option) for n, option in enumerate(scene.options)),
        " ".join((spoken_text.option(scene.answer - 1, scene.options[scene.answer - 1]), spoken_text.phrase(scene.explanation))),
    ]
    frames = starts(scene, units, layout, timing)
    revealed_s = _revealed_s(scene, units, timing)
    last = max(0, int(timing.duration * layout.settings.fps) - REVEAL_FRAMES - 1)
    revealed = min(last, max(max(frames[:-1]) + REVEAL_FRAMES, round(revealed_s * layout.settings.fps) - AHEAD_FRAMES))
    layers = [quiz.head.layer(), Layer(partial(_paint_question, layout=layout, quiz=quiz, top=top), 2, ENTRANCE_FRAMES - 3, layout.px(14))]
    for n, start in enumerate(frames[1:-1]):
        paint = partial(_paint_option, layout=layout, quiz=quiz, n=n, top=top)
        layers.append(Layer(paint, min(start, revealed), max(REVEAL_FRAMES, ENTRANCE_FRAMES - start), layout.px(14)))
    layers += _countdown(scene, layout, quiz, top, revealed)
    plain = partial(_paint_options, layout=layout, quiz=quiz, top=top, right=None)
    shown = partial(_paint_options, layout=layout, quiz=quiz, top=top, right=scene.answer - 1)
    layers.append(Layer(shown, revealed, REVEAL_FRAMES, base=plain))
    if quiz.explanation:
        layers.append(Layer(partial(_paint_explanation, quiz=quiz, top=top), revealed + 4, ENTRANCE_FRAMES - 4, layout.px(12)))
    return tuple(layers)


def _revealed_s(scene: QuizScene, units: list[str], timing: SceneTiming) -> float:
    """Return when the answer is revealed, in seconds: at its sentence, after the longest pause, or late in the scene."""
    sentences_s = timing.sentences
    if len(sentences_s) > 1:
        pauses = [after[0] - before[1] for before, after in pairwise(sentences_s)]
        longest = max(range(len(pauses)), key=pauses.__getitem__)
        if pauses[longest] >= min(scene.think_s, 1.0) * 0.8:
            return sentences_s[longest + 1][0]
    spoken = spoken_from(scene, units, timing)
    return spoken[-1] if spoken else timing.duration * REVEAL_SHARE


def _countdown(scene: QuizScene, layout: Layout, quiz: QuizLayout, top: float, revealed: int) -> Iterator[Layer]:
    """Yield a disc with the remaining seconds, one layer a second, until the answer is shown."""
    fps = layout.settings.fps
    for left in range(int(scene.think_s), 0, -1):
        start, end = round(revealed - left * fps), round(revealed - (left - 1) * fps)
        if start > ENTRANCE_FRAMES:
            paint = partial(_paint_seconds, layout=layout, quiz=quiz, top=top, left=left, whole=scene.think_s)
            yield Layer(paint, start, SECOND_FRAMES, end=end)


def _paint_question(canvas: Canvas, *, layout: Layout, quiz: QuizLayout, top: float) -> None:
    body = quiz.head.body
    width = body.width - 2 * quiz.radius
    left = body.left + (2 * quiz.radius if quiz.question.right_to_left else 0)
    quiz.question.draw(canvas, left, top, width)


def _paint_seconds(canvas: Canvas, *, layout: Layout, quiz: QuizLayout, top: float, left: int, whole: float) -> None:
    body, radius, theme = quiz.head.body, quiz.radius, layout.theme
    centre = (body.left + radius if quiz.question.right_to_left else body.right - radius, top + radius)
    canvas.circle(centre, radius, theme.edge)
    canvas.circle(centre, radius * (0.55 + 0.45 * left / max(1.0, whole)), theme.accent)
    canvas.circle(centre, radius * 0.78, theme.panel)
    number = plain_block(str(left), layout.text_style(max(layout.size(LEAST_BODY), radius * 0.9), theme.text, 700, 1.2), 2 * radius)
    number.draw(canvas, centre[0] - radius, centre[1] - number.height / 2, 2 * radius, "center")


def _paint_options(canvas: Canvas, *, layout: Layout, quiz: QuizLayout, top: float, right: int | None) -> None:
    """Draw all options; with `right`, that one in the colour of a right answer."""
    for n in range(len(quiz.options)):
        _paint_option(canvas, layout=layout, quiz=quiz, n=n, top=top, is_right=n == right)


def _paint_option(canvas: Canvas, *, layout: Layout, quiz: QuizLayout, n: int, top: float, is_right: bool = False) -> None:
    option, theme, body, pad = quiz.options[n], layout.theme, quiz.head.body, quiz.pad
    card = option.card
    to_the_left = option.text.right_to_left
    left = body.right - card.left - card.width if to_the_left else body.left + card.left
    box = (left, top + card.top, left + card.width, top + card.bottom)
    colour = theme.syntax.string
    ground = mixed(theme.background, colour, TINT) if is_right else theme.panel
    canvas.rounded(box, layout.corner(14), ground, colour if is_right else theme.edge, max(1.0, (4 if is_right else 1.5) * layout.unit))
    radius = quiz.radius * 0.72
    middle = (box[1] + box[3]) / 2
    centre = (left + card.width - pad - radius if to_the_left else left + pad + radius, middle)
    canvas.circle(centre, radius, colour if is_right else theme.edge)
    canvas.circle(centre, radius - max(1.5, 2.5 * layout.unit), theme.panel)
    option.letter.draw(canvas, centre[0] - radius, centre[1] - option.letter.height / 2, 2 * radius, "center")
    if is_right:
        tick = quiz.radius * TICK_SHARE * 0.8
        x = left + pad + tick if to_the_left else left + card.width - pad - tick
        canvas.circle((x, middle), tick, colour)
        sign = ((-0.42, 0.04), (-0.12, 0.34), (0.44, -0.3))
        canvas.line([(x + across * tick, middle + down * tick) for across, down in sign], tick * 0.2, theme.background)
    inset = 2 * pad + 2 * radius
    width = card.width - inset - pad - 2 * quiz.radius * TICK_SHARE
    x = left + card.width - inset - width if to_the_left else left + inset
    option.text.draw(canvas, x, middle - option.text.height / 2, width)


def _paint_explanation(canvas: Canvas, *, quiz: QuizLayout, top: float) -> None:
    if quiz.explanation:
        body = quiz.head.body
        quiz.explanation.draw(canvas, body.left, top + quiz.explanation_top, body.width)
