"""What the front matter of a Markdown document says: title, subtitle, closing words, and the video's options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, get_args

from videogen.errors.script import BadOption
from videogen.script import inline, marp, options
from videogen.script.dialects import any_front_matter
from videogen.script.reading import ScriptWarning
from videogen.script.value_tree import Node, plain
from videogen.script.video_options import Aspect, Options

_ASPECTS = {
    "16/9": "16:9",
    "16x9": "16:9",
    "169": "16:9",
    "1610": "16:9",
    "9/16": "9:16",
    "1/1": "1:1",
    "43": "4:3",
    "4/3": "4:3",
    "4x3": "4:3",
    "4/5": "4:5",
}
_NO = ("no", "none", "false", "off")
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|`r [^`]*`|\$[\w.]+\$")
"""What a tool would put a value in place of."""

_VALUE_USED = re.compile(r"\{\{[^{}\n]*\}\}|(?<![\w`])\{[\w.$]+\}|\{\{[<%][^{}\n]*\}\}|\{%[^{}\n]*%\}")
"""Where a document may name a key of its front matter, to put its value there."""

_FOREIGN = """
abstract addons affiliation aliases also_known_as analytics api_url archetype archive area article asciinema aside aspectratio
aspectRatio attributes audience authors autoscale autoSlide background backgroundColor backgroundImage backgroundPosition
backgroundRepeat backgroundSize badges biblio-style bibliography body breadcrumbs build by cache cache_enabled canonicalUrl canvasWidth
cascade categories category citation citeproc class classoption code-fold codeCopy collapse color colorSchema colorScheme comment_id
comments contributor contributors controls copyright cover cover-image created css cssclass cssclasses custom custom_edit_url dataDir
date date-format date_created dateCreated dateModified day debug defaults description documentclass doi download draft drawings edit_url
editor email embed-resources engine event execute exercises expiryDate extra exportFilename external_url fa favicon featured feed fig-cap
fig_height fig_width figure filename filters float fonts fontsize footer format geometry grid group has_children hashtags header
header-includes headingDivider hero heroImage hide hide_table_of_contents hide_title hideInToc highlight highlighter highlightTheme
homepage htmlAttrs icon id image images img include index info institute institution issue jupyter jupytext kernelspec key keywords knit
label last_modified_at last_update last_updated lastmod layout level license lineNumbers linestretch link-citations linkcolor links logo
mainfont math mathjax mdc menu mermaid meta metadata minutes modified monaco monofont mtime myst name nav nav_exclude nav_order
navigation next nocite number number-sections numbersections objectives og og_image order other outline output output_dir overlay_image
page pagefind paginate pagination pagination_next pagination_prev papersize parallaxBackgroundImage params parent part permalink picture
pin plugins preloadedAssets presenter prev preview process progress project pubdate pubDate publish_date publishDate published questions
rating readingTime readtime record redirect_from redirect_to reference-doc remoteAssets render resource_path resources resourceType
revealjs revealOptions routeAlias routerMode rss runningheader runtime sansfont scripts search section selectable seo separator series
share shiny short-title short_title shortTitle show_sidebar showToc sidebar sidebar_class_name sidebar_custom_props sidebar_label
sidebar_position size slide-level slideNumber slides slug slug_override snippet social socialImage source-files speaker stage standalone
startDate status sticky style subject substitutions summary
suppress-bibliography svg tableOfContents tag tags talk target teaching template thanks
theme-color themeConfig thumbnail titleTemplate toc toc-depth toc-title toc_depth toc_max_heading_level toc_min_heading_level topic
transition transitionDuration translationKey twoslash type uid unlisted unsafe updated updated_at updatedAt url uuid variables venue version
versioned vertical verticalSeparator video video_url views weight width wordCount words zoom
"""
FOREIGN = frozenset(_FOREIGN.split())
"""Keys that other tools are known to have, which say nothing of a video: each passed over without a word."""


@dataclass(frozen=True)
class FrontMatter:
    """What a document says of itself. `outro` None leaves the closing card to the video, an empty text asks for none.

    `marp`: it is a deck for Marp, whose slides may be divided at headings (`dividers`).
    """

    title: str | None = None
    subtitle: str = ""
    outro: str | None = None
    marp: bool = False
    dividers: frozenset[int] = frozenset()
    options: Options = field(default_factory=Options)
    values: Mapping[str, Any] = field(default_factory=dict)
    """All that it says, as it stands there."""
    warnings: tuple[ScriptWarning, ...] = ()


def split(text: str) -> tuple[FrontMatter, str, int]:
    """Return a document's front matter, its body, and the line on which the body begins.

    Nothing in front matter is a fault: other programs keep theirs in the same place. What cannot be used is a warning.
    """
    matter = any_front_matter.find(text)
    if matter is None:
        return FrontMatter(), text, 1
    body = text[matter.end :]
    return _front_matter(matter, body), body, text.count("\n", 0, matter.end) + 1


def _front_matter(matter: any_front_matter.Matter, body: str) -> FrontMatter:
    root = matter.root
    values = root.value
    assert isinstance(values, dict)
    given_keys: dict[str, Any] = {name: plain(node) for name, node in values.items() if node.value is not None}
    is_marp = given_keys.get("marp") in ("true", "yes", "True")
    front_values, warnings = _options(root, given_keys, marp.KEYS if is_marp else frozenset())
    if is_marp:
        front_values = marp.options_of({name: given_keys[name] for name in given_keys.keys() & marp.KEYS}) | front_values
    known = {"title", "subtitle", "author", "authors", "outro", "locale", *options.OTHER_NAMES} | FOREIGN | marp.KEYS
    unknown = [
        name for name in values if name not in Options.model_fields and name not in known and not (is_marp and name.lstrip("_$") in known)
    ]
    if unknown and "{" in body:
        used = set(re.findall(r"[\w-]+", " ".join(_VALUE_USED.findall(body))))
        unknown = [name for name in unknown if name not in used]
    outro = _text(given_keys.get("outro"))
    return FrontMatter(
        title=_text(given_keys.get("title")) or None,
        subtitle=_text(given_keys.get("subtitle")) or _text(given_keys.get("author")) or _text(given_keys.get("authors")),
        outro="" if outro.lower() in _NO else outro or None,
        marp=is_marp,
        dividers=marp.dividers(given_keys["headingDivider"]) if is_marp and "headingDivider" in given_keys else frozenset(),
        options=options.check(front_values, path=""),
        values=given_keys,
        warnings=(*matter.warnings, *warnings, *((_unknown(root, unknown),) if unknown else ())),
    )


def _options(root: Node, keys: Mapping[str, Any], foreign: Set[str]) -> tuple[dict[str, Any], list[ScriptWarning]]:
    """Return the options of the front matter, each checked by itself, and a warning for each that cannot be used.

    Of keys in `foreign`, which the document's own tool has too, no value is worth a warning.
    """
    values = {name: keys[name] for name in keys if name in Options.model_fields or name == "burn_captions"}
    language = keys.get("language") or keys.get("lang") or keys.get("locale")
    if language:
        values["language"] = _tag(language[0] if isinstance(language, list) and language else language)
    if "aspect" not in values and (shape := str(keys.get("aspectRatio", keys.get("aspectratio", "")))):
        values |= {"aspect": _ASPECTS.get(shape, shape)} if _ASPECTS.get(shape, shape) in get_args(Aspect) else {}
    warnings = []
    for name in list(values):
        try:
            options.check({name: values[name]}, path="")
        except BadOption as error:
            written = next((key for key in (name, *(("lang", "locale") if name == "language" else ())) if key in keys), None)
            node = root.find([written]) if written else root
            shown = f" {values[name][:40]!r}" if isinstance(values[name], str) else ""
            message = f"The {name}{shown} of the front matter is ignored: it {_it(error.diagnostics[0].message)}."
            if name not in foreign:
                warnings.append(ScriptWarning("front_matter_value", message, "Other tools have values of their own there.", node.line))
            del values[name]
    return values, warnings


def _it(message: str) -> str:
    return message if message.startswith(("has ", "is ", "may ", "needs ")) else f"cannot be used ({message})"


def _tag(language: object) -> object:
    """Return a language as systems write it (`de_DE.UTF-8`) as a BCP 47 tag."""
    return language.partition(".")[0].replace("_", "-").strip() if isinstance(language, str) else language


def _text(value: object) -> str:
    """Return a value as text: of a list all of them, of a mapping what names it, and nothing of what a template would fill in."""
    if isinstance(value, str):
        return inline.markup(inline.runs(" ".join(_TEMPLATE.sub("", value).split())))
    if isinstance(value, list):
        return ", ".join(name for name in map(_text, value[:20]) if name)
    if isinstance(value, dict):
        for name in ("name", "literal", "text", "title", "main", "en", "plain", "value"):
            if text := _text(value.get(name)):
                return text
        person = " ".join(filter(None, (_text(value.get(name)) for name in ("given", "firstname", "family", "lastname"))))
        return person or next((text for inner in value.values() if (text := _text(inner))), "")
    return ""


def _unknown(root: Node, names: list[str]) -> ScriptWarning:
    first = root.find([names[0]])
    listed = ", ".join(name[:40] for name in names[:10]) + (", ..." if len(names) > 10 else "")
    near = [f"for {name[:40]}, did you mean {meant}?" for name in names[:10] if (meant := options.nearest(name))]
    hint = f"Known are title, subtitle, outro and the options. {' '.join(near).capitalize()}".strip()
    return ScriptWarning("unknown_front_matter", f"Front matter that means nothing here is ignored: {listed}.", hint, first.line)
