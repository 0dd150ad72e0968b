"""Reading on behalf of the web process: scripts and files are checked in renderer processes, which can be killed."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from videogen.config import Settings
from videogen.errors.script import BadAsset, BadOption, BadScript, BadValues
from videogen.pipeline.checked_script import CheckedScript
from videogen.processes.pool_client import PoolClient, RequestEnded, refusal

READ_S = 20.0


class ReaderPool:
    """Pool of renderers that read scripts and files. A slow or damaged input delays no other request."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        size = {"renderers": settings.reader_processes, "memory_mb": settings.preview_memory_mb}
        self.pool = PoolClient("read", settings.data, **size, limits=settings.limits | {"memory_bytes": 0})
        self._samples: list[dict[str, str]] = []
        self._samples_lock = threading.Lock()

    def check_script(
        self, source: str, format: str | None, request: Mapping[str, Any], assets: Mapping[str, Path], *, key: str
    ) -> CheckedScript:
        """Check a script as the pipeline will read it. `key` identifies the client, for fair scheduling.

        Raises BadScript (and its subclasses) with diagnostics, VoiceUnavailable, LanguageNotSpoken, and ServerBusy.
        """
        render_request = {
            "source": source,
            "format": format,
            "request": dict(request),
            "voice": self.settings.voice,
            "theme": self.settings.theme,
            "language": self.settings.language,
            "limits": self.settings.script_limits,
            "assets": {name: str(path) for name, path in assets.items()},
            "piper": str(self.settings.piper_directory),
            "themes": str(self.settings.themes_directory),
        }
        try:
            return CheckedScript(**self.pool.call("admit", render_request, key=key, timeout_s=READ_S))
        except RequestEnded as ended:
            raise refusal(
                ended,
                BadScript,
                too_long=f"The script takes longer than {READ_S:g} s to read.",
                too_large=f"The script takes more than {self.settings.preview_memory_mb} MiB of memory to read.",
                lost="The process that read the script ended.",
                hint="Make it shorter, or split it.",
            ) from ended

    def expand_set(self, source: str, format: str | None, values: Any, values_format: str | None, *, key: str) -> dict[str, Any]:
        """Return the scripts of a set, a ScriptSet as JSON. Raises BadValues, BadScript, ServerBusy."""
        content = {"source": source, "format": format, "values": values, "values_format": values_format}
        try:
            return self.pool.call("expand", content, key=key, timeout_s=READ_S)
        except RequestEnded as ended:
            raise refusal(
                ended,
                BadValues,
                too_long=f"The values take longer than {READ_S:g} s to read.",
                too_large=f"The values take more than {self.settings.preview_memory_mb} MiB of memory to read.",
                lost="The process that read the values ended.",
                hint="Make several sets of them.",
            ) from ended

    def align_language(
        self,
        script: str,
        format: str,
        language: str,
        sections: Sequence[Mapping[str, str]],
        *,
        texts: Sequence[str | None] = (),
        whole: str | None = None,
        confirmed: Sequence[int] = (),
        key: str,
    ) -> dict[str, Any]:
        """Return a script beside itself in another language, with other texts: {rows, sections, script}. Raises BadScript, ServerBusy."""
        content: dict[str, Any] = {"script": script, "format": format, "language": language, "sections": [dict(one) for one in sections]}
        content |= {"texts": list(texts), "whole": whole, "confirmed": list(confirmed)}
        try:
            return self.pool.call("languages", content, key=key, timeout_s=READ_S)
        except RequestEnded as ended:
            raise refusal(
                ended,
                BadScript,
                too_long=f"The scripts take longer than {READ_S:g} s to read.",
                too_large=f"The scripts take more than {self.settings.preview_memory_mb} MiB of memory to read.",
                lost="The process that read the scripts ended.",
                hint="Make them shorter.",
            ) from ended

    def language_of(self, script: str, format: str, options: Mapping[str, Any], *, key: str) -> str:
        """Return the language of a script, that of the server where it cannot be told. Raises ServerBusy."""
        content = {"script": script, "format": format, "options": dict(options), "unsure": self.settings.language}
        try:
            return str(self.pool.call("language", content, key=key, timeout_s=READ_S)["language"])
        except RequestEnded:
            return self.settings.language

    def untranslated(self, script: str, scripts: Mapping[str, str], *, key: str) -> dict[str, list[str]]:
        """Return by language which sections say what those of the script do, in its words. Raises ServerBusy, BadScript."""
        try:
            return self.pool.call("untranslated", {"script": script, "scripts": dict(scripts)}, key=key, timeout_s=READ_S)
        except RequestEnded as ended:
            raise refusal(
                ended,
                BadScript,
                too_long=f"The scripts take longer than {READ_S:g} s to read.",
                too_large=f"The scripts take more than {self.settings.preview_memory_mb} MiB of memory to read.",
                lost="The process that read the scripts ended.",
                hint="Make them shorter.",
            ) from ended

    def difference(self, before: str, after: str, *, key: str) -> list[dict[str, str]]:
        """Return two texts as one, as `difference` does. Raises ServerBusy, BadScript."""
        try:
            return list(self.pool.call("difference", {"before": before, "after": after}, key=key, timeout_s=READ_S)["pieces"])
        except RequestEnded as ended:
            raise refusal(
                ended,
                BadScript,
                too_long=f"The texts take longer than {READ_S:g} s to compare.",
                too_large=f"The texts take more than {self.settings.preview_memory_mb} MiB of memory to compare.",
                lost="The process that compared the texts ended.",
                hint="Make them shorter.",
            ) from ended

    def inspect_files(self, files: Sequence[tuple[str, Path]], *, key: str) -> list[str]:
        """Return the media types of files, given as (name, path). Raises BadAsset with a diagnostic for each unusable file."""
        try:
            answer = self.pool.call("inspect", {"files": [(name, str(path)) for name, path in files]}, key=key, timeout_s=READ_S)
        except RequestEnded as ended:
            raise refusal(
                ended,
                BadAsset,
                too_long=f"The files take longer than {READ_S:g} s to look at.",
                too_large=f"The files take more than {self.settings.preview_memory_mb} MiB of memory to look at.",
                lost="The process that looked at the files ended.",
                hint="Upload fewer at once, or smaller ones.",
            ) from ended
        return list(answer["media_types"])

    def samples(self) -> list[dict[str, str]]:
        """Return one sample per kind of scene: {kind, label, markdown, yaml}."""
        with self._samples_lock:
            if not self._samples:
                self._samples = list(self.pool.call("samples", {}, key="samples", timeout_s=READ_S)["samples"])
        return self._samples

    def themes(self, own: Mapping[str, Path], *, key: str = "themes") -> list[dict[str, Any]]:
        """Return what is known of each theme, as `list_themes` does. `own` are the files of themes of one's own by name."""
        files = [(name, str(path)) for name, path in own.items()]
        return list(self.pool.call("themes", {"files": files}, key=key, timeout_s=READ_S)["themes"])

    def brand(self, name: str, text: str, files: Mapping[str, Path], *, key: str) -> dict[str, Any]:
        """Check a brand kit, as `describe_brand` does. Raises BadOption, ServerBusy."""
        content = {"name": name, "text": text, "files": [(file, str(path)) for file, path in files.items()]}
        try:
            return self.pool.call("brand", content, key=key, timeout_s=READ_S)
        except RequestEnded as ended:
            raise refusal(
                ended,
                BadOption,
                too_long=f"The brand takes longer than {READ_S:g} s to look at.",
                too_large=f"The brand takes more than {self.settings.preview_memory_mb} MiB of memory to look at.",
                lost="The process that looked at the brand ended.",
                hint="Use smaller files.",
            ) from ended

    def close(self) -> None:
        self.pool.close()
