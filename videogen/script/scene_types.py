"""Scripts of an older form: `video` with the title, scenes with a `scene_type` and `visual_content`, and templates with their variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from videogen.errors.script import BadOption, EmptyScript
from videogen.script import inline, options
from videogen.script.models import OutroScene, Scene, Script, TextScene, TitleScene
from videogen.script.reading import Reading, ScriptWarning
from videogen.script.value_tree import Node, Plain, plain
from videogen.script.video_options import Options

_SCENE: TypeAdapter[Scene] = TypeAdapter(Scene)
_VARIABLE = re.compile(r"\$\{\s*([\w.]+)\s*\}|\{\{\s*([\w.]+)\s*\}\}|\$([A-Za-z_]\w*)")
_GENERIC_VOICES = re.compile(r"(?:fe)?male\w*|default|neutral|narrator|man|woman", re.IGNORECASE)
_TITLES = ("title", "header", "heading", "topic", "name", "main_title", "question", "main_text", "message")
_SUBTITLES = ("subtitle", "sub_text", "description", "tagline", "text", "call_to_action", "cta")
_LISTS = (
    "items",
    "points",
    "bullets",
    "key_points",
    "objectives",
    "options",
    "steps",
    "completed_topics",
    "review_questions",
    "next_topics",
    "instructions",
    "takeaways",
    "learning_objectives",
    "list",
)
_CODE = ("code", "solution_code", "snippet", "example", "code_snippet")
_LETTERED = re.compile(r"\(?[A-Fa-f][).:]\s+")
_NOT_SHOWN = frozenset(
    [
        "scene_id",
        "id",
        "scene_type",
        "type",
        "narration",
        "say",
        "voice",
        "visual_content",
        "line",
        "kind",
        "duration",
        "min_duration",
        "max_duration",
        "accent_color",
        "difficulty",
        "transition",
        "motion",
        "visual",
        "rich_content",
        "problem_number",
        "checkpoint_num",
        "show_answer",
        "animation",
        "background",
        "layout",
        "language",
        "icon",
        "style",
    ]
)


def is_older(root: Node) -> bool:
    """Return whether a tree is a script of that form."""
    if not isinstance(root.value, dict):
        return False
    keys = root.value.keys()
    scenes = root.value.get("scenes")
    if scenes is not None and isinstance(scenes.value, list):
        mappings = [scene.value for scene in scenes.value if isinstance(scene.value, dict)]
        typed = sum(
            "kind" not in scene and bool({"scene_type", "type", "visual_content", "narration"} & scene.keys()) for scene in mappings
        )
        return "video" in keys or "template" in keys or (typed > 0 and typed * 2 > len(mappings))
    return "template" in keys or ("video" in keys and isinstance(root.value["video"].value, dict))


def read_older(root: Node) -> Reading:
    """Return the script in such a document; what cannot be used of it is a warning. Raises EmptyScript."""
    work = _Work(root)
    return work.reading()


class _Work:
    def __init__(self, root: Node) -> None:
        self.root = root
        value: Any = plain(root)
        self.variables: Mapping[str, Any] = value.get("variables") if isinstance(value.get("variables"), dict) else {}
        self.given: dict[str, Any] = self.filled(value)
        self.warnings: list[ScriptWarning] = []

    def filled(self, value: Any) -> Any:
        """Return a value with the variables in it put in."""
        if isinstance(value, str):
            return _VARIABLE.sub(lambda match: self.value(match), value) if "$" in value or "{{" in value else value
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if isinstance(value, dict):
            return {name: one if name == "variables" else self.filled(one) for name, one in value.items()}
        return value

    def value(self, match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        value: Any = self.variables
        for step in name.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return match.group() if match[3] else ""
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def warn(self, message: str, hint: str, *path: str | int) -> None:
        self.warnings.append(ScriptWarning("left_out", message, hint, self.root.find(path).line))

    def reading(self) -> Reading:
        video = _mapping(self.given.get("video"))
        title = _words(video.get("title") or self.given.get("title") or self.variables.get("title"))
        subtitle = _words(video.get("subtitle") or self.given.get("subtitle") or self.variables.get("subtitle"))
        scenes: list[Scene] = []
        listed = self.given.get("scenes")
        for index, scene in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(scene, dict):
                scenes += self.scene(scene, self.root.find(["scenes", index]).line, index)
            elif scene:
                scenes.append(TextScene(kind="text", paragraphs=(_words(scene),), line=self.root.find(["scenes", index]).line))
        if "template" in self.given and not scenes:
            self.warn(
                f"There is no template {_words(self.given['template'])[:40]!r} here; its variables are shown.", "Write scenes.", "template"
            )
            scenes += self.of_variables()
        if title and not isinstance(next(iter(scenes), None), TitleScene):
            line = self.root.find(["video", "title"]).line
            scenes.insert(0, TitleScene(kind="title", title=title, subtitle=subtitle, line=line))
        if not scenes:
            raise EmptyScript("The script has no scenes.")
        first = scenes[0]
        shown = title or (first.title if isinstance(first, (TitleScene, OutroScene)) else getattr(first, "heading", ""))
        chosen = self.options({**video, **_mapping(self.given.get("options"))})
        script = Script(title=inline.plain(shown)[:300] or "Untitled", options=chosen, scenes=tuple(scenes[:2000]))
        return Reading(script, tuple(self.warnings))

    def options(self, values: Mapping[str, Any]) -> Options:
        good: dict[str, Any] = {}
        for name, value in values.items():
            if name not in Options.model_fields or name == "title":
                continue
            if name == "voice" and isinstance(value, str) and _GENERIC_VOICES.fullmatch(value):
                self.warn(
                    f"The voice {value!r} is not one of this machine's; its usual one speaks.",
                    "app.py doctor lists them.",
                    "video",
                    "voice",
                )
                continue
            try:
                options.check({name: value})
                good[name] = value
            except BadOption:
                self.warn(f"The {name} is ignored: it cannot be used here.", "See the options in the documentation.", "video", name)
        return options.check(good)

    def of_variables(self) -> Iterator[Scene]:
        for name, value in self.variables.items():
            if name in ("title", "subtitle") or not value:
                continue
            line = self.root.find(["variables", name]).line
            heading = name.replace("_", " ").capitalize()
            if isinstance(value, list):
                yield from self.checked({"kind": "list", "heading": heading, "items": [_words(one) for one in value], "line": line}, value)
            else:
                yield TextScene(kind="text", heading=heading, paragraphs=(_words(value),), line=line)

    def scene(self, scene: dict[str, Any], line: int, index: int) -> Iterator[Scene]:
        inner = scene.get("visual_content")
        seen = {**scene, **(inner if isinstance(inner, dict) else {"text": inner} if inner else {})}
        kind = str(scene.get("scene_type") or scene.get("type") or scene.get("kind") or "").lower()
        say = _words(scene.get("narration") or scene.get("say")) or None
        common: dict[str, Any] = {"line": line, "say": say}
        voice = scene.get("voice")
        if isinstance(voice, str) and not _GENERIC_VOICES.fullmatch(voice):
            common["voice"] = voice
        seconds = scene.get("duration") or scene.get("min_duration") or scene.get("duration_s")
        if isinstance(seconds, str) and re.fullmatch(r"\d{1,3}(\.\d+)?", seconds) and float(seconds) > 0:
            common["duration_s"] = float(seconds)
        scenes = list(self.made(kind, seen, common))
        if scenes:
            yield from scenes
        elif say:
            yield TextScene(kind="text", paragraphs=(say,), **common)
        else:
            self.warn("A scene in which nothing is to be seen is left out.", "Give it a title or items.", "scenes", index)

    def made(self, kind: str, seen: dict[str, Any], common: dict[str, Any]) -> Iterator[Scene]:
        used: set[str] = set()

        def take(*names: str) -> str:
            for name in names:
                if name in seen and name not in used and seen[name]:
                    used.add(name)
                    return _words(seen[name])
            return ""

        if kind in ("title", "section", "outro", "intro"):
            name = {"intro": "title"}.get(kind, kind)
            title, below = take("main_text", *_TITLES), take(*_SUBTITLES)
            if title:
                field = "text" if kind == "outro" else "subtitle"
                yield from self.checked({"kind": name, "title": title, field: below, **common}, seen)
            return
        if kind == "quote":
            text = take("quote_text", "quote", "text")
            by = take("attribution", "author", "by", "source")
            if text:
                yield from self.checked({"kind": "quote", "heading": take(*_TITLES), "text": text, "by": by, **common}, seen)
            return
        if kind == "quiz" and (quiz := _quiz(seen, common)):
            yield quiz
            return
        heading = take("header", "heading", "title", "topic", "name") or take("question", "message")
        if kind in ("learning_objectives", "checkpoint") and (lesson_points := _lesson_items(seen)):
            about = {"heading": heading, "lead": take("description", "text", "lesson_info", "content"), "items": lesson_points}
            yield from self.checked({"kind": kind, **about, **common}, seen)
            return
        if kind in ("problem", "solution", "exercise"):
            paragraphs = [text for name in ("problem_text", "description", "text", "explanation", "content") if (text := take(name))]
            listed = [name for name in _LISTS if isinstance(seen.get(name), (list, dict)) and seen[name]]
            points = [item for name in listed for item in _items(seen[name])]
            if paragraphs or points:
                used.update(listed)
                card = {"kind": kind, "heading": heading, "paragraphs": paragraphs, "items": points, **common}
                yield from self.checked(card, seen)
                common = {**common, "say": "" if common["say"] else None}
                if not any(seen.get(name) for name in _CODE):
                    return
                seen = {name: value for name, value in seen.items() if name in (*_CODE, "language")}
        if kind in ("code_comparison", "comparison") and (seen.get("before_code") or seen.get("before")):
            labels = {name: take(name) for name in ("before_label", "after_label") if seen.get(name)}
            codes = {
                "before": _code(seen.get("before_code") or seen.get("before")),
                "after": _code(seen.get("after_code") or seen.get("after")),
            }
            yield from self.checked({"kind": "code_comparison", "heading": heading, **codes, **labels, **_language(seen), **common}, seen)
            return
        if kind in ("command", "terminal") and (
            lines := seen.get("commands") or seen.get("command") or seen.get("content") or seen.get("text")
        ):
            lead = take("description")
            yield from self.checked({"kind": "command", "heading": heading, "lead": lead, "text": _code(lines), **common}, seen)
            return
        lead = take("description", "text", "problem_text", "explanation", "content")
        for name in _LISTS:
            if isinstance(seen.get(name), (list, dict)) and seen[name]:
                used.add(name)
                items = list(_items(seen[name]))
                label = "" if name in ("items", "points", "bullets", "list") else name.replace("_", " ").capitalize()
                over = heading or label
                yield from self.checked(
                    {"kind": "list", "heading": over, "lead": lead or (label if heading else ""), "items": items, **common}, seen
                )
                lead, common = "", {**common, "say": "" if common["say"] else None}
        for name in _CODE:
            if seen.get(name):
                used.add(name)
                scene = {"kind": "code", "heading": heading, "lead": lead, "code": _code(seen[name]), **_language(seen), **common}
                yield from self.checked(scene, seen)
                lead, common = "", {**common, "say": "" if common["say"] else None}
        rest = [lead, *(_words(value) for name, value in seen.items() if name not in used | _NOT_SHOWN and value)]
        paragraphs = [text for text in rest if text and text != heading]
        if paragraphs:
            yield from self.checked({"kind": "text", "heading": heading, "paragraphs": paragraphs, **common}, seen)
        elif heading and not ({*_LISTS, *_CODE} & used):
            yield from self.checked({"kind": "section", "title": heading, **common}, seen)

    def checked(self, scene: dict[str, Any], seen: Any) -> Iterator[Scene]:
        """Yield a scene that can be made; else its words as text."""
        try:
            yield _SCENE.validate_python({name: value for name, value in scene.items() if value is not None})
        except ValidationError:
            words = _words(seen)
            if words:
                yield TextScene(kind="text", heading=_words(scene.get("heading")), paragraphs=(words,), line=scene.get("line"))


def _quiz(seen: Mapping[str, Any], common: Mapping[str, Any]) -> Scene | None:
    """Read a quiz of an older script; None if its right option cannot be told."""
    options = seen.get("options") or seen.get("choices") or seen.get("answers")
    answer = _words(next((seen[name] for name in ("correct_answer", "correct", "answer", "correct_option") if seen.get(name)), ""))
    if not isinstance(options, list) or not answer:
        return None
    texts = [_LETTERED.sub("", _words(option)) for option in options]
    heading = _words(next((seen[name] for name in ("header", "heading", "title") if seen.get(name)), ""))
    question, explanation = _words(seen.get("question") or seen.get("text")), _words(seen.get("explanation"))
    shown = {"kind": "quiz", "heading": heading, "question": question, "options": texts, "answer": answer, "explanation": explanation}
    try:
        return _SCENE.validate_python({**shown, **{name: value for name, value in common.items() if value is not None}})
    except ValidationError:
        return None


def _lesson_items(seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the points of a checkpoint or of objectives: topics that are done are ticked."""
    items: list[dict[str, Any]] = []
    for name in _LISTS:
        if isinstance(seen.get(name), (list, dict)):
            done = {"checked": True} if name == "completed_topics" else {}
            items += [{"text": item, **done} for item in _items(seen[name])]
    return items


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(value: Plain | Any) -> str:
    """Return a value as words: all of a list, the values of a mapping."""
    if isinstance(value, str):
        return " ".join(value.split()) if "\n\n" not in value else value.strip()
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value)))
    if isinstance(value, dict):
        return " ".join(filter(None, (_words(one) for name, one in value.items() if name not in _NOT_SHOWN)))
    return ""


def _code(value: Any) -> str:
    return (
        "\n".join(str(one) for one in value) if isinstance(value, list) else value.strip("\n") if isinstance(value, str) else _words(value)
    )


def _language(seen: Mapping[str, Any]) -> dict[str, str]:
    return {"language": str(seen["language"])} if isinstance(seen.get("language"), str) else {}


def _items(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [{"title": name, "description": one} for name, one in value.items()]
    for one in value:
        if isinstance(one, dict):
            head = _words(one.get("title") or one.get("name") or one.get("header") or one.get("text"))
            more = _words({name: inner for name, inner in one.items() if name not in ("title", "name", "header", "text")})
            if head or more:
                yield f"**{head}**: {more}" if head and more else head or more
        elif text := _words(one):
            yield text
