"""The tasks of a set, from the scripts of its rows: checked all together, before any is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rich.console import Console

from models.database import Store
from models.errors import VideogenError
from models.intake import TaskSpec
from videogen.cli import script_assets
from videogen.cli.admission import admit
from videogen.config import Settings
from videogen.errors.script import BadScript
from videogen.pipeline.script_files import ScriptFiles
from videogen.pipeline.script_set import ScriptSet
from videogen.pipeline.set_titles import refusal_of_rows, titles_of


def specs_of_rows(
    store: Store, settings: Settings, expanded: ScriptSet, options: Mapping[str, Any], files: ScriptFiles, key: str | None = None
) -> list[TaskSpec]:
    """Check the script of each row, with its files, and return the tasks. Raises BadScript with the rows that are at fault."""
    specs: list[TaskSpec] = []
    failures: list[tuple[int, str, VideogenError]] = []
    for number, row in enumerate(expanded.rows, 1):
        try:
            beside = script_assets.add_brands(store, row.script, options, files)
            admitted = admit(settings, row.script, expanded.format, dict(options), beside)
        except BadScript as error:
            failures.append((number, row.label, error))
            continue
        copied = script_assets.copy_assets(settings, admitted.files, Console(stderr=True, highlight=False), store.files)
        specs.append(
            TaskSpec(
                source=row.script,
                format=admitted.format,
                title=admitted.title,
                options=dict(options),
                attempts=settings.attempts,
                idempotency_key=f"{key}/{number}" if key else None,
                assets=script_assets.keep_look(settings, admitted, copied, store.files),
            )
        )
    if failures:
        raise refusal_of_rows(failures, len(expanded.rows))
    titles = titles_of([vars(row) for row in expanded.rows], [spec.title for spec in specs])
    return [replace(spec, title=name) for spec, name in zip(specs, titles, strict=True)]
