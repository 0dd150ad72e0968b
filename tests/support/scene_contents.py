"""Random content for scenes of every kind, as awkward as what people paste."""

from __future__ import annotations

import atexit
import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import strategies as st

from tests.support.media_files import picture, video
from videogen.scenes import RenderSettings
from videogen.script.chart_data import MOST_BARS, MOST_PARTS
from videogen.script.models import (
    LAYOUTS,
    BigNumberScene,
    CalloutScene,
    ChartScene,
    CheckpointScene,
    ClipScene,
    CodeComparisonScene,
    CodeScene,
    CodeState,
    Column,
    ColumnsScene,
    CommandScene,
    DiagramScene,
    EquationScene,
    ExerciseScene,
    Footnote,
    ImageScene,
    LearningObjectivesScene,
    ListItem,
    ListScene,
    OutroScene,
    Picture,
    PicturesScene,
    ProblemScene,
    QuizScene,
    QuoteScene,
    Scene,
    SectionScene,
    SolutionScene,
    Step,
    StepsScene,
    TableScene,
    TextScene,
    TimelineEvent,
    TimelineScene,
    TitleScene,
)
from videogen.script.tex import wrong

MIXED = """the stream event a narration of **bold** *soft* `code_here()` [link](https://example.org/a) ~~gone~~ 3.14 e.g.
well—known “quoted”
日本語の文章。 名前はまだ無い 한국어 العربية، שלום हिन्दी ไทยภาษา မြန်မာ ខ្មែរ Ελληνικά кириллица 🎉 👩‍💻 🇩🇪 ✅ ⚠️ 1️⃣ → ┌─┐ 𒀀 ﷽ h̷̢̛͎̹̑ę̸͙͐l
$x^2$ $\\frac{a}{b}$ $\\nosuch$ H~2~O x^2^ ==marked== [^1] :rocket: <sup>1</sup> \\* <br> &amp; ** ` [ _a_b_ """
LONG = (
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://example.org/" + "path/" * 30,
    "ﷺ" * 20,
    "W" * 300,
)
INVISIBLE = ("\u200b", "\u202e", "\u0301", "E\u0301", "x\u00a0y", "\x00", "\x1b[0m", "\n", "\t")
WORDS = (*MIXED.split(), *LONG, *INVISIBLE, "First sentence. Second one! And a third?")


def _some_words(seed: int, number: int) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(number))


def words(most: int) -> st.SearchStrategy[str]:
    """Up to so many words; drawn from a seed, which is much quicker than one by one."""
    return st.builds(_some_words, st.integers(0, 10**6), st.integers(0, most))


PHRASE = words(6)
PROSE = st.one_of(st.text(max_size=40), words(60), words(60), words(60), words(250))
SHORT = st.one_of(st.just(""), PHRASE, PHRASE, st.text(max_size=12), st.text(max_size=40), words(20), words(60), words(60), words(200))
"""Fields that are short in most scenes, and in some longer than a page: those cost most of the time, being cut at every size of type."""
BRIEF = st.one_of(PHRASE, PHRASE, SHORT)
CODE = ("def f(x):", "\treturn x", '    s = """', "│  │ ├──┐", "  ╚═══╝", "// 漢字 🎉 العربية", "x" * 300, "{" * 12, "\u0301", "# → \x00")
TERMINAL = (
    "$ make run",
    "$ curl -s \\",
    "user@host:~$ ls",
    "# a comment",
    "✓ done",
    "✗ not",
    "→ it is there",
    "- a point",
    ">>> f(x)",
    "$ ",
)
TEX = (
    "x^2",
    r"&= \frac{a}{b}",
    r"\sum_{i=0}^{n} i",
    r"\sqrt{\frac{1}{2}}",
    "+",
    r"\alpha",
    r"\text{words}",
    "é → ∞",
    "&",
    r"\left( y \right)",
)


def _many(of: tuple[str, ...], between: str, seed: int, number: int) -> str:
    chance = random.Random(seed)
    return between.join(chance.choice(of) for _ in range(number))


def many(of: tuple[str, ...], most: int, between: str = "\n") -> st.SearchStrategy[str]:
    """Some of these, up to so many, as often many as few: lists drawn one by one are seldom long enough for a second page."""
    return st.builds(_many, st.just(of), st.just(between), st.integers(0, 10**6), st.integers(1, most))


LINES = st.one_of(
    st.lists(st.one_of(st.just(""), st.sampled_from(CODE), st.text(max_size=60)), max_size=40).map("\n".join), many(("", *CODE), 90)
)

FILES = Path(tempfile.mkdtemp(prefix="videogen-contents-"))
atexit.register(shutil.rmtree, FILES, ignore_errors=True)


def _written(name: str, content: bytes) -> str:
    (FILES / name).write_bytes(content)
    return str(FILES / name)


CAPTION = st.one_of(st.just(""), PHRASE, words(40))
PICTURE, TALL = _written("picture.png", picture()), _written("tall.jpg", picture((30, 90), "JPEG"))
THROUGH = _written("through.png", picture(colour=(20, 30, 40, 90)))
VIDEO = str(video(FILES / "video.mp4", 1.0, tone_hz=None))

# One without a word is not drawn, and its mark neither.
NOTES = st.lists(st.builds(Footnote, mark=st.sampled_from(["1", "2", "ada"]), text=SHORT.map("Note {}".format)), max_size=2).map(tuple)
HEADED = {
    "footnotes": st.one_of(st.just(()), NOTES),
    "heading": SHORT,
    "say": st.sampled_from([None, "Said by hand.", ""]),
    "line": st.sampled_from([None, 7]),
}
ITEMS = st.builds(
    ListItem,
    text=SHORT,
    level=st.integers(0, 11),
    number=st.one_of(st.none(), st.integers(-5, 10**6)),
    checked=st.sampled_from([None, True, False]),
)
BESIDE = {
    "paragraphs": st.one_of(st.just(()), st.lists(BRIEF, max_size=2).map(tuple)),
    "items": st.one_of(st.just(()), st.lists(ITEMS, max_size=4).map(tuple)),
    "layout": st.sampled_from([None, None, *LAYOUTS["image"]]),
}


@st.composite
def tables(draw: st.DrawFn) -> TableScene:
    columns = draw(st.integers(0, 18))
    row = st.tuples(*[SHORT] * columns) if columns < 6 else st.tuples(*[words(3)] * columns)
    return TableScene(
        kind="table",
        heading=draw(SHORT),
        lead=draw(SHORT),
        header=draw(row),
        rows=tuple(draw(st.lists(row, max_size=8 if columns < 6 else 25))),
        align=tuple(draw(st.lists(st.sampled_from(["left", "center", "right"]), max_size=4))),
    )


@st.composite
def charts(draw: st.DrawFn) -> ChartScene:
    kind = draw(st.sampled_from(["bar", "line", "area", "pie", "scatter"]))
    count = draw(st.one_of(st.integers(1, 12), st.integers(1, MOST_PARTS if kind == "pie" else MOST_BARS)))
    number = st.floats(0.5, 1e6) if kind == "pie" else st.one_of(st.none(), st.floats(-1e15, 1e15), st.integers(-5, 100))
    values = st.lists(number, min_size=count, max_size=count)
    most = 1 if kind == "pie" else 8
    rows = draw(st.lists(values, min_size=1, max_size=most).filter(lambda rows: any(value is not None for row in rows for value in row)))
    label = st.one_of(st.text(max_size=80), PHRASE.map(lambda text: text[:80]))
    x = st.floats(-1e6, 1e6).map(str) if kind == "scatter" else label
    return ChartScene(
        kind="chart",
        heading=draw(SHORT),
        lead=draw(SHORT),
        type=kind,
        x=draw(st.lists(x, min_size=count, max_size=count)),
        series=[{"name": draw(label)[:60], "values": row} for row in rows],
        stacked=draw(st.booleans()),
        unit=draw(st.sampled_from(["", "%", "€", "kg"])),
        x_label=draw(label),
        y_label=draw(label),
    )


@st.composite
def quizzes(draw: st.DrawFn) -> QuizScene:
    options = draw(st.lists(BRIEF, min_size=2, max_size=6))
    return QuizScene(
        kind="quiz",
        heading=draw(SHORT),
        question=draw(BRIEF),
        options=tuple(options),
        answer=draw(st.integers(1, len(options))),
        explanation=draw(BRIEF),
        think_s=draw(st.sampled_from([0.0, 2.5, 5.0])),
        footnotes=draw(HEADED["footnotes"]),
    )


SCENES: dict[str, st.SearchStrategy[Scene]] = {
    "title": st.builds(TitleScene, kind=st.just("title"), title=SHORT, subtitle=SHORT),
    "section": st.builds(
        SectionScene, kind=st.just("section"), title=SHORT, subtitle=SHORT, number=st.one_of(st.none(), st.integers(1, 10**6))
    ),
    "text": st.builds(TextScene, kind=st.just("text"), **HEADED, paragraphs=st.lists(PROSE, max_size=5).map(tuple)),
    "list": st.one_of(
        st.builds(ListScene, kind=st.just("list"), **HEADED, lead=SHORT, items=st.lists(ITEMS, max_size=25).map(tuple)),
        st.builds(
            ListScene,
            kind=st.just("list"),
            **HEADED,
            lead=SHORT,
            layout=st.sampled_from(["rows", "cards", None]),
            items=st.lists(
                st.builds(ListItem, text=st.builds("{}{}".format, st.sampled_from(["", "🚀 ", "🔒 **Safe**: "]), BRIEF)), max_size=7
            ).map(tuple),
        ),
    ),
    "code": st.builds(
        CodeScene,
        kind=st.just("code"),
        **HEADED,
        lead=SHORT,
        code=LINES,
        language=st.sampled_from(["", "python", "js", "html", "no such language", "diff"]),
        first_line=st.integers(1, 10**6),
        highlight=st.lists(st.integers(1, 30), max_size=4).map(tuple),
        steps=st.lists(st.lists(st.integers(1, 30), max_size=3).map(tuple), max_size=3).map(tuple),
        states=st.one_of(
            st.just(()),
            st.just(()),
            st.lists(st.builds(CodeState, code=many(("", *CODE), 9), highlight=st.just((2,))), max_size=2).map(tuple),
        ),
    ),
    "steps": st.builds(
        StepsScene,
        kind=st.just("steps"),
        **HEADED,
        lead=SHORT,
        steps=st.lists(st.builds(Step, title=BRIEF, text=BRIEF), min_size=1, max_size=6).map(tuple),
        first=st.integers(0, 9999),
    ),
    "columns": st.builds(
        ColumnsScene,
        kind=st.just("columns"),
        **HEADED,
        lead=SHORT,
        layout=st.sampled_from([None, "comparison"]),
        columns=st.lists(
            st.builds(
                Column,
                heading=st.one_of(BRIEF, BRIEF.map("🚀 {}".format)),
                paragraphs=st.lists(BRIEF, max_size=2).map(tuple),
                items=st.lists(ITEMS, max_size=2).map(tuple),
            ),
            min_size=1,
            max_size=7,
        ).map(tuple),
    ),
    "callout": st.builds(
        CalloutScene,
        kind=st.just("callout"),
        **HEADED,
        tone=st.sampled_from(["note", "tip", "important", "warning", "danger", "example"]),
        title=SHORT,
        paragraphs=st.lists(PROSE, max_size=4).map(tuple),
        items=st.lists(ITEMS, max_size=12).map(tuple),
    ),
    "code_comparison": st.builds(
        CodeComparisonScene,
        kind=st.just("code_comparison"),
        **HEADED,
        lead=SHORT,
        before=LINES,
        after=LINES,
        language=st.sampled_from(["", "python", "no such language"]),
        before_label=SHORT,
        after_label=SHORT,
    ),
    "command": st.builds(
        CommandScene,
        kind=st.just("command"),
        **HEADED,
        lead=SHORT,
        text=st.one_of(
            st.lists(st.one_of(st.sampled_from([*CODE, *TERMINAL]), st.text(max_size=60)), max_size=40).map("\n".join),
            many((*CODE, *TERMINAL), 90),
        ),
    ),
    "equation": st.builds(
        EquationScene,
        kind=st.just("equation"),
        **HEADED,
        lead=SHORT,
        tex=st.one_of(
            st.lists(st.lists(st.sampled_from(TEX), min_size=1, max_size=8).map(" ".join), min_size=1, max_size=12).map(r" \\ ".join),
            many(TEX, 20, r" \\ "),
        ).filter(lambda tex: wrong(tex) is None),  # of nothing but `&` is no formula
    ),
    "diagram": st.builds(DiagramScene, kind=st.just("diagram"), **HEADED, lead=SHORT, text=LINES),
    "table": tables(),
    "quote": st.builds(
        QuoteScene, kind=st.just("quote"), **HEADED, text=PROSE, by=SHORT, portrait=st.sampled_from([None, None, PICTURE, TALL, THROUGH])
    ),
    "big_number": st.builds(
        BigNumberScene,
        kind=st.just("big_number"),
        **HEADED,
        number=st.one_of(st.sampled_from(["42 %", "5 billion", "-3.5"]), SHORT),
        text=SHORT,
    ),
    "timeline": st.builds(
        TimelineScene,
        kind=st.just("timeline"),
        **HEADED,
        lead=SHORT,
        events=st.lists(
            st.builds(TimelineEvent, when=BRIEF.map(lambda text: text[:80]), title=BRIEF, text=BRIEF), min_size=1, max_size=7
        ).map(tuple),
    ),
    "quiz": quizzes(),
    "learning_objectives": st.builds(
        LearningObjectivesScene, kind=st.just("learning_objectives"), **HEADED, lead=SHORT, items=st.lists(ITEMS, max_size=12).map(tuple)
    ),
    "checkpoint": st.builds(
        CheckpointScene, kind=st.just("checkpoint"), **HEADED, lead=SHORT, items=st.lists(ITEMS, max_size=12).map(tuple)
    ),
    **{
        kind: st.builds(
            scene,
            kind=st.just(kind),
            **HEADED,
            title=SHORT,
            paragraphs=st.lists(PROSE, max_size=4).map(tuple),
            items=st.lists(ITEMS, max_size=12).map(tuple),
        )
        for kind, scene in (("problem", ProblemScene), ("solution", SolutionScene), ("exercise", ExerciseScene))
    },
    "chart": charts(),
    "image": st.builds(
        ImageScene,
        kind=st.just("image"),
        **HEADED,
        **BESIDE,
        file=st.sampled_from([PICTURE, TALL, THROUGH]),
        caption=CAPTION,
        fit=st.sampled_from(["fit", "fill"]),
        move=st.sampled_from(["none", "zoom in", "zoom out", "pan left", "pan right", "pan up", "pan down"]),
        focus=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    ),
    "pictures": st.builds(
        PicturesScene,
        kind=st.just("pictures"),
        **HEADED,
        layout=st.sampled_from([None, "row", "column", "grid"]),
        pictures=st.lists(
            st.builds(
                Picture, file=st.sampled_from([PICTURE, TALL, THROUGH]), caption=CAPTION, focus=st.tuples(st.floats(0, 1), st.floats(0, 1))
            ),
            min_size=2,
            max_size=4,
        ).map(tuple),
    ),
    "clip": st.builds(
        ClipScene,
        kind=st.just("clip"),
        **HEADED,
        **BESIDE,
        file=st.just(VIDEO),
        caption=CAPTION,
        fit=st.sampled_from(["fit", "fill"]),
        start_s=st.floats(0, 0.5),
        end_s=st.floats(0.6, 2),
        sound=st.sampled_from([None, "none"]),
    ),
    "outro": st.builds(OutroScene, kind=st.just("outro"), title=SHORT, text=SHORT),
}
SIZES = ((480, 270), (270, 480), (270, 270), (360, 270), (426, 240), (270, 338))
RENDER_SETTINGS = st.builds(
    lambda size, theme: RenderSettings(size[0], size[1], theme=theme),
    st.sampled_from(SIZES),
    st.sampled_from(("slate", "slate", "slate", "blackboard", "dusk", "harbour", "swiss")),
)
"""Small pictures of every shape, in a plain theme and in themes with headings elsewhere, bands, frames and corners of their own."""

EXAMPLES: dict[str, Scene] = {
    scene.kind: scene
    for scene in (
        TitleScene(kind="title", title="A title", subtitle="with a *subtitle*"),
        SectionScene(kind="section", title="A section", number=2),
        TextScene(kind="text", heading="Heading", paragraphs=("A sentence or two. The second one.", "**Bold** and `code`.")),
        ListScene(kind="list", heading="Points", lead="They are:", items=(ListItem(text="one"), ListItem(text="two", level=1))),
        CodeScene(kind="code", heading="Code", code="def f():\n    return 1", language="python", highlight=(2,)),
        StepsScene(kind="steps", heading="Steps", steps=(Step(title="One", text="and more"), Step(title="Two"))),
        ColumnsScene(
            kind="columns", columns=(Column(heading="A", paragraphs=("Words.",)), Column(heading="B", items=(ListItem(text="b"),)))
        ),
        CalloutScene(kind="callout", heading="Callout", tone="tip", title="Mind", paragraphs=("Words.",), items=(ListItem(text="a"),)),
        CodeComparisonScene(kind="code_comparison", heading="Two", before="x = 1\ny", after="x = 2\ny", language="python"),
        CommandScene(kind="command", heading="Terminal", text="$ make\nMaking\n✓ made\n$ ls"),
        EquationScene(kind="equation", heading="Energy", tex=r"E = mc^2"),
        DiagramScene(kind="diagram", heading="Diagram", text="┌───┐\n│ a │→ b\n└───┘"),
        TableScene(kind="table", heading="Table", header=("a", "b"), rows=(("1", "2"), ("3", "4")), align=("left", "right")),
        QuoteScene(kind="quote", text="Say it once.", by="Someone"),
        BigNumberScene(kind="big_number", heading="Number", number="42 %", text="of all questions"),
        TimelineScene(
            kind="timeline", heading="Line", events=(TimelineEvent(when="1969", title="One", text="and more"), TimelineEvent(title="Two"))
        ),
        QuizScene(
            kind="quiz", heading="Quiz", question="Which one?", options=("This", "That"), answer=2, explanation="It is.", think_s=3.0
        ),
        LearningObjectivesScene(kind="learning_objectives", heading="Goals", items=(ListItem(text="one"), ListItem(text="two"))),
        ProblemScene(kind="problem", heading="Problem", title="Problem", paragraphs=("Words.",), items=(ListItem(text="a"),)),
        SolutionScene(kind="solution", heading="Solution", title="Solution", paragraphs=("Words.",)),
        CheckpointScene(kind="checkpoint", heading="So far", items=(ListItem(text="one", checked=True), ListItem(text="two"))),
        ExerciseScene(
            kind="exercise", heading="Your turn", title="Exercise", paragraphs=("Words.",), items=(ListItem(text="a", number=1),)
        ),
        ChartScene(kind="chart", heading="Chart", x=("a", "b"), series=({"name": "n", "values": (1, 3)},)),
        PicturesScene(kind="pictures", heading="Two", pictures=(Picture(file=PICTURE, caption="A caption"), Picture(file=TALL))),
        ImageScene(kind="image", heading="Picture", file=PICTURE, caption="A caption", move="pan right"),
        ClipScene(kind="clip", heading="Video", file=VIDEO, caption="A caption", start_s=0.2, end_s=0.8),
        OutroScene(kind="outro", title="The end", text="Thank you."),
    )
}
