"""What is written and how it is said: file names, identifiers and addresses as words, and no symbol that a voice would stumble over."""

from __future__ import annotations

import re
import unicodedata

from videogen.script.lexicon import Lexicon, lexicon
from videogen.script.spoken_amounts import amounts

CODE_WORDS_MAX = 9
"""Words a piece of inline code may have to be spoken; a longer one is on the screen, not in the narration."""
CODE, CODE_END, SPOKEN_AS = "\ufdd0", "\ufdd1", "\ufdd2"
"""Stand round inline code in narration, and between a formula and how it is said. They are no characters: no script may hold them."""

_EXTENSIONS = (
    "py|pyi|js|mjs|ts|tsx|jsx|css|scss|html|htm|md|rst|txt|yaml|yml|json|toml|ini|cfg|conf|env|lock|csv|tsv|sql|db|sqlite|log|xml|svg"
    "|png|jpg|jpeg|gif|webp|pdf|mp3|mp4|wav|vtt|srt|sh|bash|ps1|bat|c|h|cc|cpp|hpp|rs|go|java|kt|swift|rb|php|lua|r|ipynb|zip|gz|tar"
    "|whl|so|dll|exe"
)
_ADDRESS = re.compile(r"(?:\b(?:https?|ftp|file|wss?)://|\bwww\.)[^\s<>\"]+|\bmailto:\S+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}")
_FILE = re.compile(rf"(?<![\w/.@-])[\w~/.-]{{0,200}}?([\w-]{{1,80}})\.({_EXTENSIONS})(?::(\d+)(?:[-–](\d+))?)?(?![\w/])")
_NAME = re.compile(r"(?<!\w)_*[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+_*+(?!\w)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]")
_EITHER = re.compile(r"(?<=[^\W\d_]{3})\s?/\s?(?=[^\W\d_]{3})")
_CODE_SPAN = re.compile(f"{CODE}([^{CODE_END}]*){CODE_END}?")
_SPOKEN_AS = re.compile(f"{SPOKEN_AS}[^{CODE_END}]*")
_CODE_MARKS = re.compile(f"[{CODE}{CODE_END}]")
_LINK_DEFINITION = re.compile(r"(?:^|(?<=\s))\[[^\[\]\n]{1,100}\]:\s+(?:https?://\S+|\S+/\S+)")
_PAGE = re.compile(r"(?<![\w@./-])((?:[A-Za-z0-9-]{1,63}\.){1,4}([a-z]{2,12}))((?:/[\w.~%+=&?#-]{0,200}){1,20})?(?![\w/@])")
_ENDINGS = frozenset("com org net dev io ai app edu gov info eu uk de fr es it nl pl jp ch at cn kr ru br ca au example".split())  # noqa: SIM905
"""Last parts of host names that are spoken as such without a path after them."""
_PLAIN_SEGMENT = re.compile(r"[A-Za-z]{1,20}(?:[-_][A-Za-z0-9]{1,20}){0,3}|\d{1,4}")
_HASH = re.compile(
    r"(?<![\w/.-])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?=[a-f]{0,39}\d)(?=\d{0,39}[a-f])[0-9a-f]{7,40})(?![\w-]|\.\w)",
    re.IGNORECASE,
)
"""A commit, a digest, a UUID: hexadecimal with digits and letters."""
_PATH = re.compile(
    r"(?<![\w/.:<>€$£¥%-])(?:~|\.{1,2})?/(?:[\w.-]{1,60}/){0,12}[\w-]{1,60}/?(?!\w)|\b(?:src|lib|usr|etc|docs|tests?)/(?:[\w-]{1,60}/?){1,12}"
)
_VERSION = re.compile(r"(?<![\w.-])v(\d{1,4}(?:\.\d{1,5}){0,3})(?![\d.]*\w*[/_])")
_RELEASE = re.compile(r"(?<![\w.,:-])(\d{1,4}(?:\.\d{1,5}){2,3})(?:-?(alpha|beta|rc|dev|post)\.?(\d{0,4}))?(?![\w/]|\.\d|-\d)")
_RANGE = re.compile(r"(?<![A-Za-z0-9_.,–-])(\d[\d.,]{0,12})\s?[–〜～]\s?(\d[\d.,]{0,12})(?![–-]?\d)")
_HYPHEN_RANGE = re.compile(r"(?<![\w.,/:+-])(\d{1,4})-(\d{1,4})(?![\w-]|[.,:/]\d)")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DEGREE_AND_THE_LIKE = "\u218f"
"""Signs up to this one (°, ©, ℃, ™) end sentences as letters do; those beyond it are emoji and arrows."""
_CODE_TOKEN = re.compile(r"\d+(?:\.\d+)+|\w+|===?|!=|->|=>|&&|\|\||(?<=\w)\.(?=[^\W\d_])|[=+]")
_KEPT = set("+<=>±×÷≤≥≠≈−°%$€£¥'\"’‘“”„«»‚()!?¡¿.,;:…—–-/@")


def aloud(narrated: str, language: str = "en") -> str:
    """Return narration for a voice: one line, maybe empty.

    What stands between `CODE` and `CODE_END` is inline code.
    """
    parts = _CODE_SPAN.split(narrated)
    return smooth("".join(_marked(part, language) if number % 2 else prose(part, language) for number, part in enumerate(parts)))


def spoken_as(written: str, spoken: str) -> str:
    """Return text that is written in one way and spoken in another."""
    return f"{CODE}{written}{SPOKEN_AS}{spoken}{CODE_END}"


def _marked(part: str, language: str) -> str:
    written, mark, spoken = part.partition(SPOKEN_AS)
    return spoken if mark else code(written, language)


def as_written(narrated: str) -> str:
    """Return narration for captions: as written, without the marks around code and the stop after an emoji."""
    text = " ".join(_FOOTNOTE.sub("", _CODE_MARKS.sub("", _SPOKEN_AS.sub("", narrated))).split())
    return text[:-1] if text.endswith(".") and text[-2:-1] > _DEGREE_AND_THE_LIKE and unicodedata.category(text[-2:-1]) == "So" else text


def without_link_definitions(text: str) -> str:
    """Return a text without the lines that say where Markdown's links lead."""
    return _LINK_DEFINITION.sub(" ", text)


def prose(text: str, language: str = "en") -> str:
    """Return prose as spoken. Addresses become host names; hashes, emoji, arrows and other symbols are not read."""
    words = lexicon(language)
    text = without_link_definitions(_FOOTNOTE.sub("", text))
    text = _ADDRESS.sub(lambda match: _address(match.group(), words), text)
    text = _EMAIL.sub(lambda match: match.group().replace("@", words.at).replace(".", words.dot), text)
    text = _PAGE.sub(lambda match: _page(match, words), text)
    text = _HASH.sub(" ", text)
    text = _FILE.sub(lambda match: _file(match, words), text)
    text = _PATH.sub(lambda match: " ".join(_name(part) for part in re.split(r"[/.~]+", match.group()) if part), text)
    text = _NAME.sub(lambda match: _name(match.group()), text)
    text = _numbers(text, words)
    for pattern, replacement in words.phrases:
        text = re.sub(pattern, replacement, text)
    text = _EITHER.sub(words.or_, text)
    for sign, word in words.signs:
        text = text.replace(sign, word)
    text = re.sub(r"\s-{1,3}\s", " – ", text)
    return "".join(_sound(character) for character in text)


def _numbers(text: str, words: Lexicon) -> str:
    """Write versions, ranges and amounts in words, as far as the language has them."""
    if words.version:
        text = _VERSION.sub(rf"{words.version}\1", text)
        text = _RELEASE.sub(lambda match: _release(match, words), text)
    text = _RANGE.sub(lambda match: f"{match[1]}{words.to}{match[2]}", text)
    text = _HYPHEN_RANGE.sub(lambda match: f"{match[1]}{words.to}{match[2]}" if _rises(match[1], match[2]) else match.group(), text)
    return amounts(text, words)


def _release(match: re.Match[str], words: Lexicon) -> str:
    """Return a number of three parts and more with its points in words; a date and a number with separators stay."""
    parts = match[1].split(".")
    if len(parts) == 3 and (
        len(parts[2]) == 4 or all(len(part) == 3 for part in parts[1:]) or any(part[0] == "0" and len(part) == 2 for part in parts[:2])
    ):
        return match.group()
    ending = f" {match[2]} {match[3] or ''}".rstrip() if match[2] else ""
    return (words.dot if len(parts) == 4 else words.point).join(parts) + ending


def _rises(first: str, second: str) -> bool:
    """Return whether two numbers with a hyphen between them are a range, and not a part of a telephone number or a score."""
    return int(first) < int(second) and (len(first) == len(second) or len(second) <= 3)


def _page(match: re.Match[str], words: Lexicon) -> str:
    """Return an address without a scheme: its host, and its path where that is a few words."""
    host, ending, path = match[1], match[2], (match[3] or "").rstrip(".,;:!?")
    if ending not in _ENDINGS and (not path or ending in _EXTENSIONS.split("|")):
        return match.group()
    address_words = host.replace(".", words.dot)
    segments = [part for part in path.split("/") if part]
    if segments and len(segments) <= 3 and all(_PLAIN_SEGMENT.fullmatch(part) for part in segments):
        address_words += "".join(words.slash + _name(re.sub(r"[-_]", " ", part)) for part in segments)
    return address_words + (match[3] or "")[len(path) :]


def _sound(character: str) -> str:
    """Return a character as a voice gets it: itself, a pause for an arrow or a bar, or nothing to read."""
    category = unicodedata.category(character)
    if category[0] in "LN" or character in _KEPT:
        return character
    if category[0] == "M":
        # Accents and vowel signs are letters' own; the selectors that ask for an emoji and the frame of a keycap are not.
        return "" if "\ufe00" <= character <= "\ufe0f" or character == "\u20e3" else character
    if "\u2190" <= character <= "\u21ff" or "\u27f0" <= character <= "\u27ff" or character in "|•·":
        return ", "
    if category == "Cf":
        # Persian needs this one inside of words; the other invisible signs only hold emoji together.
        return character if character == "\u200c" else ""
    return character if category in ("Po", "Sc") and not character.isascii() else " "


def smooth(text: str) -> str:
    """Return spoken text on one line, without doubled commas, empty brackets and stray spaces."""
    text = re.sub(r"(?<=[\w)\"'’”])[ \t]*\n", ", ", text)
    text = " ".join(text.split())
    text = re.sub(r"\(\s*[.,;:]*\s*\)", "", text)
    text = re.sub(r"(?<=,)(?:\s*(?:,|\.{2,}|…)(?=\s*,))+", "", text)
    text = re.sub(r"\s+([,.;:!?)])", r"\1", text)
    text = re.sub(r"\(\s+", "(", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    text = re.sub(r",(?=[.;:!?)])", "", text)
    return " ".join(text.lstrip(" ,;:").rstrip(" ,;").split())


def code(text: str, language: str = "en") -> str:
    """Return inline code as words: `emit_progress` is "emit progress". Code of more than CODE_WORDS_MAX words is only mentioned."""
    words = lexicon(language)
    text = text.strip()
    signs = dict(words.code_signs)
    if text in signs:
        return signs[text]
    if _HASH.fullmatch(text):
        return ""
    if _ADDRESS.fullmatch(text):
        return _host(text, words)
    match = _FILE.fullmatch(text)
    if match:
        return _file(match, words)
    parts_spoken = []
    for part in _CODE_TOKEN.findall(text):
        if part == ".":
            parts_spoken.append(words.dot.strip())
        else:
            parts_spoken.append(signs.get(part, "") if not re.match(r"\w", part) else _name(part))
    spoken = " ".join(" ".join(parts_spoken).split())
    return spoken if len(spoken.split()) <= CODE_WORDS_MAX else words.code


def _name(name: str) -> str:
    """Return an identifier as words; capitals that are only a convention (`STAGE_STARTED`) are small."""
    parts = _HUMPS.sub(" ", name.replace("_", " ")).split()
    shouted = "_" in name.strip("_") and name.isupper()
    return " ".join(part.lower() if part.isupper() and len(part) > (3 if shouted else 5) else part for part in parts)


def _file(match: re.Match[str], words: Lexicon) -> str:
    stem, extension, first, last = match.groups()
    if extension == "js" and stem[:1].isupper():
        return f"{stem} JS"
    spoken = f"{_name(stem.replace('-', ' '))}{words.dot}{extension}"
    if first and words.line:
        spoken += f", {words.lines} {first}{words.to}{last}" if last else f", {words.line} {first}"
    return spoken


def _address(written: str, words: Lexicon) -> str:
    """Return an address in running text; the stop after it is the sentence's."""
    address = written.rstrip(".,;:!?)]}'")
    return _host(address, words) + written[len(address) :]


def _host(address: str, words: Lexicon) -> str:
    match = re.match(r"(?:\w+://)?(?:[^/@\s]*@)?(?:www\.)?([\w.-]+)", address)
    host = match[1].strip(".-") if match and not address.lower().startswith(("mailto:", "file:")) else ""
    return host.replace(".", words.dot) if host and len(host) <= 40 else words.link
