"""Turns HTML into Markdown: pictures that stand in it become files, and what runs or leads elsewhere is left out."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from videogen.errors.script import BadAsset
from videogen.errors.system import ExtraMissing
from videogen.importers.document_pictures import DocumentPictures
from videogen.importers.imported_script import ImportWarning
from videogen.importers.markdown_text import escape, escape_signs

ROLES = ("navigation", "search", "banner", "contentinfo", "dialog")
LINKS, LINK_SHARE = 12, 0.85
"""Links from which a list that is little else is one to go elsewhere by."""
FURNITURE = ("nav", "footer", "aside")
SILENT = ("title", "script", "style", "noscript", "template", "head", "link", "meta", "button", "input", "select", "textarea")
LEFT_OUT = {
    "video": "A video",
    "audio": "A sound",
    "iframe": "A page within the page",
    "object": "An embedded object",
    "embed": "An embedded object",
    "canvas": "A drawing that a program makes",
    "math": "A formula",
}
_DATA = re.compile(r"data:image/[\w.+-]+((?:;[\w=.-]+)*),(.*)", re.DOTALL | re.IGNORECASE)


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
        """Return HTML as Markdown. Raises ExtraMissing without the libraries, and RecursionError for what nests too deep."""
        try:
            from bs4 import BeautifulSoup
            from bs4.element import Comment, Doctype, ProcessingInstruction
            from markdownify import MarkdownConverter
        except ImportError as error:
            raise ExtraMissing(
                "Importing HTML needs beautifulsoup4 and markdownify.", hint="Install them: pip install 'videogen[import]'"
            ) from error
        soup = BeautifulSoup(html, "html.parser")
        for node in soup.find_all(string=lambda text: isinstance(text, (Comment, Doctype, ProcessingInstruction))):
            node.extract()
        self._remove(soup)

        class Converter(MarkdownConverter):
            def escape(self, text: str, parent_tags: Any = ()) -> str:
                return escape_signs(text)

        for image in soup.find_all("img"):
            image.replace_with(self._picture(str(image.get("src") or ""), str(image.get("alt") or ""), soup))
        converter = Converter(heading_style="ATX", bullets="-", strip=["img"], escape_misc=False, autolinks=False, table_infer_header=True)
        text = str(converter.convert_soup(soup))
        for index, name in enumerate(self._placed):
            text = text.replace(f"\ue000{index}\ue001", name)
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def __post_init__(self) -> None:
        self._placed: list[str] = []

    def _remove(self, soup: Any) -> None:
        for element in soup.find_all(
            lambda tag: tag.get("role") in ROLES or tag.get("hidden") is not None or tag.get("aria-hidden") == "true"
        ):
            element.decompose()
        for element in soup.find_all(["ul", "ol"]):
            if element.decomposed:
                continue
            links = element.find_all("a")
            words = sum(len(link.get_text(strip=True)) for link in links)
            if len(links) >= LINKS and words >= LINK_SHARE * len(element.get_text(" ", strip=True)):
                self.warn("left_out", "Long lists that are nothing but links are left out.")
                element.decompose()
        for element in soup.find_all(SILENT):
            element.decompose()
        for element in soup.find_all(FURNITURE):
            if any(map(str.isalnum, element.get_text())):
                self.warn("left_out", "Navigation, sidebars and the foot of the page are left out.")
            element.decompose()
        for name, what in LEFT_OUT.items():
            for element in soup.find_all(name):
                self.warn("left_out", f"{what} is left out.")
                element.decompose()
        for element in soup.find_all("svg"):
            element.replace_with(self._add(str(element).encode(), "", soup))

    def _picture(self, source: str, alt: str, soup: Any) -> Any:
        match = _DATA.match(source.strip())
        if match is None:
            self.warn("left_out", "A picture that is not in the file itself is left out: links are not followed. Add it as a file.")
            return soup.new_string("")
        try:
            content = base64.b64decode(match[2], validate=False) if "base64" in match[1].lower() else unquote_to_bytes(match[2])
        except (binascii.Error, ValueError):
            content = b""
        return self._add(content, alt, soup)

    def _add(self, content: bytes, alt: str, soup: Any) -> Any:
        self._count += 1
        try:
            name = self.pictures.add(content, f"{self.stem}-{self._count:02}")
        except BadAsset as error:
            self.warn("left_out", f"A picture is left out. {error.detail}")
            return soup.new_string("")
        self._placed.append(f"\n\n![{escape(alt)[:300]}]({name})\n\n")
        return soup.new_string(f"\ue000{len(self._placed) - 1}\ue001")

    def warn(self, code: str, message: str) -> None:
        warning = ImportWarning(code, message, self.number, self.part)
        if warning not in self.warnings:
            self.warnings.append(warning)
