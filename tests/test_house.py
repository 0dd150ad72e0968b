"""The house: which room may import which. All arrows point down, and what is dear to start is started by few."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From the top down: a package imports packages below its own. A module's package is the longest of these names that its own begins with.
STOREYS = (
    ("app", "videogen.__main__"),
    ("videogen.web", "videogen.cli"),
    ("videogen.processes.supervisor",),
    (
        "videogen.processes.pool_client",
        "videogen.processes.worker_process",
        "videogen.processes.janitor",
        "videogen.processes.sweeper",
        "videogen.processes.backup_schedule",
        "videogen.processes.webhook",
    ),
    ("videogen.processes.renderer_pool",),
    ("videogen.processes.attempt_runner", "videogen.processes.script_reader"),
    (
        "videogen.processes.report_batcher",
        "videogen.processes.artifact_uploads",
        "videogen.processes.task_batch",
        "videogen.processes.renderer_client",
        "videogen.processes.renderer",
        "videogen.processes.pool_renderer",
    ),
    ("videogen.streams.broadcaster",),
    ("videogen.streams.subscription",),
    ("videogen.streams.tail", "videogen.streams.stage_table", "videogen.streams.listener"),
    ("videogen.kinds",),
    ("videogen.streams.framing", "videogen.pipeline"),
    ("videogen.render",),
    ("videogen.music",),
    ("videogen.scenes", "videogen.voices", "videogen.importers", "videogen.exports"),
    ("videogen.script", "videogen.media"),
    ("videogen.processes.sandbox",),
    (
        "videogen.processes.process_group",
        "videogen.processes.process_usage",
        "videogen.processes.wakeup",
        "videogen.processes.server_address",
        "videogen.processes.liveness",
        "videogen.processes.logs",
        "videogen.processes.service_manager",
        "videogen.processes.start_limit",
    ),
    ("videogen.processes.landlock", "videogen.processes.seccomp", "videogen.processes.line_channel"),
    ("videogen.files",),
    ("videogen.config",),
    ("videogen.assistant",),
    ("videogen.errors",),
    ("models",),
)
STOREY = {room: storey for storey, packages in enumerate(STOREYS) for room in packages}

# Those that know less than their storey would allow.
RENDERING = (
    "videogen.processes.renderer",
    "videogen.pipeline",
    "videogen.render",
    "videogen.scenes",
    "videogen.voices",
    "videogen.media",
    "videogen.script",
    "videogen.importers",
    "videogen.exports",
)
NEVER = {package: {"videogen.config", "videogen.streams.listener", "videogen.processes.wakeup"} for package in RENDERING}
# What renderers may import of the store's package: errors and files, never the database.
OF_MODELS = ("models.errors", "models.files")


# A library, and the only places where it is imported.
ONLY_IN = {
    "flask": ["videogen/web/"],
    "werkzeug": ["videogen/web/", "videogen/files/password_file.py"],
    "gevent": ["videogen/web/"],
    "click": ["videogen/cli/"],
    "mcp": ["videogen/cli/mcp_answers.py", "videogen/cli/mcp_tools.py", "videogen/cli/mcp_version_tools.py"],
    "rich": ["videogen/cli/"],
    "sqlalchemy": ["models/", "migrations/"],
    "psycopg": ["models/postgres/"],
    "alembic": ["models/schema_version.py", "migrations/"],
    "pysqlite3": ["models/sqlite/driver.py"],
    "sqlite3": ["models/sqlite/driver.py"],
    "blinker": ["models/signals.py"],
    "cronsim": ["models/cron.py"],
    "platformdirs": ["videogen/config.py"],
    "pydantic_settings": ["videogen/config.py"],
    "moviepy": ["videogen/scenes/", "videogen/render/"],
    "av": [
        "videogen/cli/checks/",
        "videogen/exports/video_files.py",
        "videogen/media/",
        "videogen/render/",
        "videogen/voices/",
        "videogen/pipeline/versions.py",
    ],
    "hibari": ["videogen/voices/"],
    "resvg_py": ["videogen/media/svg_process.py"],
    "pptx": ["videogen/importers/", "videogen/exports/slide_deck.py"],
    "fpdf": ["videogen/exports/handout.py"],
    "pypdfium2": ["videogen/importers/page_pictures.py"],
    "mammoth": ["videogen/importers/word_document.py"],
    "bs4": ["videogen/importers/html_text.py"],
    "markdownify": ["videogen/importers/html_text.py"],
    "uharfbuzz": ["videogen/scenes/text/glyphs.py"],
    "icu4py": ["videogen/scenes/text/segmentation.py"],
    "termaid": ["videogen/script/mermaid.py"],
    "ziamath": ["videogen/script/typeset.py"],
    "latex2mathml": ["videogen/script/typeset.py"],
    "emoji": ["videogen/script/inline_rules.py"],
    "fasttext": ["videogen/script/detection.py"],
    "obstore": ["videogen/files/s3.py"],
    "prometheus_client": ["videogen/web/metrics.py", "videogen/streams/tail.py"],
}

HEAVY = ("fasttext", "flask", "gevent", "moviepy", "av", "numpy", "PIL", "matplotlib", "sqlalchemy", "pydantic", "rich")


def sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    for package in ("videogen", "models", "migrations"):
        yield from sorted((ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(path: Path) -> frozenset[str]:
    """The modules that a file imports, also within functions; those it imports for its types alone are left out."""
    modules: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting.extend(node.orelse)
            continue
        if isinstance(node, ast.expr):
            continue
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            modules |= {f"{node.module}.{name.name}" for name in node.names}
        waiting.extend(ast.iter_child_nodes(node))
    return frozenset(modules)


@cache
def room_of(module: str) -> str | None:
    """Return the longest name in STOREY that the module's name begins with."""
    while module and module not in STOREY:
        module = module.rpartition(".")[0]
    return module or None


def test_arrows_point_down() -> None:
    assert [problem for path in sources() for problem in wrong_imports(path)] == []


def wrong_imports(path: Path) -> Iterator[str]:
    """Say what is wrong with the imports of a file, a sentence each."""
    file, package = path.relative_to(ROOT), room_of(module_of(path))
    if package is None:
        if path.name != "__init__.py" and not path.is_relative_to(ROOT / "migrations"):
            yield f"{file} is on no storey: enter it in STOREYS"
        return
    for imported in sorted(imports_of(path)):
        target = room_of(imported)
        if target not in (None, package):
            if STOREY[target] <= STOREY[package]:
                yield f"{file}: {imported} is not below {package}"
            if target in NEVER.get(package, ()):
                yield f"{file}: {package} knows nothing of {imported}"
        if package in RENDERING and target == "models" and not imported.startswith(OF_MODELS):
            yield f"{file}: {package} knows nothing of the store: {imported}"


def test_each_library_is_imported_only_in_its_room() -> None:
    used = {(file.relative_to(ROOT).as_posix(), library) for file in sources() for library in libraries_of(file)}
    assert sorted((file, library) for file, library in used if not file.startswith(tuple(ONLY_IN[library]))) == []
    assert {library for _, library in used} == ONLY_IN.keys()


def libraries_of(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(path)} & ONLY_IN.keys()


def test_only_config_reads_settings_from_the_environment() -> None:
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.name != "config.py":
            assert not any(f'{call}("VIDEOGEN_' in text for call in ("environ.get", "getenv", "environ.pop")), path
            assert 'environ["VIDEOGEN_' not in text, path


def test_no_test_opens_a_second_sqlite_in_its_process() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        if "sqlite3" in path.read_text(encoding="utf-8"):
            assert not {"sqlite3", "pysqlite3"} & {name.partition(".")[0] for name in imports_of(path)}, path


# What no docstring of a function begins with: it says what the function does, in the imperative. Those of properties may be noun phrases.
NO_VERBS = {
    "The",
    "A",
    "An",
    "What",
    "Whether",
    "How",
    "Where",
    "When",
    "Which",
    "One",
    "All",
    "Each",
    "Its",
    "It",
    "Of",
    "In",
    "For",
    "As",
    "This",
}
# Words of a private vocabulary, which docs/glossary.md replaces.
PRIVATE_WORDS = r"\b(films?|(the|this) house|(door)?bell|untold|wounds?|mended|keeper|maker|storeys?|in the making)\b"


def functions_of(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef))


def test_docstrings_of_functions_begin_with_a_verb_and_their_first_lines_end_as_sentences() -> None:
    wrong = []
    for path in sources():
        for function in functions_of(path):
            lines = (ast.get_docstring(function) or "").splitlines()
            if not lines or any("property" in ast.unparse(decorator) for decorator in function.decorator_list):
                continue
            word = lines[0].split()[0].rstrip(",:")
            says_what_it_does = word[0].isupper() and word not in NO_VERBS and (not word.endswith("s") or word.endswith("ss"))
            if not says_what_it_does or not lines[0].endswith((".", ":")):
                wrong.append(f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {lines[0]}")
    assert wrong == []


def test_sources_use_no_private_word() -> None:
    for path in sources():
        text = path.read_text(encoding="utf-8")
        assert re.findall(PRIVATE_WORDS, text, re.IGNORECASE) == [], path


def run(code: str) -> list[str]:
    """What a fresh Python prints, line by line."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_help_starts_light() -> None:
    code = f"""
import sys, app
from videogen.cli import main
main(["--help"], standalone_mode=False)
print(*sorted(set({HEAVY}) & sys.modules.keys()))
"""
    assert run(code)[-1] == ""


def test_render_starts_its_renderer_before_it_imports_what_is_heavy() -> None:
    assert run(f"import sys, app, videogen.cli.cmd_render; print(*sorted(set({HEAVY}) & sys.modules.keys()))") == [""]


@pytest.mark.slow
def test_chart_of_bars_needs_no_matplotlib() -> None:
    code = """
import sys
from videogen.scenes import RenderSettings, SceneTiming, draw_scene
from videogen.script.models import ChartScene
scene = ChartScene.model_validate({"kind": "chart", "x": ["a", "b"], "series": [1, 2]})
draw_scene(scene, RenderSettings(480, 270), SceneTiming(3.0)).get_frame(2.9)
print("matplotlib" in sys.modules)
"""
    assert run(code) == ["False"]


@pytest.mark.slow
def test_cold_renderer_leaves_out_what_few_videos_need() -> None:
    few = ("matplotlib", "ziamath", "emoji", "asyncio", "onnxruntime", "sqlalchemy", "urllib.request")
    cold = "from videogen.processes.renderer import load_handlers; load_handlers(None)"
    assert run(f"import sys; {cold}; print(*sorted(set({few}) & sys.modules.keys()))") == [""]


def test_web_process_patches_before_it_imports_anything() -> None:
    """Watched from inside: at the moment of patching nothing is there but what gevent itself needs."""
    code = """
import sys, gevent.monkey
def patch_all(*_, **__):
    there = {name.partition(".")[0] for name in sys.modules}
    print(*sorted(there & {"flask", "werkzeug", "sqlalchemy", "models", "blinker", "ssl"}))
    print(*sorted(name for name in sys.modules if name.startswith("videogen")))
    raise SystemExit
gevent.monkey.patch_all = patch_all
import runpy
runpy.run_module("videogen.web.server", run_name="__main__")
"""
    assert run(code) == ["", "videogen videogen.web"]
