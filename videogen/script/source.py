"""The submitted text before any format: line ends made one kind, stray control characters taken out, anything that is no text refused."""

from __future__ import annotations

import re

from models.errors import Diagnostic
from videogen.errors.script import EmptyScript, ScriptNotText

GARBAGE_MIN = 4
"""Control and replacement characters that a text may hold however short it is."""

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?")
_LINE_ENDS = re.compile("\r\n|[\r\x0c\x85\u2028\u2029]")
_COLOURS = re.compile(r"\x1b\[[0-9;:?]*[A-Za-z]")
_CONTROLS = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_MARKS_OF_GARBAGE = re.compile("[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f\ufffd]")


def clean(text: str, *, line: int = 1, column: int = 1) -> str:
    """Return the text with `\\n` for every line end and no control character but `\\n` and tab.

    `line` and `column` say where it stands.

    Terminal colours and a byte order mark are taken out. NUL, a lone surrogate, or more than one control or replacement character in
    twenty raises ScriptNotText.
    """
    match = _NOT_TEXT.search(text)
    if match:
        before = text[: match.start()]
        row = before.count("\n")
        across = len(before) - before.rfind("\n") if row else column + len(before)
        diagnostic = Diagnostic(f"character U+{ord(match.group()):04X}", line=line + row, column=across)
        raise ScriptNotText("The script holds a character that no text has.", diagnostics=[diagnostic])
    text = _COLOURS.sub("", _LINE_ENDS.sub("\n", text.removeprefix("\ufeff")))
    garbage = len(_MARKS_OF_GARBAGE.findall(text))
    if garbage >= GARBAGE_MIN and garbage * 20 > len(text):
        message = f"{garbage} of {len(text)} characters are control characters"
        problem = Diagnostic(message, line=line, column=column)
        raise ScriptNotText(f"{message[0].upper()}{message[1:]}: this looks like a binary file.", diagnostics=[problem])
    return _CONTROLS.sub("", text)


def cleaned_json(text: str) -> str:
    """Return the JSON document with `\\n` for its line ends.

    RFC 8259 says which characters may stand where, so the rest stays.

    Raises EmptyScript and ScriptNotText as `clean` does.
    """
    if not clean(text).strip():
        raise EmptyScript("The script is empty.")
    return _NEWLINES.sub("\n", text.removeprefix("\ufeff"))


def cleaned_script(text: str) -> str:
    """Return the whole submitted text, cleaned. Raises EmptyScript when nothing is in it."""
    text = clean(text)
    if not text.strip():
        raise EmptyScript("The script is empty.")
    return text
