"""Fuzz one target with libFuzzer: python -m tests.fuzz.run_target NAME RUNS DIRECTORY [LIBFUZZER OPTION...]. Called by tests.fuzz."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys
import time
from pathlib import Path

import atheris

from tests.fuzz.targets import INTERNAL, TARGETS

HANG_S = 5
"""Seconds of processor in which each input must be read. On a busy machine the clock says little."""
STUCK_S = 60
"""Seconds by the clock after which an input is given up, for those that wait instead of computing."""


def main() -> None:
    name, runs, directory = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    target = TARGETS[name]
    corpus, scratch = directory / "corpus", directory / "scratch"
    for path in (corpus, scratch):
        path.mkdir(parents=True, exist_ok=True)
    os.environ["FUZZ_DIRECTORY"] = str(scratch)
    dictionary = directory / "tokens"
    dictionary.write_text("".join(f'"{_quoted(token)}"\n' for token in target.tokens or ("\0",)))  # libFuzzer refuses an empty one
    with atheris.instrument_imports(include=list(target.modules)):
        for module in target.modules:
            import_all(module)
        read = target.load()
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed[: target.max_bytes])
    from models.errors import VideogenError  # after the modules to be traced, some of which it imports
    from videogen.errors.system import ExtraMissing

    longest = 0.0

    def test_one_input(data: bytes) -> None:
        nonlocal longest
        began = time.process_time()
        try:
            read(data)
        except VideogenError as error:
            if error.status >= INTERNAL and not isinstance(error, ExtraMissing):
                raise
        took_s = time.process_time() - began
        if took_s > longest:
            longest = took_s
            (directory / "longest").write_text(f"{took_s:.3f}")
            (directory / "longest-input").write_bytes(data)
        if took_s > HANG_S:
            raise TimeoutError(f"An input of {len(data)} bytes took {took_s:.1f} s of processor.")

    atheris.Setup(
        [
            name,
            *(
                f"-runs={runs}",
                f"-timeout={STUCK_S}",
                "-rss_limit_mb=3000",
                f"-max_len={target.max_bytes}",
                f"-artifact_prefix={directory}/",
            ),
            *("-print_final_stats=1", f"-dict={dictionary}", "-report_slow_units=1000", *sys.argv[4:], str(corpus)),
        ],
        test_one_input,
    )
    atheris.Fuzz()


def import_all(name: str) -> None:
    """Import a module and those below it: code is traced only if it is imported here, and readers import much of it on first use."""
    module = importlib.import_module(name)
    for below in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{name}."):
        with contextlib.suppress(Exception):  # what is for another system, or a program that starts at import
            if not below.name.endswith("__main__"):
                importlib.import_module(below.name)


def _quoted(token: str) -> str:
    """Return a token as libFuzzer's dictionaries have it."""
    return "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02X}" for byte in token.encode())


if __name__ == "__main__":
    main()
