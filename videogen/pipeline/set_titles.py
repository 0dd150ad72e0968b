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


def refusal_of_rows(failures: Sequence[tuple[int, str, VideogenError]], rows: int) -> VideogenError:
    """Return the error of a set some of whose rows are refused: the first one's, with the diagnostics of all; see `about_rows`."""
    refused = failures[0][2]
    diagnostics = about_rows(failures, rows)
    of_row = (diagnostics[0].path or "").startswith("rows.")
    detail = f"{diagnostics[0].message}." if of_row else refused.detail
    refused.diagnostics = tuple(diagnostics) if of_row or refused.diagnostics else ()
    refused.detail = detail
    return refused


def about_rows(failures: Sequence[tuple[int, str, VideogenError]], rows: int) -> list[Diagnostic]:
    """Return what is wrong with rows of a set, of which each is (number, label, error): each problem once, with the first row that has it.

    A problem of all rows, such as an option that cannot be used, is none of a row.
    """
    having: dict[tuple[str, ...], list[tuple[int, str, Diagnostic]]] = {}
    for number, label, error in failures:
        for one in error.diagnostics or (Diagnostic(error.detail),):
            having.setdefault((one.message, one.path or ""), []).append((number, label, one))
    diagnostics = []
    for (message, path), places in having.items():
        number, label, first = places[0]
        if rows > 1 and len({number for number, _, _ in places}) == rows:
            diagnostics.append(first)
            continue
        where = f"Row {number} ({label[:40]})" if label else f"Row {number}"
        more = len({number for number, _, _ in places}) - 1
        also = f" (and {more} more row{'s' if more > 1 else ''})" if more else ""
        place = f"rows.{number}" + (f".{path}" if path else "")
        diagnostics.append(Diagnostic(f"{where}{also}: {message}", line=first.line, column=first.column, path=place))
    return diagnostics
