"""videogen: a script becomes a narrated video, and the browser shows every step as it happens.

`ROOT` holds the folders beside this package: models, migrations, templates, static and examples. In a checkout they are at its top. A wheel
carries them within the package, since other distributions may bring a `models` of their own; they are put on the path here, before anything
imports one of them.
"""

import sys
from pathlib import Path

__version__ = "0.1.0"
__all__ = ["INSTALLED", "PROGRAM", "ROOT", "__version__", "as_typed", "install_command", "python"]

_HERE = Path(__file__).resolve().parent
_BUNDLED = _HERE / "_bundled"
INSTALLED = _BUNDLED.is_dir()
ROOT = _BUNDLED if INSTALLED else _HERE.parent
# How a person calls this program: what hints and help say.
PROGRAM = "videogen" if INSTALLED else "app.py"

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def as_typed(text: str) -> str:
    """Return a text whose command lines say `app.py`, with the name that this program has here."""
    return text.replace("app.py", PROGRAM)


def install_command(extra: str) -> str:
    """Return the command that installs an extra here: from the package registry, or into a checkout's environment."""
    return f"pip install 'videogen[{extra}]'" if INSTALLED else f".venv/bin/pip install -e '.[{extra}]'"


def python(module: str) -> tuple[str, ...]:
    """Return the command that runs a module in a Python of its own.

    The directory that it starts in may hold anything, also a `queue.py`, and stays off its path (-P) wherever it is not what videogen is
    imported from.
    """
    elsewhere = str(_HERE.parent) in sys.path[1:]
    return (sys.executable, *["-P"] * elsewhere, "-m", module)
