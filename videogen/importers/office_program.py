"""Converts documents by LibreOffice, where it is installed, without its windows, macros and links.

LibreOffice runs inside the confinement of the renderer that calls it: without network, and with no files but the document.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers import office_process
from videogen.importers.office_process import LIBRARIES

MAX_CPU_S = 240
"""Seconds of processor for one document. On a busy machine the clock says little of a document."""
MAX_WAIT_S = 1800.0
REPORT_INTERVAL_S = 10.0
DIRECTORIES = (
    *("/usr/lib/libreoffice/program", "/usr/lib64/libreoffice/program", "/opt/libreoffice/program"),
    *("/Applications/LibreOffice.app/Contents/Frameworks", "/snap/libreoffice/current/lib/libreoffice/program"),
)
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
 <item oor:path="/org.openoffice.Office.Common/Security/Scripting">
  <prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
 <item oor:path="/org.openoffice.Office.Common/Security/Scripting">
  <prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
 <item oor:path="/org.openoffice.Office.Common/Security/Scripting">
  <prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
"""No macro runs, and what a document names elsewhere is not loaded."""


def find_program() -> Path | None:
    """Return the directory of LibreOffice's libraries, None if it is not installed."""
    started = shutil.which("soffice") or shutil.which("libreoffice")
    directories = [*([Path(started).resolve().parent] if started else []), *map(Path, DIRECTORIES)]
    return next((path for path in directories if any((path / name).exists() for name in LIBRARIES)), None)


def convert(path: Path, suffix: str, target: str, directory: Path, report: Callable[[], None] = lambda: None) -> Path:
    """Convert a document whose name ends in `suffix` to `target` (`pdf` or `pptx`), and return the new file, which is in `directory`.

    `report` is called every REPORT_INTERVAL_S meanwhile. Raises ExtraMissing without LibreOffice, and BadDocument for what it cannot
    read within MAX_CPU_S.
    """
    program = find_program()
    if program is None:
        hint = "Install it (on Debian: apt install libreoffice-impress, about 500 MB), or import a .pptx with its slides rebuilt."
        raise ExtraMissing("This import needs LibreOffice, which is not installed here.", hint=hint)
    profile, source, converted = directory / "profile", directory / f"document{suffix}", directory / f"converted.{target}"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
    shutil.copyfile(path, source)
    arguments = [str(program), *(str(file.resolve()) for file in (source, converted)), target, str(profile.resolve())]
    environment = os.environ | {"HOME": str(profile), "TMPDIR": str(profile.resolve()), "SAL_USE_VCLPLUGIN": "svp"}
    command = [sys.executable, "-P", office_process.__file__, str(MAX_CPU_S), *arguments]
    try:
        exit_code = _run(command, environment, report)
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    if exit_code == -signal.SIGXCPU or exit_code is None:
        raise BadDocument(f"LibreOffice took longer than {MAX_CPU_S} s for the document.", hint="Split it, and import the parts.")
    if not converted.is_file():
        raise BadDocument("LibreOffice cannot read the document.", hint="Open it in LibreOffice, save it again, and import that.")
    return converted


def _run(command: Sequence[str], environment: Mapping[str, str], report: Callable[[], None]) -> int | None:
    """Run LibreOffice and return its exit code, None if it was still running after MAX_WAIT_S."""
    null = subprocess.DEVNULL
    deadline = time.monotonic() + MAX_WAIT_S
    with subprocess.Popen(command, stdin=null, stdout=null, stderr=null, env=environment) as process:
        try:
            while time.monotonic() < deadline:
                try:
                    return process.wait(REPORT_INTERVAL_S)
                except subprocess.TimeoutExpired:
                    report()
            return None
        finally:
            process.kill()
