"""The process that lets LibreOffice convert a document: `python office_process.py CPU_S PROGRAM SOURCE TARGET FORMAT PROFILE`.

It loads LibreOffice as a library (LibreOfficeKit, include/LibreOfficeKit/LibreOfficeKit.h): its program opens a socket, which no confined
process may. It imports nothing of videogen. Exits with 1 if the document cannot be converted.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import Any

LIBRARIES = ("libmergedlo.so", "libsofficeapp.so", "libmergedlo.dylib", "libsofficeapp.dylib")
DOCUMENT_LOAD, SAVE_AS = 2, 2
"""Places of the functions in the tables of `LibreOfficeKit` and `LibreOfficeKitDocument`; the first place is the size of a table."""


def main() -> None:
    cpu_s, program, source, target, format, profile = sys.argv[1:7]
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(cpu_s) if hard == resource.RLIM_INFINITY else min(int(cpu_s), hard), hard))
    os._exit(0 if convert(Path(program), Path(source), Path(target), format, Path(profile)) else 1)  # it has threads, and nothing to save


def convert(program: Path, source: Path, target: Path, format: str, profile: Path) -> bool:
    """Convert `source` to `target`; return whether it could be. `program` is LibreOffice's directory of libraries."""
    library = ctypes.CDLL(str(next(program / name for name in LIBRARIES if (program / name).exists())))
    hook = library.libreofficekit_hook_2
    hook.restype, hook.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
    office = hook(str(program).encode(), profile.as_uri().encode())
    load = _function(office, DOCUMENT_LOAD, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)
    document = load(office, source.as_uri().encode())
    if not document:
        return False
    save = _function(document, SAVE_AS, ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    return bool(save(document, target.as_uri().encode(), format.encode(), None))


def _function(item: int, place: int, result: Any, *arguments: Any) -> Any:
    """Return a function of an object whose first field points to the table of its functions."""
    table = ctypes.cast(item, ctypes.POINTER(ctypes.c_void_p))[0]
    address = ctypes.cast(table or 0, ctypes.POINTER(ctypes.c_void_p))[place]
    return ctypes.CFUNCTYPE(result, *arguments)(address or 0)


if __name__ == "__main__":
    main()
