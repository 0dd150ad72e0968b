"""What all commands have in common: help, exit codes, errors as sentences."""

from __future__ import annotations

import importlib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.cli.conftest import Run, Start
from videogen import __version__
from videogen.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_the_same_in_the_list_and_in_its_own_help(name: str) -> None:
    command = importlib.import_module(f"videogen.cli.cmd_{name}").command
    assert command.name == name
    sentence = COMMANDS[name].removesuffix(".")
    assert command.help.startswith(sentence), f"make the docstring in cmd_{name}.py and COMMANDS of videogen/cli/__init__.py alike"
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage: app.py" in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_help(name: str) -> None:
    command = importlib.import_module(f"videogen.cli.cmd_{name}").command
    assert [
        option.name for option in command.get_params(click.Context(command)) if option.param_type_name == "option" and not option.help
    ] == [], "these need `help`; a flag of a video's option has the description of its field in Options (videogen/script/video_options.py)"


def test_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["rendr"])
    assert result.exit_code == 2
    assert "rendr" in result.stderr


def test_version_is_printed() -> None:
    assert __version__ in CliRunner().invoke(main, ["--version"]).stdout


@pytest.mark.parametrize("arguments", [["events", "nope"], ["cancel", "nope"], ["retry", "nope"], ["delete", "nope"]])
def test_unknown_task_is_one_sentence_with_a_hint(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    error, hint = result.stderr.splitlines()
    assert error == "Error: There is no task nope."
    assert hint.startswith("Hint: ")


@pytest.mark.parametrize("arguments", [["tasks"], ["events", "last"], ["verify"], ["sql", "-c", "SELECT 1"]])
def test_mistyped_data_directory_is_said_and_not_made(tmp_path: Path, arguments: list[str]) -> None:
    result = CliRunner().invoke(main, ["--data", str(tmp_path / "dta"), *arguments])
    assert result.exit_code == 1
    assert "There is no store" in result.stderr
    assert not (tmp_path / "dta").exists()


def test_last_of_an_empty_store_is_no_task(run: Run) -> None:
    result = run("events", "last")
    assert result.exit_code == 1
    assert "There is no task yet." in result.stderr


def test_settings_that_cannot_be_used_are_all_named(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEOGEN_PORT", "abc")
    monkeypatch.setenv("VIDEOGEN_WORKERS", "-1")
    for command in ("tasks", "serve", "worker"):
        process = start(command)
        output = process.communicate(timeout=60)[1]
        assert process.returncode == 1
        assert output.startswith("Error: 2 settings cannot be used.")
        assert "VIDEOGEN_PORT" in output and "VIDEOGEN_WORKERS" in output and "docs/settings.md" in output and "Traceback" not in output
