"""Turns HTML into Markdown: pictures that stand in it become files, and what runs or leads elsewhere is left out."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import unquote_to_bytes

from videogen.errors.script import BadAsset, BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.html_notes import MAX_NOTES, take_footnotes, unwrap_links
from videogen.importers.imported_script import ImportWarning
from videogen.importers.markdown_text import escape, escape_signs, one_line, written_alt

ROLES = ("navigation", "search", "banner", "contentinfo", "dialog")
LINKS, LINK_SHARE = 12, 0.85
"""Links from which a list that is little else is one to go elsewhere by."""
FURNITURE = ("nav", "footer", "aside")
FURNITURE_CLASSES = {
    "noprint",
    "mw-editsection",
    "mw-jump-link",
    "skip-link",
    "skip-to-content",
    "sphinxsidebar",
    "breadcrumb",
    "breadcrumbs",
}
FURNITURE_LEFT_OUT = "Navigation, sidebars and the foot of the page are left out."
MAIN_SHARE = 0.25
"""Share of a page's letters from which its main part is what it is about."""
SILENT = ("title", "script", "style", "noscript", "template", "link", "meta", "button", "input", "select", "textarea")
LEFT_OUT = {
    "video": "A video",
    "audio": "A sound",
    "iframe": "A page within the page",
    "object": "An embedded object",
    "embed": "An embedded object",
    "canvas": "A drawing that a program makes",
    "math": "A formula",
}
MAX_TAGS = 200_000
MAX_DEPTH = 200
"""Elements in one another; the libraries call themselves for each."""
SVG_NAMES = {
    name.lower(): name
    for name in (
        *("clipPath", "foreignObject", "linearGradient", "radialGradient", "textPath", "feGaussianBlur", "feOffset", "feMerge"),
        *("feMergeNode", "feFlood", "feComposite", "feBlend", "feColorMatrix", "feDropShadow"),
        *("viewBox", "preserveAspectRatio", "gradientUnits", "gradientTransform", "spreadMethod", "patternUnits", "patternContentUnits"),
        *("patternTransform", "clipPathUnits", "maskUnits", "maskContentUnits", "markerWidth", "markerHeight", "markerUnits", "refX"),
        *("refY", "startOffset", "textLength", "lengthAdjust", "stdDeviation", "pathLength", "filterUnits", "primitiveUnits"),
    )
}
NESTING, MAX_NESTED = ("ul", "ol", "dl", "blockquote", "table"), 8
_DATA = re.compile(r"data:image/[\w.+-]++((?:;[\w=.-]++)*+),(.*)", re.DOTALL | re.IGNORECASE)

_NO_REFERENCE = re.compile(r"&(?!#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,40})")
_ICON = re.compile(r"(?:^|[\s_-])(?:icons?|fa|octicon|glyphicon)(?:$|[\s_-])")
_NOTE_PLACE = re.compile("\ue002(\\d+)\ue003")
_DECLARATION = re.compile(r"<!--|<!\[|<[!?]")


@dataclass
class HtmlReader:
    """Reads HTML of one document. `stem` begins the names of its pictures."""

    pictures: DocumentPictures
    stem: str = "picture"
    warnings: list[ImportWarning] = field(default_factory=list)
    number: int | None = None
    part: str = "cell"
    _count: int = 0

    def markdown(self, html: str) -> str:
        """Return HTML as Markdown. Raises ExtraMissing without the libraries, and BadDocument for what is too deep or has too many tags."""
        try:
            from bs4 import BeautifulSoup
            from bs4.element import Comment, Doctype, ProcessingInstruction
            from markdownify import MarkdownConverter
        except ImportError as error:
            raise ExtraMissing(
                "Importing HTML needs beautifulsoup4 and markdownify.", hint="Install them: pip install 'videogen[import]'"
            ) from error
        if html.count("<") > MAX_TAGS:
            raise BadDocument(f"The page has more than {MAX_TAGS:,} tags.", hint="Split it, and import its parts.")
        soup = BeautifulSoup(without_declarations(html.encode("utf-8", "replace").decode()), "lxml")
        _flatten(soup)
        for node in soup.find_all(string=lambda text: isinstance(text, (Comment, Doctype, ProcessingInstruction))):
            node.extract()
        notes, references = take_footnotes(soup)
        self._remove(soup)
        unwrap_links(soup)
        if references:
            self.warn("left_out", f"The {references:,} references are left out: a video shows {MAX_NOTES} footnotes at most.")

        class Converter(MarkdownConverter):
            def escape(self, text: str, parent_tags: Any = ()) -> str:
                return escape_signs(text)

        for image in soup.find_all("img"):
            caption, placed = _caption_of(image), len(self._placed)
            words = one_line(caption.get_text()) if caption is not None else ""
            image.replace_with(self._picture(str(image.get("src") or ""), str(image.get("alt") or ""), words, soup))
            if caption is not None and len(self._placed) > placed:
                caption.decompose()
        marks: dict[str, Any] = {"bullets": "-", "sub_symbol": "<sub>", "sup_symbol": "<sup>"}
        converter = Converter(heading_style="ATX", strip=["img"], escape_misc=False, autolinks=False, table_infer_header=True, **marks)
        text = str(converter.convert_soup(soup))
        for index, name in enumerate(self._placed):
            text = text.replace(f"\ue000{index}\ue001", name)
        text = _NOTE_PLACE.sub(lambda place: f"[^{self.note_stem}-{int(place[1]) + 1}]", text)
        definitions = [f"[^{self.note_stem}-{index}]: {note}" for index, note in enumerate(notes, 1)]
        return re.sub(r"\n{3,}", "\n\n", "\n\n".join([text.strip(), *definitions])).strip()

    @property
    def note_stem(self) -> str:
        return "note" if self.number is None else f"{self.part}-{self.number}-note"

    def __post_init__(self) -> None:
        self._placed: list[str] = []

    def _remove(self, soup: Any) -> None:
        for element in soup.find_all(
            lambda tag: tag.get("role") in ROLES or tag.get("hidden") is not None or tag.get("aria-hidden") == "true"
        ):
            element.decompose()
        self._keep_main(soup)
        for element in soup.find_all(class_=lambda name: name in FURNITURE_CLASSES):
            if not element.decomposed:
                if _letters(element):
                    self.warn("left_out", FURNITURE_LEFT_OUT)
                element.decompose()
        for element in soup.find_all(["ul", "ol"]):
            if element.decomposed:
                continue
            links = element.find_all("a")
            letters = sum(_letters(link) for link in links)
            if len(links) >= LINKS and letters >= LINK_SHARE * _letters(element):
                self.warn("left_out", "Long lists that are nothing but links are left out.")
                element.decompose()
        for element in soup.find_all(SILENT):
            element.decompose()
        for element in soup.find_all(FURNITURE):
            if any(map(str.isalnum, element.get_text())):
                self.warn("left_out", FURNITURE_LEFT_OUT)
            element.decompose()
        for name, what in LEFT_OUT.items():
            for element in soup.find_all(name):
                self.warn("left_out", f"{what} is left out.")
                element.decompose()
        for element in soup.find_all("svg"):
            if _is_icon(element):
                self.warn("left_out", "Small drawings, such as icons, are left out.")
                element.decompose()
        for element in soup.find_all("svg"):
            element.replace_with(self._add(_svg(element), "", "", soup))

    def _keep_main(self, soup: Any) -> None:
        """Remove what stands around the main part of a page, if that is marked as such and has most of the text."""
        parts = soup.find_all(lambda tag: tag.name == "main" or tag.get("role") == "main")
        if len(parts) != 1 or soup.body is None or _letters(parts[0]) < MAIN_SHARE * _letters(soup.body):
            return
        if _letters(parts[0]) < _letters(soup.body):
            self.warn("left_out", FURNITURE_LEFT_OUT)
        main = parts[0].extract()
        soup.body.clear()
        soup.body.append(main)

    def _picture(self, source: str, alt: str, caption: str, soup: Any) -> Any:
        match = _DATA.match(source.strip())
        if match is None:
            self.warn("left_out", "A picture that is not in the file itself is left out: links are not followed. Add it as a file.")
            return soup.new_string("")
        try:
            content = base64.b64decode(match[2], validate=False) if "base64" in match[1].lower() else unquote_to_bytes(match[2])
        except (binascii.Error, ValueError):
            content = b""
        return self._add(content, alt, caption, soup)

    def _add(self, content: bytes, alt: str, caption: str, soup: Any) -> Any:
        self._count += 1
        try:
            name = self.pictures.add(content, f"{self.stem}-{self._count:02}")
        except BadAsset as error:
            self.warn("left_out", f"A picture is left out. {error.detail}")
            return soup.new_string("")
        title = ' "' + escape(caption).replace('"', '\\"') + '"' if caption else ""
        self._placed.append(f"\n\n![{escape(written_alt(alt))[:300]}]({name}{title})\n\n")
        return soup.new_string(f"\ue000{len(self._placed) - 1}\ue001")

    def warn(self, code: str, message: str) -> None:
        warning = ImportWarning(code, message, self.number, self.part)
        if warning not in self.warnings:
            self.warnings.append(warning)


def _caption_of(image: Any) -> Any:
    """Return the element that is the caption of a picture: that of its figure, or the one right after its paragraph; None without one."""
    figure = image.find_parent("figure")
    if figure is not None:
        return figure.find("figcaption") if len(figure.find_all("img")) == 1 else None
    paragraph = image.find_parent("p")
    following = paragraph.find_next_sibling() if paragraph is not None and not paragraph.get_text(strip=True) else None
    return following if following is not None and following.name == "figcaption" else None


def _is_icon(drawing: Any) -> bool:
    """Return whether a drawing in a page is part of its controls: in a link, or in what is called an icon."""
    around = [drawing, *islice(drawing.parents, 2)]
    names = " ".join(name for element in around for name in element.get("class") or ())
    return drawing.find_parent("a") is not None or _ICON.search(names) is not None


def _letters(element: Any) -> int:
    return sum(map(str.isalnum, element.get_text()))


def without_declarations(html: str) -> str:
    """Return HTML without comments, declarations and processing instructions, and with `<` as a text where one has no end.

    The library reads all that follows for each of those, so that many of them take minutes. The same goes for an open tag without an end,
    and for `&` that begins no reference.
    """
    last_end = html.rfind(">")
    html = _NO_REFERENCE.sub("&amp;", html[: last_end + 1] + html[last_end + 1 :].replace("<", "&lt;"))
    parts, begin = [], 0
    ends: dict[str, int] = {}
    for match in _DECLARATION.finditer(html):
        if match.start() < begin:
            continue
        closing = {"<!--": "-->", "<![": "]>"}.get(match[0], ">")
        if ends.get(closing, 0) >= 0:
            ends[closing] = html.find(closing, match.end())
        parts.append(html[begin : match.start()])
        begin = ends[closing] + len(closing)
        if ends[closing] < 0:
            parts.append(f"&lt;{match[0][1:]}")
            begin = match.end()
    return "".join([*parts, html[begin:]])


def _svg(element: Any) -> bytes:
    """Return a drawing with the capitals in its names, which HTML reads as small letters (HTML, 13.2.6.1, adjust SVG attributes)."""
    for part in [*element.find_all(True), element]:
        part.name = SVG_NAMES.get(part.name, part.name)
        part.attrs = {SVG_NAMES.get(name, name): value for name, value in part.attrs.items()}
    element.attrs.setdefault("xmlns", "http://www.w3.org/2000/svg")
    return str(element).encode()


def _flatten(soup: Any) -> None:
    """Turn lists, quotations and tables too deep in one another into their text. Raises BadDocument for what nests deeper still."""
    depths = {id(soup): (0, 0)}
    deep = []
    for element in soup.descendants:
        if element.name is None or not element.contents:
            continue
        depth, nested = depths[id(element.parent)]
        nested += element.name in NESTING
        depths[id(element)] = depth + 1, nested
        if depth >= MAX_DEPTH:
            raise BadDocument(f"The page nests deeper than {MAX_DEPTH} levels.", hint="Save it again in another program, and import that.")
        if nested == MAX_NESTED + 1 and element.name in NESTING:
            deep.append(element)
    for element in deep:
        element.replace_with(soup.new_string(element.get_text(" ", strip=True)))
