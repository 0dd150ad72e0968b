"""Converts documents by LibreOffice, where it is installed, without its windows, macros and links.

LibreOffice runs inside the confinement of the renderer that calls it: without network, and with no files but the document.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from videogen.errors.script import BadDocument
from videogen.errors.system import ExtraMissing
from videogen.importers import office_process
from videogen.importers.office_process import LIBRARIES

TIMEOUT_S = 240.0
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


def convert(path: Path, suffix: str, target: str, directory: Path) -> Path:
    """Convert a document whose name ends in `suffix` to `target` (`pdf` or `pptx`), and return the new file, which is in `directory`.

    Raises ExtraMissing without LibreOffice, and BadDocument for what it cannot read within `TIMEOUT_S`.
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
    null = subprocess.DEVNULL
    try:
        subprocess.run(
            [sys.executable, "-P", office_process.__file__, *arguments],
            stdin=null,
            stdout=null,
            stderr=null,
            env=environment,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BadDocument(f"LibreOffice took longer than {TIMEOUT_S:g} s for the document.", hint="Split it, or import a part.") from error
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    if not converted.is_file():
        raise BadDocument("LibreOffice cannot read the document.", hint="Open it in LibreOffice, save it again, and import that.")
    return converted
