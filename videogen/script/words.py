"""Text as one would say it: file names, identifiers and addresses as words, and no symbol that a voice would stumble over."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

CODE_WORDS_MAX = 9
"""Words a piece of inline code may have to be spoken; a longer one is on the screen, not in the narration."""


@dataclass(frozen=True)
class Lexicon:
    """The words that stand for signs in one language."""

    dot: str = " "
    at: str = " "
    line: str = ""
    lines: str = ""
    to: str = " "
    or_: str = ", "
    code: str = ""
    link: str = ""
    signs: tuple[tuple[str, str], ...] = ()
    phrases: tuple[tuple[str, str], ...] = ()
    code_signs: tuple[tuple[str, str], ...] = ()


_ENGLISH = Lexicon(
    dot=" dot ",
    at=" at ",
    line="line",
    lines="lines",
    to=" to ",
    or_=" or ",
    code="this code",
    link="this address",
    signs=(
        ("&", " and "),
        ("×", " times "),
        ("÷", " divided by "),
        ("≤", " at most "),
        ("≥", " at least "),
        ("≠", " is not "),
        ("≈", " about "),
        ("±", " plus or minus "),
        ("−", " minus "),
        ("§", " section "),
        ("№", " number "),
    ),
    phrases=(
        (r"\be\.\s?g\.,?", "for example"),
        (r"\bi\.\s?e\.,?", "that is"),
        (r"\bvs\.?(?=\s)", "versus"),
        (r"#(?=\d)", "number "),
        (r"~(?=\d)", "about "),
        (r"(?<=[\w)])\^(?=-?[\w(])", " to the power of "),
        (r"(?<=\w)²", " squared"),
        (r"(?<=\w)³", " cubed"),
        (r"(?<=\w) = (?=\w)", " equals "),
        (r"\b([CF])#(?!\w)", r"\1 sharp"),
        (r"(?<=[\w)])/s\b", " per second"),
        (r"(?<=\d) ?ms\b", " milliseconds"),
        (r"(?<![\w.])1s\b", "1 second"),
        (r"(?<![\w.])(?<!the )(?<!late )(?<!early )(\d{1,3}(?:\.\d+)?)s\b(?!')", r"\1 seconds"),
    ),
    code_signs=(
        ("===", "equals"),
        ("==", "equals"),
        ("!=", "is not"),
        ("->", "to"),
        ("=>", "to"),
        ("&&", "and"),
        ("||", "or"),
        ("=", "equals"),
        ("+", "plus"),
        ("&", "and"),
        ("*", "star"),
        ("#", "hash"),
        ("_", "underscore"),
        ("/", "slash"),
        ("\\", "backslash"),
        (".", "dot"),
        (",", "comma"),
        (":", "colon"),
        (";", "semicolon"),
        ("|", "pipe"),
        ("@", "at"),
        ("~", "tilde"),
        ("`", "backtick"),
        ("%", "percent"),
        ("$", "dollar"),
        ("!", "exclamation mark"),
        ("?", "question mark"),
        ("<", "less than"),
        (">", "greater than"),
        ("-", "dash"),
        ("--", "two dashes"),
        ("---", "three dashes"),
        ("{}", "braces"),
        ("[]", "brackets"),
        ("()", "parentheses"),
    ),
)
_LEXICA = {"en": _ENGLISH}
_OTHER = Lexicon()

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
_HASH = re.compile(r"(?<![\w-])(?=[0-9a-f]{0,39}\d)(?=[0-9a-f]{0,39}[a-f])[0-9a-f]{7,40}(?![\w-])")
"""The hash of a commit: on the screen, and nothing to say."""
_EITHER = re.compile(r"(?<=[^\W\d_]{3})\s?/\s?(?=[^\W\d_]{3})")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CODE_TOKEN = re.compile(r"\d+(?:\.\d+)+|\w+|===?|!=|->|=>|&&|\|\||(?<=\w)\.(?=[^\W\d_])|[=+]")
_KEPT = set("+<=>±×÷≤≥≠≈−°%$€£¥'\"’‘“”„«»‚()!?¡¿.,;:…—–-/@")


def lexicon(language: str) -> Lexicon:
    """The signs' words in a language (a BCP 47 tag); in a language without any, signs are passed over."""
    return _LEXICA.get(language.split("-")[0].lower(), _OTHER)


def prose(text: str, language: str = "en") -> str:
    """Running text as it is spoken. Addresses become the name of their host; emoji, arrows and other symbols are not read."""
    words = lexicon(language)
    text = _ADDRESS.sub(lambda found: _address(found.group(), words), _FOOTNOTE.sub("", text))
    text = _HASH.sub("", text)
    text = _EMAIL.sub(lambda found: found.group().replace("@", words.at).replace(".", words.dot), text)
    text = _FILE.sub(lambda found: _file(found, words), text)
    text = _NAME.sub(lambda found: _name(found.group()), text)
    text = text.replace("and/or", "and or") if words is _ENGLISH else text
    text = _EITHER.sub(words.or_, text)
    for pattern, replacement in words.phrases:
        text = re.sub(pattern, replacement, text)
    for sign, word in words.signs:
        text = text.replace(sign, word)
    text = re.sub(r"\s-{1,3}\s", " – ", text)
    return "".join(_sound(character) for character in text)


def _sound(character: str) -> str:
    """A character as a voice gets it: itself, a pause for an arrow or a bar, or nothing to read."""
    category = unicodedata.category(character)
    if category[0] in "LN" or character in _KEPT:
        return character
    if category[0] == "M":
        # Accents and vowel signs are letters' own; the selectors that ask for an emoji are not.
        return "" if "\ufe00" <= character <= "\ufe0f" else character
    if "\u2190" <= character <= "\u21ff" or "\u27f0" <= character <= "\u27ff" or character in "|•·":
        return ", "
    if category == "Cf":
        # Persian needs this one inside of words; the other invisible signs only hold emoji together.
        return character if character == "\u200c" else ""
    return character if category in ("Po", "Sc") and not character.isascii() else " "


def smooth(text: str) -> str:
    """Spoken text on one line, without what the signs left out of it leave behind: doubled commas, empty brackets, stray spaces."""
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
    """Inline code as words: `emit_progress` is "emit progress". Longer than CODE_WORDS_MAX words it is only pointed at."""
    words = lexicon(language)
    text = text.strip()
    signs = dict(words.code_signs)
    if text in signs:
        return signs[text]
    if _HASH.fullmatch(text):
        return ""
    if _ADDRESS.fullmatch(text):
        return _host(text, words)
    found = _FILE.fullmatch(text)
    if found:
        return _file(found, words)
    said = []
    for part in _CODE_TOKEN.findall(text):
        if part == ".":
            said.append(words.dot.strip())
        else:
            said.append(signs.get(part, "") if not re.match(r"\w", part) else _name(part))
    spoken = " ".join(" ".join(said).split())
    return spoken if len(spoken.split()) <= CODE_WORDS_MAX else words.code


def _name(name: str) -> str:
    """An identifier as words; capitals that are only a convention (`STAGE_STARTED`) are small."""
    parts = _HUMPS.sub(" ", name.replace("_", " ")).split()
    shouted = "_" in name.strip("_") and name.isupper()
    return " ".join(part.lower() if part.isupper() and len(part) > (3 if shouted else 5) else part for part in parts)


def _file(found: re.Match[str], words: Lexicon) -> str:
    stem, extension, first, last = found.groups()
    if extension == "js" and stem[:1].isupper():
        return f"{stem} JS"
    spoken = f"{_name(stem.replace('-', ' '))}{words.dot}{extension}"
    if first and words.line:
        spoken += f", {words.lines} {first}{words.to}{last}" if last else f", {words.line} {first}"
    return spoken


def _address(found: str, words: Lexicon) -> str:
    """An address in running text; the stop after it is the sentence's."""
    address = found.rstrip(".,;:!?)]}'")
    return _host(address, words) + found[len(address) :]


def _host(address: str, words: Lexicon) -> str:
    found = re.match(r"(?:\w+://)?(?:[^/@\s]*@)?(?:www\.)?([\w.-]+)", address)
    host = found[1].strip(".-") if found and not address.lower().startswith(("mailto:", "file:")) else ""
    return host.replace(".", words.dot) if host and len(host) <= 40 else words.link
