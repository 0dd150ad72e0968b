"""The handlers of a process that reads scripts: check a script, inspect uploaded files, write samples in YAML.

See `renderer_pool`. The web process imports none of it: parsers and decoders run in renderers, which are killed when they take too long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from models.errors import Diagnostic
from videogen.errors.script import BadAsset
from videogen.pipeline.script_check import check_script
from videogen.pipeline.script_files import UploadedFiles
from videogen.pipeline.script_set import expand
from videogen.script.sample_yaml import written_samples
from videogen.script.theme_names import use_theme_directory
from videogen.voices import engines

Json = Mapping[str, Any]


def load_handlers(*, warm: bool) -> dict[str, Callable[[Json, object], Json]]:
    """Return the handlers by kind of request. `warm` imports in advance what only some scripts and files need."""
    if warm:
        from videogen.media import inspection  # noqa: F401

        written_samples()  # one scene of each kind, so each parser
    return {
        "admit": lambda content, _: _admit(content),
        "expand": lambda content, _: _expand(content),
        "difference": lambda content, _: _difference(content),
        "languages": lambda content, _: _align_language(content),
        "language": lambda content, _: _find_language(content),
        "untranslated": lambda content, _: _find_untranslated(content),
        "inspect": lambda content, _: _inspect(content),
        "themes": lambda content, _: _list_themes(content),
        "brand": lambda content, _: _describe_brand(content),
        "samples": lambda _content, _: {"samples": list(written_samples())},
    }


def _admit(content: Json) -> Json:
    """Read a script and return a CheckedScript as JSON.

    Content: {source, format, request, voice, theme, language, limits, assets: {name: path}, piper, themes}.
    """
    engines.use_piper_directory(Path(content["piper"]))
    use_theme_directory(Path(content["themes"]))
    files = UploadedFiles({name: Path(path) for name, path in content["assets"].items()})
    admitted = check_script(
        content["source"],
        content["format"],
        content["request"],
        voice=content["voice"],
        theme=content["theme"],
        language=content["language"],
        limits=content["limits"],
        files=files,
    )
    return asdict(admitted)


def _expand(content: Json) -> Json:
    """Make the scripts of a set: {source, format, values, values_format} -> a ScriptSet as JSON. Raises BadValues."""
    return asdict(expand(content["source"], content["format"], content["values"], content["values_format"]))


def _align_language(content: Json) -> Json:
    """Align a script with itself in another language, and change that.

    Content: {script, format, language, sections: [{base, agreed, text}], texts: [text or null], whole: text or null, confirmed: [index]}.
    Result: {rows: [{base, text, mark}], sections, script}. Raises BadScript.
    """
    from videogen.pipeline.script_languages import SectionPair, align, change, script_in, texts_of
    from videogen.script import detect_format
    from videogen.script.sections import sections

    base = sections(content["script"], content["format"] or detect_format(content["script"]))
    known = [SectionPair(one["base"], one["text"], one["base"], one["agreed"]) for one in content["sections"]]
    texts = content["texts"] if content["whole"] is None else texts_of(base, content["whole"], content["language"])
    pairs = change(align(base, known), texts, content["confirmed"])
    return {
        "rows": [{"base": pair.base, "text": pair.text, "mark": pair.mark} for pair in pairs],
        "sections": [{"base": pair.agreed_base, "agreed": pair.agreed, "text": pair.text} for pair in pairs],
        "script": script_in(pairs),
    }


def _find_language(content: Json) -> Json:
    """Find the language of a script: {script, format, options, unsure} -> {language}."""
    from videogen.pipeline.language import find_language

    return {"language": find_language(content["script"], content["format"], content["options"], content["unsure"])}


def _find_untranslated(content: Json) -> Json:
    """Find what a script says in another language as in its own: {script, scripts: {language: script}} -> {language: places}."""
    from videogen.pipeline.script_languages import untranslated
    from videogen.script.sections import sections

    base = sections(content["script"], "markdown")
    return {language: untranslated(base, sections(source, "markdown")) for language, source in content["scripts"].items()}


def _difference(content: Json) -> Json:
    """Compare two texts: {before, after} -> {pieces}, as `difference` returns them."""
    from videogen.pipeline.text_pieces import difference

    return {"pieces": difference(content["before"], content["after"])}


def _list_themes(content: Json) -> Json:
    """List themes: {files: [(name, path)]} -> {themes}, as `list_themes` returns them."""
    from videogen.scenes.theme_list import list_themes

    return {"themes": list_themes([(name, Path(path)) for name, path in content["files"]])}


def _describe_brand(content: Json) -> Json:
    """Check a brand: {name, text, files: [(name, path)]} -> what `describe_brand` returns. Raises BadOption."""
    from videogen.scenes.brand_file import describe_brand

    paths = {name: Path(path) for name, path in content["files"]}
    return describe_brand(content["name"], content["text"], paths.get)


def _inspect(content: Json) -> Json:
    """Inspect files: {files: [(name, path)]} -> {media_types}. Raises BadAsset with a diagnostic for each unusable file."""
    from videogen.media.inspection import inspect

    media_types, diagnostics, hint = [], [], None
    for name, path in content["files"]:
        try:
            media_types.append(inspect(Path(path)))
        except BadAsset as error:
            hint = hint or error.hint
            diagnostics.append(Diagnostic(error.detail, path=name))
    if diagnostics:
        raise BadAsset(f"{diagnostics[0].path}: {diagnostics[0].message}", hint=hint, diagnostics=diagnostics)
    return {"media_types": media_types}
