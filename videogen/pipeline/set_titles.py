"""What the videos of a set are called, and what is said of its rows. The web process imports it: no parser comes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from models.errors import Diagnostic, VideogenError


def titles_of(rows: Sequence[Mapping[str, Any]], script_titles: Sequence[str]) -> list[str]:
    """Return a title for each video: the table's, else the script's, and where videos would share one, with the row's label or number."""
    titles = [row["title"] or title for row, title in zip(rows, script_titles, strict=True)]
    common = Counter(titles)
    titles = [f"{title} – {row['label']}" if common[title] > 1 and row["label"] else title for row, title in zip(rows, titles, strict=True)]
    common = Counter(titles)
    return [f"{title} ({number})" if common[title] > 1 else title for number, title in enumerate(titles, 1)]


def set_title(given: str, titles: Sequence[str]) -> str:
    """Return the title of a set."""
    more = len(titles) - 1
    return given.strip()[:300] or (f"{titles[0][:250]} and {more} more" if more else titles[0])


def unused_warning(names: Sequence[str]) -> str:
    """Return a warning about columns that no variable takes, or an empty text."""
    if not names:
        return ""
    shown = ", ".join(names[:10])[:300]
    return f"The script does not use {'the column' if len(names) == 1 else 'the columns'} {shown}."


def about_row(number: int, label: str, error: VideogenError) -> list[Diagnostic]:
    """Return the diagnostics of a row's script, with the row that they are about."""
    where = f"Row {number} ({label[:40]})" if label else f"Row {number}"
    own = error.diagnostics or (Diagnostic(error.detail),)
    return [
        Diagnostic(
            f"{where}: {one.message}", line=one.line, column=one.column, path=f"rows.{number}" + (f".{one.path}" if one.path else "")
        )
        for one in own
    ]
