"""Errors in what a person submitted: scripts, options and files."""

from __future__ import annotations

from models.errors import VideogenError


class BadScript(VideogenError):
    """The script cannot be used."""

    code = "bad_script"
    status = 422
    hint = "Correct the script at the place named and submit it again."


class EmptyScript(BadScript):
    """The script is empty."""

    code = "empty_script"
    hint = "Write at least a heading, for example: # Hello"


class ScriptNotText(BadScript):
    """The script is not text."""

    code = "script_not_text"
    hint = "Submit plain UTF-8 text: Markdown, YAML or JSON."


class ScriptTooLarge(BadScript):
    """The script is larger than this server takes."""

    code = "script_too_large"
    status = 413
    hint = "Split the script, or raise VIDEOGEN_SCRIPT_MAX_BYTES."

    @classmethod
    def of(cls, size: int, most: int) -> ScriptTooLarge:
        """Return the error for a script of `size` bytes where `most` are allowed."""
        return cls(f"The script is {size:,} bytes; the limit is {most:,}.")


class OverLimit(BadScript):
    """The video would be larger than this server makes."""

    code = "over_limit"
    hint = "Split the script, or raise VIDEOGEN_MAX_SCENES, _MINUTES, _HEIGHT, _FPS, _FORMULAS or _TABLE_CELLS."


class UnknownFormat(BadScript):
    """The script's format is not known."""

    code = "unknown_format"
    hint = "Use one of: markdown, yaml, json."


class UnknownScene(BadScript):
    """A scene is of a kind that does not exist."""

    code = "unknown_scene"


class BadOption(BadScript):
    """An option has a value that cannot be used."""

    code = "bad_option"
    hint = "Correct the option named, or leave it out to get the default."


class BadAsset(BadScript):
    """The file is of no use to a script."""

    code = "bad_asset"
    hint = "Take another file."


class MissingDocument(BadScript):
    """The document of an import is not among its files."""

    code = "missing_document"
    hint = "Send the document with the task: POST /api/imports does both."


class BadDocument(BadScript):
    """The document cannot be imported."""

    code = "bad_document"
    hint = "Save it again as .pptx in the program that it was made with, and import that."


class BadValues(BadScript):
    """The values of a set of videos cannot be used."""

    code = "bad_values"
    hint = "The first line of a table names its columns; each `{{name}}` of the script takes the value of the column with that name."
